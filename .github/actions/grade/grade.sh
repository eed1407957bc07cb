#!/usr/bin/env bash
# Grades the submission, and leaves the reports in a folder. It succeeds whatever the score is, and gives two outputs:
# the folder, and the grader's exit code.
#
# The grader starts with an environment of a handful of variables: no file that GITHUB_* names and no token can be
# found there by what it grades. It starts as root if it may, since Ubuntu 24.04 lets no other user make the namespaces
# of the sandbox; student code runs as a user of its own.
set -euo pipefail
python="$RUNNER_TEMP/dblab-grader/python/bin/python"
mkdir -p "$RUNNER_TEMP/dblab-grader"
folder=$(mktemp -d "$RUNNER_TEMP/dblab-grader/report.XXXXXX")
isolation_refused=4

if [ -z "$SUBMISSION" ]; then
    SUBMISSION=${LAB:-.}
    [ -d "$SUBMISSION" ] || SUBMISSION=.
fi

# The handout lies beside the submission in a repository made from the template.
for name in HANDOUT.md README.md; do
    if [ -z "${GRADER_HANDOUT:-}" ] && [ "$SUBMISSION" != . ] && [ -f "$SUBMISSION/$name" ]; then
        export GRADER_HANDOUT="$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/blob/$GITHUB_SHA/$SUBMISSION/$name"
    fi
done

words=(grade "$SUBMISSION" --services "$SERVICES")
if [ -n "$LAB" ]; then words+=(--lab "$LAB"); fi
if [ -n "$SEED" ]; then words+=(--seed "$SEED"); fi
# Said even if nobody asks: else the grader would take labs/ and rubrics/ of the repository that it grades.
words+=(--course "${COURSE:-$(cd "$GITHUB_ACTION_PATH/../../.." && pwd)}")
if [ -n "$FAIL_UNDER" ]; then words+=(--fail-under "$FAIL_UNDER"); fi
words+=(--junit "$folder/report.xml")
words+=(--report "json=$folder/report.json" --report "html=$folder/report.html")
words+=(--report "markdown=$folder/summary.md")
words+=(--report "annotations=$folder/annotations.txt" --report "outputs=$folder/outputs.txt")

grade() {
    (
        kept=(PATH HOME LANG COLUMNS NO_COLOR)
        export HOME=$folder LANG=C.UTF-8 COLUMNS=100 NO_COLOR=1
        for name in $(compgen -e); do
            case $name in
                PATH | HOME | LANG | COLUMNS | NO_COLOR) ;;
                GRADER_* | DOCKER_HOST | TESTCONTAINERS_*) kept+=("$name") ;;
                *) export -n "$name" 2>/dev/null || unset "$name" ;;
            esac
        done
        as_root=()
        if [ "$(id -u)" != 0 ] && sudo --non-interactive true 2>/dev/null; then
            as_root=(sudo --non-interactive "--preserve-env=$(IFS=,; echo "${kept[*]}")" --)
        fi
        "${as_root[@]}" "$python" -I -m grader "${words[@]}" --isolation "$1"
    ) 2>&1 | tee "$folder/log.txt"
    return "${PIPESTATUS[0]}"
}

# What is printed is no command to the runner, whatever it looks like, until a word that nobody can know.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$token"
code=0
if [ "$ISOLATION" = auto ]; then
    grade isolated || code=$?
    if [ "$code" = "$isolation_refused" ]; then
        code=0
        grade confined || code=$?
    fi
else
    grade "$ISOLATION" || code=$?
fi
printf '\n::%s::\n' "$token"

{
    echo "folder=$folder"
    echo "code=$code"
} >>"$GITHUB_OUTPUT"
