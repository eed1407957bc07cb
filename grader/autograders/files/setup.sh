#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"

# The newest Python that the image has, if the grader can run on it.
find_python() {
    local name
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # The MongoDB server of the Python package loads libcurl.
    apt-get install -y -qq libcurl4 || apt-get install -y -qq libcurl4t64
    find_python >/dev/null || apt-get install -y -qq python3.12 python3.12-venv \
        || apt-get install -y -qq python3.11 python3.11-venv
fi
if ! python=$(find_python); then
    echo "The grader needs Python 3.11 or newer. Choose a newer base image for the autograder." >&2
    exit 1
fi

"$python" -m venv "$root/grader"
wheel=$(ls "$source"/dblab_grader-*.whl)
"$root/grader/bin/python" -m pip install --quiet "dblab-grader[local] @ file://$wheel"
"$root/grader/bin/grader" --version
