"""Whole batches of a small lab: resumed, interrupted, with faults of all kinds."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from grader.batch.grades import book_of
from grader.batch.grading import IN_A_ROW, Grading
from grader.batch.journal import Fault, Graded, HandedIn, Record, open_journal, read_journal
from grader.batch.plan import Manner, Task
from grader.batch.run import BatchOrder, open_batch, settle_isolation
from grader.config import Settings
from grader.course import Lab
from grader.deadlines import Deadline
from grader.errors import GraderError, IsolationRefusedError, UsageError
from grader.pool import Event, Faulted, Finished, Job, Patience, Pool
from grader.results import LabResult, Status
from tests.batch.sample_journal import given, overridden
from tests.pool.conftest import RUBRIC, MakeLab
from tests.reports.sample_results import typical

QUICK = Patience(attempts=2, deaths=2, pause_s=0.01)


def hand_in(folder: Path, **answers: str) -> Path:
    """A folder of folders, one for each student, with what `answer()` gives."""
    for name, answer in answers.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "tiny.py").write_text(f"def answer(): return {answer}\n")
    return folder


def run(order: BatchOrder, settings: Settings, workers: int = 2) -> list[Event]:
    with (
        open_batch(order, settings.isolation) as batch,
        Pool(order.lab, settings, workers, QUICK) as pool,
    ):
        return list(batch.grading(pool).run(batch.tasks))


def points(records: Sequence[Record]) -> dict[str, int]:
    """By the hand-in's key, its points, by the journal alone."""
    results = {
        record.result.submission_hash: int(record.result.points)
        for record in records
        if isinstance(record, Graded) and record.result.status is Status.COMPLETE
    }
    handed_in = {record.key: record.submission_hash for record in records if isinstance(record, HandedIn)}
    return {key: results[digest] for key, digest in handed_in.items() if digest in results}


@pytest.fixture
def order(make_lab: MakeLab, tmp_path: Path) -> BatchOrder:
    """Three submissions, two of them the same."""
    source = hand_in(tmp_path / "in", ann="42", bob="41", cora="42")
    return BatchOrder(make_lab(RUBRIC), source, tmp_path / "out")


@pytest.fixture
def level(settings: Settings) -> Settings:
    """The settings with the level that this machine gives."""
    return replace(settings, isolation="process")


def test_the_same_files_are_graded_once_and_count_for_all(order: BatchOrder, level: Settings) -> None:
    events = run(order, level)
    assert sum(isinstance(event, Finished) for event in events) == 2
    assert points(read_journal(order.out)) == {"ann": 4, "bob": 0, "cora": 4}


def test_a_second_run_grades_nothing_and_a_fresh_one_everything(order: BatchOrder, level: Settings) -> None:
    run(order, level)
    assert run(order, level) == []
    fresh = run(replace(order, is_fresh=True), level)
    assert sum(isinstance(event, Finished) for event in fresh) == 2
    assert len(list(order.out.glob("journal-*.jsonl"))) == 1, "the old journal is kept"


def test_a_fresh_run_keeps_what_persons_decided_and_begins_only_if_it_can(
    order: BatchOrder, level: Settings
) -> None:
    run(order, level)
    with open_journal(order.out) as journal:
        journal.append(overridden("ann", "3"))
        journal.append(given("bob", "Style", "1"))
        before = list(journal.records)
    anew = replace(order, is_fresh=True)
    with pytest.raises(UsageError), open_batch(replace(anew, source=order.source / "gone"), "process"):
        pass
    assert read_journal(order.out) == before
    with open_batch(anew, "process") as batch:
        assert len(batch.tasks) == 2
        with pytest.raises(UsageError, match="Another process"), open_journal(order.out):
            pass
    records = read_journal(order.out)
    assert records[:2] == [overridden("ann", "3"), given("bob", "Style", "1")]
    assert not any(isinstance(record, Graded) for record in records)
    (aside,) = order.out.glob("journal-*.jsonl")
    aside.replace(order.out / "journal.jsonl")
    assert read_journal(order.out) == before


def test_only_what_is_new_or_changed_is_graded(order: BatchOrder, level: Settings) -> None:
    run(order, level)
    hand_in(order.source, bob="42 ", dave="43")
    events = run(order, level)
    assert sum(isinstance(event, Finished) for event in events) == 2
    assert points(read_journal(order.out)) == {"ann": 4, "bob": 4, "cora": 4, "dave": 0}


def test_after_a_change_of_the_rubric_everything_is_graded_again(order: BatchOrder, level: Settings) -> None:
    run(order, level)
    rubric = order.lab.rubric / "test_tiny.py"
    rubric.write_text(rubric.read_text().replace("== 42", "== 41"))
    run(order, level)
    assert points(read_journal(order.out)) == {"ann": 0, "bob": 4, "cora": 0}


def test_another_lab_does_not_go_into_the_same_folder(order: BatchOrder, level: Settings) -> None:
    run(order, level)
    other = replace(order, lab=replace(order.lab, id="other"))
    with pytest.raises(UsageError, match="holds a batch of the lab tiny"):
        run(other, level)


def test_what_intake_refuses_is_written_down_and_the_others_are_graded(
    order: BatchOrder, level: Settings
) -> None:
    (order.source / "empty").mkdir()
    run(order, level)
    records = read_journal(order.out)
    (refused,) = [record for record in records if isinstance(record, HandedIn) and record.refused]
    assert (refused.key, refused.submission_hash) == ("empty", None)
    assert len(points(records)) == 3


AWAY = '    import os\n    if os.path.exists(AWAY): raise ServiceError("the server is away")\n'


@pytest.fixture
def away(tmp_path: Path) -> Path:
    """A file; while it is there, the servers are away."""
    return tmp_path / "away"


def away_lab(make_lab: MakeLab, away: Path) -> Lab:
    return make_lab(RUBRIC.replace("    assert", AWAY.replace("AWAY", repr(str(away))) + "    assert", 1))


def test_what_could_not_be_graded_is_graded_when_the_batch_is_resumed(
    make_lab: MakeLab, level: Settings, tmp_path: Path, away: Path
) -> None:
    source = hand_in(tmp_path / "in", ann="42", bob="41")
    order = BatchOrder(away_lab(make_lab, away), source, tmp_path / "out")
    away.touch()
    run(order, level)
    assert points(read_journal(order.out)) == {}, "no zero for a server that is away"
    away.unlink()
    run(order, level)
    assert points(read_journal(order.out)) == {"ann": 4, "bob": 0}


def test_when_nothing_can_be_graded_it_stops_and_says_why(
    make_lab: MakeLab, level: Settings, tmp_path: Path, away: Path
) -> None:
    answers = {f"s{number}": f"{number}" for number in range(IN_A_ROW * 3)}
    order = BatchOrder(away_lab(make_lab, away), hand_in(tmp_path / "in", **answers), tmp_path / "out")
    away.touch()
    with pytest.raises(GraderError, match=r"(?s)in a row could not be graded.*the server is away"):
        run(order, level, workers=1)
    tried = [record for record in read_journal(order.out) if isinstance(record, Graded)]
    assert len(tried) < 3 * IN_A_ROW, "it went on although nothing could be graded"


class Scripted:
    """A runner on which some submissions cannot be graded, and the lab's reference can."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._is_stopped = False

    def run(self, todo: Sequence[Job]) -> Iterator[Event]:
        """Tells how each job ended, until it is stopped."""
        self._is_stopped = False
        for job in todo:
            if self._is_stopped:
                return
            if job.name.startswith("bad"):
                yield Faulted(job.name, "a worker ended", 2)
            else:
                key = self._manner.key(job.name)
                changes = asdict(key) if job.name.startswith("good") else {}
                yield Finished(job.name, replace(typical(), status=Status.COMPLETE, **changes))

    def stop(self) -> None:
        """Begins no other."""
        self._is_stopped = True


def test_many_faults_in_a_row_do_not_stop_it_while_the_reference_is_graded(
    make_lab: MakeLab, tmp_path: Path
) -> None:
    manner = Manner(make_lab(RUBRIC), "process")
    names = [*(f"bad{number}" for number in range(2 * IN_A_ROW + 1)), "good"]
    with open_journal(tmp_path / "out") as journal:
        grading = Grading(manner, journal, Scripted(manner))
        events = list(grading.run([Task(manner.key(name), tmp_path, (name,)) for name in names]))
        faults = [record for record in journal.records if isinstance(record, Fault)]
        graded = [record for record in journal.records if isinstance(record, Graded)]
    assert [event.job for event in events] == names
    assert (len(faults), len(graded)) == (2 * IN_A_ROW + 1, 1)


def test_a_submission_that_ends_workers_is_written_down_as_a_fault(
    make_lab: MakeLab, level: Settings, tmp_path: Path
) -> None:
    lab = make_lab(RUBRIC + "    os.kill(os.getpid(), signal.SIGKILL)\n")
    order = BatchOrder(lab, hand_in(tmp_path / "in", ann="42"), tmp_path / "out")
    run(order, level)
    (fault,) = [record for record in read_journal(order.out) if isinstance(record, Fault)]
    assert fault.deaths == 2
    assert "The answer is right" in fault.message


def test_without_walls_a_batch_is_refused_unless_asked_for(settings: Settings) -> None:
    without = replace(settings, without=("seccomp", "pid_namespace", "landlock"))
    with pytest.raises(IsolationRefusedError, match="--isolation process"):
        settle_isolation(without)
    assert settle_isolation(replace(without, isolation="process")).isolation == "process"


def command(order: BatchOrder, *more: str) -> list[str]:
    root = order.lab.rubric.parents[1]
    return [
        sys.executable, "-m", "grader", "batch", str(order.source), "--lab", "tiny", "--out", str(order.out),
        "--course", str(root), "--services", "local", "--isolation", "process", "--plain", *more,
    ]  # fmt: skip


def content(records: Sequence[Record]) -> dict[str, Any]:
    """What a journal comes to, without times."""
    by_key: dict[str, Any] = {}
    for record in records:
        if isinstance(record, Graded) and record.result.status is Status.COMPLETE:
            by_key[str(record.key)] = timeless(record.result)
        if isinstance(record, HandedIn):
            by_key[record.key] = record
    return by_key


def timeless(result: LabResult) -> LabResult:
    """The result without its times."""
    checks = tuple(replace(check, duration_s=0.0) for check in result.checks)
    return replace(result, checks=checks, duration_s=0.0, started_at=result.started_at.min)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A state directory of its own for whole commands."""
    return {**os.environ, "GRADER_STATE_DIR": str(tmp_path / "state")}


def test_killed_at_random_moments_and_resumed_it_comes_to_the_same(
    make_lab: MakeLab, tmp_path: Path, environment: dict[str, str]
) -> None:
    answers = {f"s{number}": f"{41 + number % 3} + {number} - {number}" for number in range(12)}
    source = hand_in(tmp_path / "in", **answers)
    lab = make_lab(RUBRIC)
    whole = BatchOrder(lab, source, tmp_path / "whole")
    subprocess.run(command(whole), env=environment, check=True, capture_output=True)
    order = BatchOrder(lab, source, tmp_path / "out")
    luck = random.Random(7)  # noqa: S311 - no secret
    for _ in range(4):
        with subprocess.Popen(
            command(order), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as batch:
            time.sleep(luck.uniform(0.5, 4))
            batch.send_signal(signal.SIGKILL)
    subprocess.run(command(order), env=environment, check=True, capture_output=True)
    records = read_journal(order.out)
    assert content(records) == content(read_journal(whole.out))
    graded = [record.key for record in records if isinstance(record, Graded)]
    assert len(graded) == len(set(graded)), "something was graded twice"


def test_ctrl_c_ends_it_after_what_is_being_graded(
    make_lab: MakeLab, tmp_path: Path, environment: dict[str, str]
) -> None:
    lab = make_lab(RUBRIC + "    time.sleep(0.5)\n")
    answers = {f"s{number}": f"42 + {number}" for number in range(20)}
    order = BatchOrder(lab, hand_in(tmp_path / "in", **answers), tmp_path / "out")
    with subprocess.Popen(
        command(order, "--workers", "1"), env=environment, stderr=subprocess.PIPE, text=True
    ) as batch:
        assert batch.stderr is not None
        for line in batch.stderr:
            if line.startswith("1/20"):
                break
        batch.send_signal(signal.SIGINT)
        left = batch.stderr.read()
        assert batch.wait() == 130
    assert "Stopping after what is being graded" in left
    assert 1 <= len(points(read_journal(order.out))) < 20
    assert list((tmp_path / "state").glob("*")) == []


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://127.0.0.1:1/none", "sqlite:////dev/null/gradebook"]
)
def test_a_gradebook_that_cannot_be_written_is_told_before_anything_is_graded(
    order: BatchOrder, environment: dict[str, str], url: str
) -> None:
    done = subprocess.run(
        command(order, "--gradebook", url), env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 2, done.stderr
    assert "gradebook" in done.stderr
    assert not order.out.exists()


def test_commands_on_a_batch_print_json(
    order: BatchOrder, level: Settings, environment: dict[str, str], tmp_path: Path
) -> None:
    run(order, level)

    def printed(*arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments, "--json"],
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.stderr == ""
        return dict(json.loads(done.stdout))

    out, why = str(order.out), ("--reason", "because")
    overridden = {"student": "ann", "name": "ann", "status": "complete", "final_points": 2.5}
    assert printed("override", out, "ann", "2.5", *why) == overridden
    assert printed("points", out, "ann", "1", *why)["error"] == "UsageError"
    assert printed("report", out)["page"] == str(order.out / "index.html")
    to = str(tmp_path / "grades.csv")
    exported = printed("export", out, "--format", "csv", "--to", to)
    assert exported == {"file": to, "included": 3, "left_out": [], "untouched": [], "remarks": []}
    assert printed("export", out)["error"] == "MissingParameter"


def test_whose_a_hand_in_may_be_is_told_everywhere(
    make_lab: MakeLab, tmp_path: Path, environment: dict[str, str]
) -> None:
    source = hand_in(tmp_path / "in", **{"Jane Doe": "42", "someone": "41"})
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\ns1,Jane Doe\ns2,Jane Doe\ns3,Al Smith\n")
    order = BatchOrder(make_lab(RUBRIC), source, tmp_path / "out")
    done = subprocess.run(
        command(order, "--json", "--roster", str(roster)),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    summary = json.loads(done.stdout)
    assert summary["uncertain"] == {"Jane Doe": "Its name leads to 2 students."}
    assert summary["strays"] == ["someone"]
    grades = book_of(read_journal(order.out), Deadline()).grades
    assert [grade.status.value for grade in grades] == ["uncertain", "uncertain", "missing"]
    page = (order.out / "index.html").read_text()
    assert "Of nobody in the roster: someone" in page
    assert "Jane Doe may be this student&#39;s. Its name leads to 2 students." in page


def test_its_summary_as_json_names_who_is_incomplete(
    make_lab: MakeLab, tmp_path: Path, environment: dict[str, str], away: Path
) -> None:
    order = BatchOrder(away_lab(make_lab, away), hand_in(tmp_path / "in", ann="42"), tmp_path / "out")
    away.touch()
    done = subprocess.run(
        command(order, "--json"), env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 3
    summary = json.loads(done.stdout)
    assert (summary["graded"], list(summary["incomplete"])) == (0, ["ann"])
    assert "the server is away" in summary["incomplete"]["ann"]
