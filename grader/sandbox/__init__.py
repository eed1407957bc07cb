"""Where a student's code runs: processes that take calls and give plain values back, never verdicts."""
