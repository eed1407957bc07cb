#!/usr/bin/env bash
# Ends the job as the grader ended.
set -euo pipefail
case $CODE in
    0) echo "Graded." ;;
    1) echo "Below what was asked for." ;;
    3) echo "Something could not be graded, through no fault of the student's: run the job again." ;;
    4) echo "This runner does not allow the isolation that was asked for. Use a runner with root or user namespaces." ;;
    5) echo "The submission, or the course, cannot be used: the summary says why." ;;
    *) echo "The grader ended with $CODE." ;;
esac
exit "$CODE"
