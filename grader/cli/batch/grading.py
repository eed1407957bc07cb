"""`batch`: hundreds of submissions in one go."""

import importlib.util
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from grader.batch.grading import Grading, Runner
from grader.batch.handed_in import DownloadKind
from grader.batch.run import Batch, BatchOrder, open_batch, settle_isolation
from grader.cli.batch.progress import BatchProgress, batch_progress
from grader.cli.batch.summary import Summary, print_findings, summarize
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.config import Settings
from grader.course import Course, Lab
from grader.deadlines import read_deadline
from grader.errors import UsageError
from grader.pool import Pool

_PATH = click.Path(path_type=Path)


@click.command("batch")
@click.argument("submissions", type=_PATH)
@click.option("--lab", required=True, metavar="LAB", help="The lab.")
@click.option("--out", required=True, type=_PATH, metavar="DIR", help="Where all about this batch is kept.")
@click.option("--workers", type=click.IntRange(1), help="How many are graded at once; else one a core.")
@click.option("--roster", type=_PATH, metavar="FILE", help="The list of students, as CSV.")
@click.option("--kind", type=click.Choice([kind.value for kind in DownloadKind]), help="What SUBMISSIONS is.")
@click.option("--seed", type=click.IntRange(0), help="The same data for all; else each submission's own.")
@click.option("--resume/--fresh", "resume", default=True, help="Go on, or grade everything again.")
@click.option("--gradebook", metavar="URL", help="Another database than DIR/gradebook.sqlite.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on a Dask cluster, as tcp://HOST:8786.")
@click.option("--plain", is_flag=True, help="A line for each submission instead of a live display.")
@shared_options
def batch_command(
    shared: Shared,
    submissions: Path,
    *,
    lab: str,
    out: Path,
    workers: int | None,
    roster: Path | None,
    kind: str | None,
    seed: int | None,
    scheduler: str | None,
    gradebook: str | None,
    resume: bool,
    plain: bool,
) -> int:
    """Grade all submissions of a download, and go on where an earlier run stopped.

    SUBMISSIONS is a folder of folders or archives, a download of Canvas, Moodle, Blackboard or Gradescope, a
    folder of cloned repositories, or a zip of any of these.
    """
    course = shared.course_to_grade(submissions)
    order = BatchOrder(
        lab=course.lab(lab),
        source=submissions,
        out=out,
        kind=DownloadKind(kind) if kind else None,
        roster=roster,
        seed=seed,
        is_fresh=not resume,
    )
    place = Place(workers, scheduler, is_plain=plain)
    code, summary = run_batch(shared, order, course=course, place=place, gradebook=gradebook)
    if shared.as_json:
        click.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        summary.show(Console())
    return code


@dataclass(frozen=True)
class Place:
    """Where submissions are graded, and what is seen of it.

    Attributes:
        workers: How many at once on this machine; None for one a core.
        scheduler: The address of a cluster's scheduler; None for this machine.
        is_plain: A line for each submission instead of a live display.
    """

    workers: int | None
    scheduler: str | None
    is_plain: bool


def run_batch(
    shared: Shared, order: BatchOrder, *, course: Course, place: Place, gradebook: str | None = None
) -> tuple[Exit, Summary]:
    """Grades what is left of a batch, writes its pages and its gradebook, and says what came of it."""
    # SQLAlchemy and the templates take long to import.
    from grader.batch.gradebook import require_gradebook  # noqa: PLC0415
    from grader.batch.publish import publish  # noqa: PLC0415

    if gradebook is not None:
        require_gradebook(gradebook)  # a mistake in it is told before hours of grading, as one in a deadline
    deadline = read_deadline(course, order.lab.id)
    settings = settle_isolation(shared.settings(course))
    console = Console(stderr=True)
    with open_batch(order, settings.isolation) as batch:
        if not shared.as_json:
            print_findings(batch, console)
        runner = _runner(order.lab, settings, place)
        interrupted = _grade(batch, runner, _display(console, plain=place.is_plain, quiet=shared.as_json))
        published = publish(batch.journal.records, order.out, deadline, gradebook)
        summary = summarize(batch, published)
    incomplete = Exit.INCOMPLETE if summary.incomplete else Exit.GRADED
    return Exit.INTERRUPTED if interrupted else incomplete, summary


Display = Callable[[int, Grading], BatchProgress]


def _display(console: Console, *, plain: bool, quiet: bool) -> Display:
    def make(total: int, grading: Grading) -> BatchProgress:
        return batch_progress(total, grading.names, console, is_plain=plain, is_quiet=quiet)

    return make


def _runner(lab: Lab, settings: Settings, place: Place) -> AbstractContextManager[Runner]:
    """The workers of this machine, or of a cluster."""
    if place.scheduler is None:
        return Pool(lab, settings, place.workers)
    if importlib.util.find_spec("distributed") is None:
        raise UsageError("--scheduler needs Dask. Install it: pip install 'dblab-grader[cluster]'.")
    # Half a second to import, and no batch on one machine needs it.
    from grader.batch.cluster import Cluster  # noqa: PLC0415

    return Cluster(place.scheduler, lab, settings)


def _grade(batch: Batch, runners: AbstractContextManager[Runner], display: Display) -> bool:
    """Grades what is left; whether somebody stopped it."""
    if not batch.tasks:
        return False
    with runners as runner:
        grading = batch.grading(runner)
        with display(len(batch.tasks), grading) as progress, _stopping(grading, progress) as is_stopped:
            for event in grading.run(batch.tasks):
                progress.see(event)
            return is_stopped()


@contextmanager
def _stopping(grading: Grading, progress: BatchProgress) -> Iterator[Callable[[], bool]]:
    """Lets a first Ctrl-C end the batch after what is being graded, and a second one at once."""
    interrupts: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        interrupts.append(number)
        if len(interrupts) > 1:
            raise KeyboardInterrupt
        grading.stop()
        progress.stopping()

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(interrupts)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
