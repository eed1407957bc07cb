"""`labs` and `verify`: what there is to grade, and whether its rubrics can be trusted."""

import json
from pathlib import Path

import click
from rich.console import Console

from grader.cli.exits import Exit
from grader.cli.folder import write_lab
from grader.cli.options import Shared, shared_options
from grader.reports.screen.matrix import MatrixRow, matrix_json, print_matrix
from grader.results import LabResult
from grader.scoring import points_text
from grader.verify import DEFAULT_SEED, Manner, Specimen, Verified, verify


@click.command("labs")
@shared_options
def labs_command(shared: Shared) -> int:
    """List the labs of the course."""
    course = shared.course(Path())
    labs = [course.lab(lab_id) for lab_id in course.lab_ids()]
    if shared.as_json:
        rows = [
            {"id": lab.id, "title": lab.title, "services": list(lab.services), "files": lab.files}
            for lab in labs
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return Exit.GRADED
    width = max((len(lab.id) for lab in labs), default=0)
    for lab in labs:
        click.echo(f"{lab.id:<{width}}  {lab.title}  ({', '.join(lab.files)}; {', '.join(lab.services)})")
    return Exit.GRADED


@click.command("verify")
@click.argument("labs", nargs=-1, metavar="[LAB]...")
@click.option(
    "--matrix", type=click.Path(path_type=Path), metavar="FILE", help="Write the kill matrix as JSON."
)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write every report of every specimen.",
)
@click.option("--seed", type=click.IntRange(0), default=DEFAULT_SEED, help="The seed of the generated data.")
@click.option("--workers", type=click.IntRange(1), help="How many specimens are graded at once.")
@shared_options
def verify_command(
    shared: Shared,
    labs: tuple[str, ...],
    matrix: Path | None,
    reports: Path | None,
    seed: int,
    workers: int | None,
) -> int:
    """Test rubrics against their specimens, and print the kill matrix.

    Without a LAB, all of the course. Exit 1 if a rubric has a problem.
    """
    course = shared.course(Path())
    chosen = [course.lab(lab_id) for lab_id in labs or course.lab_ids()]
    documents = []
    trusted = True
    for lab in chosen:
        manner = Manner(shared.settings(course), seed, workers)
        verified = verify(lab, manner, _nobody_told if shared.as_json else _tell)
        rows = _rows(verified)
        documents.append({"lab": lab.id, **matrix_json(rows, verified.checks, verified.problems)})
        trusted = trusted and not verified.problems
        if reports is not None:
            write_lab(lab, [(one, verified.results[one.name]) for one in verified.specimens], reports)
        if not shared.as_json:
            print_matrix(rows, verified.checks, verified.problems, Console())
    if shared.as_json:
        click.echo(json.dumps(documents, ensure_ascii=False))
    if matrix is not None:
        matrix.write_text(json.dumps(documents, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Exit.GRADED if trusted else Exit.BELOW


def _tell(specimen: Specimen, result: LabResult) -> None:
    click.echo(f"{result.lab}: {specimen.name} {points_text(result.points)}", err=True)


def _nobody_told(_specimen: Specimen, _result: LabResult) -> None:
    return


def _rows(verified: Verified) -> list[MatrixRow]:
    return [
        MatrixRow(
            specimen=specimen.name,
            kind=specimen.kind,
            says=specimen.says,
            expected=specimen.score,
            scored=verified.results[specimen.name].points,
            cells={item.check.id: item.outcome for item in verified.results[specimen.name].checks},
        )
        for specimen in verified.specimens
    ]
