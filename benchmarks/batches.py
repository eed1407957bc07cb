"""Whole batches under stress: the same grades whatever happens, and how many an hour.

Run `python benchmarks/batches.py WHAT`, with WHAT one of

    workers   the same corpus with 1, 4 and 16 workers, and with every core kept busy by something else
    kills     SIGKILL at 20 random moments, resumed each time, against a run that nobody disturbed
    faults    database servers killed or stopped at 100 random moments, then resumed
    memory    what the batch and its workers hold, while they grade

Without `--lab` it is a small lab, as `grader new` makes it, of which hundreds are graded in minutes. The
corpus is 300 submissions made of the lab's specimens, each varied by a comment so that it has its own seed
and its own data, with names of every kind. Two runs are the same if each submission has the same seed, the
same points and, check by check, the same outcome, cause and points. Times may differ, and messages that
quote what a server gave first: Redis walks its keys in another order in each process.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from grader.batch.journal import Graded, HandedIn, read_journal
from grader.course import Lab, find_course
from grader.results import LabResult, Status
from grader.verify import read_specimens

NAMES = ("Ann O'Hara", "Zoë Ünal", "李小龙", "-rf", "a b\tc", '"quoted"', "..dots..", "x" * 120, "مريم", "🦊")
SERVERS = ("redis-server", "postgres", "mongod")
SMALL_LAB = "small"
KILLS = 20
FAULTS = 100
MOST_ROUNDS = 10
MOST_GROWTH = 1.05


def make_course(folder: Path, service: str) -> None:
    """Makes the small lab, unless it is there."""
    if not (folder / "labs").exists():
        folder.mkdir(exist_ok=True)
        words = [sys.executable, "-m", "grader", "new", SMALL_LAB, "--service", service]
        subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def make_corpus(folder: Path, lab: Lab, number: int) -> None:
    """Writes the submissions, unless they are there."""
    specimens = [specimen.name for specimen in read_specimens(lab)]
    for place in range(number):
        name = f"{NAMES[place % len(NAMES)]} {place}"
        target = folder / name
        if target.exists():
            continue
        shutil.copytree(lab.specimens / specimens[place % len(specimens)], target)
        for file in sorted(target.rglob("*.py")):
            file.write_text(f"{file.read_text(encoding='utf-8')}\n# {place}\n", encoding="utf-8")


def command(corpus: Path, out: Path, lab: Lab, *more: str) -> list[str]:
    """The batch as a user starts it."""
    course = lab.folder.parents[1]
    words = ["batch", str(corpus), "--course", str(course), "--lab", lab.id, "--out", str(out)]
    words += ["--services", "local", "--plain"]
    return [sys.executable, "-m", "grader", *words, *more]


def grades(out: Path) -> dict[str, str]:
    """By submission, all of its result that must be the same each time, as a digest."""
    records = read_journal(out)
    results = {
        record.result.submission_hash: record.result for record in records if isinstance(record, Graded)
    }
    keys = {record.key: record.submission_hash for record in records if isinstance(record, HandedIn)}
    return {key: digest_of(results[digest]) for key, digest in keys.items() if digest in results}


def digest_of(result: LabResult) -> str:
    """A digest of the timeless part of a result."""
    parts = [result.seed, str(result.points), result.status] + [
        [check.check.id, check.outcome, str(check.cause), str(check.points)] for check in result.checks
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def run(words: list[str]) -> float:
    """Seconds that a command takes; its progress is not shown."""
    started = time.monotonic()
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 3}:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return time.monotonic() - started


@contextlib.contextmanager
def busy_cores() -> Iterator[None]:
    """Keeps every core busy."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def differences(first: dict[str, str], second: dict[str, str]) -> list[str]:
    """The submissions that have not the same result in both."""
    return sorted(key for key in {**first, **second} if first.get(key) != second.get(key))


def try_workers(folder: Path, lab: Lab, number: int) -> int:
    """The same corpus with more and more workers, and with no core to spare."""
    found: dict[str, dict[str, str]] = {}
    for name, workers in (("1 worker", 1), ("4 workers", 4), ("16 workers", 16)):
        seconds = run(command(folder / "in", folder / name, lab, "--workers", str(workers)))
        found[name] = grades(folder / name)
        print(f"{name}: {number / seconds * 3600:.0f} submissions an hour", flush=True)
    with busy_cores():
        seconds = run(command(folder / "in", folder / "busy", lab))
    found["busy"] = grades(folder / "busy")
    print(
        f"one worker a core, every core busy: {number / seconds * 3600:.0f} submissions an hour", flush=True
    )
    return report(found)


def try_kills(folder: Path, lab: Lab, number: int) -> int:
    """A batch that is killed again and again."""
    seconds = run(command(folder / "in", folder / "whole", lab))
    luck = random.Random(KILLS)  # noqa: S311 - no secret
    kills = 0
    while kills < KILLS:
        with subprocess.Popen(
            command(folder / "in", folder / "killed", lab),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as batch:
            with contextlib.suppress(subprocess.TimeoutExpired):
                batch.wait(luck.uniform(0.5, max(2.0, seconds / 14)))
                break
            batch.send_signal(signal.SIGKILL)
            kills += 1
    run(command(folder / "in", folder / "killed", lab))
    keys = [record.key for record in read_journal(folder / "killed") if isinstance(record, Graded)]
    print(f"{number} submissions, {kills} kills, {len(keys) - len(set(keys))} graded twice", flush=True)
    return report({"whole": grades(folder / "whole"), "killed": grades(folder / "killed")})


def try_faults(folder: Path, lab: Lab, number: int) -> int:
    """A batch whose database servers are killed or stopped under it."""
    run(command(folder / "in", folder / "whole", lab))
    luck = random.Random(FAULTS)  # noqa: S311 - no secret
    faults = rounds = 0
    while faults < FAULTS and rounds < MOST_ROUNDS:
        rounds += 1
        again = ["--fresh"] if rounds > 1 else []
        with subprocess.Popen(
            command(folder / "in", folder / "faults", lab, *again),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as batch:
            while batch.poll() is None and faults < FAULTS:
                time.sleep(luck.uniform(0.2, 2.5))
                faults += disturb(batch.pid, luck)
        left = [one for one in results(folder / "faults") if one.status is not Status.COMPLETE]
        print(f"{faults} faults so far; {len(left)} of {number} incomplete", flush=True)
        run(command(folder / "in", folder / "faults", lab))
        if report({"whole": grades(folder / "whole"), "faults": grades(folder / "faults")}):
            return 1
    return 0


def try_memory(folder: Path, lab: Lab, number: int) -> int:
    """The memory of the grader's own processes, as the batch goes on."""
    held: dict[int, float] = {}
    words = command(folder / "in", folder / "memory", lab)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as batch:
        while batch.poll() is None:
            time.sleep(1)
            graded = len(grades(folder / "memory")) if (folder / "memory").exists() else 0
            held[graded] = own_megabytes(batch.pid) or held.get(graded, 0)
    early = [megabytes for graded, megabytes in held.items() if number / 6 <= graded < number / 2]
    late = [megabytes for graded, megabytes in held.items() if graded >= number / 2 and megabytes]
    print(
        f"batch and workers: at most {max(early):.0f} MB from submission {number // 6} to {number // 2}, "
        f"at most {max(late):.0f} MB from there to {number}: {max(late) / max(early):.2f} of it"
    )
    return int(max(late) > MOST_GROWTH * max(early))


def own_megabytes(batch: int) -> float:
    """What a batch and its workers hold for themselves alone, without servers and student processes."""
    with contextlib.suppress(psutil.NoSuchProcess):
        first = psutil.Process(batch)
        workers = [one for one in first.children() if "grader.pool" in one.cmdline()]
        return sum(one.memory_full_info().uss for one in (first, *workers)) / 1e6
    return 0.0


def results(out: Path) -> list[LabResult]:
    """Of each submission the last result."""
    records = read_journal(out)
    return list(
        {one.result.submission_hash: one.result for one in records if isinstance(one, Graded)}.values()
    )


def disturb(batch: int, luck: random.Random) -> int:
    """Kills, or stops for good, one database server below a batch; how many that were."""
    with contextlib.suppress(psutil.NoSuchProcess):
        below = psutil.Process(batch).children(recursive=True)
        servers = [process for process in below if process.name() in SERVERS]
        if servers:
            luck.choice(servers).send_signal(luck.choice((signal.SIGKILL, signal.SIGSTOP)))
            return 1
    return 0


def report(found: dict[str, dict[str, str]]) -> int:
    """Prints how the runs differ; 1 if they do."""
    (first, expected), *others = found.items()
    for name, got in others:
        differing = differences(expected, got)
        counts = f"{len(expected)} and {len(got)} grades"
        print(f"{first} and {name}: {counts}, {len(differing)} differ {differing[:5]}")
        if differing:
            return 1
    return 0


def main() -> int:
    """Makes the corpus and runs what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ways = {"workers": try_workers, "kills": try_kills, "faults": try_faults, "memory": try_memory}
    parser.add_argument("what", choices=ways)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--lab")
    parser.add_argument("--service", default="redis")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        if not asked.lab:
            make_course(folder / "course", asked.service)
        course = find_course(None if asked.lab else folder / "course", Path(__file__).parent)
        lab = course.lab(asked.lab or SMALL_LAB)
        make_corpus(folder / "in", lab, asked.number)
        return ways[asked.what](folder, lab, asked.number)


if __name__ == "__main__":
    sys.exit(main())
