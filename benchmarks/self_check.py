"""How long a student's self-check of the reference takes, and what its time goes into.

Run `python benchmarks/self_check.py [RUNS]`. Each run starts `grader check` on the reference as a whole
process on the local backend. The shares come from the same runs: the bare interpreter, the imports, and the
checks' own time as the report gives it; the rest is server, sandbox, intake and report.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LAB = "redis_meteorites"
CHECK = [
    sys.executable, "-m", "grader", "check", str(ROOT / "rubrics" / LAB / "specimens" / "reference"),
    "--lab", LAB, "--services", "local", "--json",
]  # fmt: skip
INTERPRETER = [sys.executable, "-c", "pass"]
IMPORTS = [sys.executable, "-c", "import grader.cli"]


def seconds(command: list[str]) -> tuple[float, str]:
    """Wall-clock seconds of a command, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT)
    return time.perf_counter() - started, done.stdout


def main() -> None:
    """Prints medians and shares of the whole."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    seconds(CHECK)
    rows: list[tuple[float, float, float, float]] = []
    for _ in range(runs):
        whole, printed = seconds(CHECK)
        checks = sum(check["duration_s"] for check in json.loads(printed)["checks"])
        rows.append((whole, seconds(INTERPRETER)[0], seconds(IMPORTS)[0], checks))
    whole, interpreter, imports, checks = (statistics.median(column) for column in zip(*rows, strict=True))
    spread = (min(row[0] for row in rows), max(row[0] for row in rows))
    rest = whole - imports - checks
    print(f"a self-check, whole process   {whole:6.2f} s   (of {runs}: {spread[0]:.2f} to {spread[1]:.2f})")
    print(f"  interpreter                 {interpreter / whole:6.0%}")
    print(f"  imports                     {(imports - interpreter) / whole:6.0%}")
    print(f"  server, sandbox, report     {rest / whole:6.0%}")
    print(f"  checks                      {checks / whole:6.0%}")


if __name__ == "__main__":
    main()
