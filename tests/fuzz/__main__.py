"""`python -m tests.fuzz [ENTRY...]`: hostile inputs for every place that reads what others wrote.

Prints a table and each failure with the command that tries it again; exits with 1 if there is any.
"""

# ruff: noqa: T201 (a program that prints)

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.entries import ENTRIES
from tests.fuzz.runner import Tally, fuzz, try_input

_TRIED_AGAIN_S = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    wishes = _parser().parse_args(arguments)
    memory = Path("/dev/shm")  # noqa: S108 (a folder of its own is made in it)
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as scratch:
        tempfile.tempdir = scratch  # what inputs write need not reach a disk
        try:
            return _replay(wishes) if wishes.only else _fuzz(wishes)
        finally:
            tempfile.tempdir = None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("entries", nargs="*", metavar="ENTRY", type=_known, help=", ".join(ENTRIES))
    parser.add_argument("--number", type=int, default=100_000, help="inputs for each entry point")
    parser.add_argument("--seed", default="1", help="another seed gives other inputs")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument(
        "--only", metavar="ENTRY:NUMBER", help="try one input again, and show all of its traceback"
    )
    return parser


def _known(name: str) -> str:
    if name not in ENTRIES:
        raise argparse.ArgumentTypeError(f"there is no entry point {name!r}, but {', '.join(ENTRIES)}")
    return name


def _fuzz(wishes: argparse.Namespace) -> int:
    chosen = {name: ENTRIES[name] for name in wishes.entries or ENTRIES}
    print(f"{'entry':<24}{'inputs':>10}{'inputs/s':>10}{'failures':>10}")
    failures = 0
    for name, tally in fuzz(chosen, wishes.number, wishes.seed, wishes.workers):
        failures += tally.failures
        per_second = tally.inputs * wishes.workers / tally.seconds if tally.seconds else 0
        print(f"{name:<24}{tally.inputs:>10,}{per_second:>10,.0f}{tally.failures:>10,}", flush=True)
        _show(name, tally, wishes.seed)
    print(f"{failures:,} failures" if failures else "No failure.")
    return 1 if failures else 0


def _show(name: str, tally: Tally, seed: str) -> None:
    for failure in tally.shown:
        print(f"\n  {failure.where}\n  python -m tests.fuzz --seed {seed} --only {name}:{failure.number}\n")
        print("".join(f"    {line}\n" for line in failure.story.splitlines()), flush=True)


def _replay(wishes: argparse.Namespace) -> int:
    name, _, number = wishes.only.rpartition(":")
    failure = try_input(ENTRIES[name], f"{wishes.seed}:{name}", int(number), _TRIED_AGAIN_S)
    print("No failure." if failure is None else failure.story)
    return 0 if failure is None else 1


if __name__ == "__main__":
    sys.exit(main())
