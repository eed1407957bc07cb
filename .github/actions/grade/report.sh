#!/usr/bin/env bash
# Gives the run what the grader has written: outputs, summary, annotations; if it has written nothing, its last words.
set -euo pipefail
if [ -s "$FOLDER/outputs.txt" ]; then
    cat "$FOLDER/outputs.txt" >>"$GITHUB_OUTPUT"
    cat "$FOLDER/summary.md" >>"$GITHUB_STEP_SUMMARY"
    cat "$FOLDER/annotations.txt"
    exit 0
fi

# A file's name can stand in a message: no character of it may mean anything here.
words=$(tail -n 20 "$FOLDER/log.txt" | tr -d '\000-\010\013-\037\177' | tail -c 4000)
html=$(sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g' -e 's/:/\&#58;/g' <<<"$words")
printf '## Not graded\n\n<pre><code>%s\n</code></pre>\n' "$html" >>"$GITHUB_STEP_SUMMARY"
data=${words//'%'/'%25'}
data=${data//$'\n'/'%0A'}
echo "::error title=Not graded::$data"
