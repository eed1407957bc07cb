#!/usr/bin/env bash
# Finds the labs that are to be graded in the checkout that it runs in, and gives them as a list in JSON.
#
# LABS: folders, with blanks between; `all`; or empty for those that differ from the commit BEFORE. Where that is not
# known (a new branch, a rewritten history), all are graded.
set -euo pipefail
grader="$GITHUB_ACTION_PATH/../../.."

changed_folders() {
    if git cat-file -e "$BEFORE^{commit}" 2>/dev/null; then
        git diff --name-only -z "$BEFORE" HEAD
    else
        git ls-files -z
    fi | tr '\0' '\n' | grep / | cut -d/ -f1 | sort -u
}

known=()
for file in "$grader"/labs/*/lab.toml; do
    lab=$(basename "$(dirname "$file")")
    if [ -d "$lab" ]; then known+=("$lab"); fi
done

case ${LABS:=} in
    all) wanted=("${known[@]}") ;;
    "") mapfile -t wanted < <(changed_folders) ;;
    *) read -ra wanted <<<"$LABS" ;;
esac

chosen=()
for lab in "${known[@]}"; do
    for folder in "${wanted[@]}"; do
        if [ "$folder" = "$lab" ]; then
            chosen+=("\"$lab\"")
            break
        fi
    done
done
labs="[$(IFS=,; echo "${chosen[*]}")]"
echo "To be graded: $labs"
echo "labs=$labs" >>"$GITHUB_OUTPUT"
