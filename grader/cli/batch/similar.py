"""`similar`: which submissions of a batch share much of their code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from grader.batch.journal import read_journal
from grader.batch.run import last_run
from grader.cli.exits import Exit
from grader.cli.options import Shared, shared_options
from grader.reports.base import write_atomically
from grader.reports.screen.page import Page, how_many
from grader.reports.text import one_line

if TYPE_CHECKING:
    from grader.batch.similar import Pair, Similar, Work

_LISTED = 20
"""So many of a kind are listed; the page and --json have the rest."""


@click.command("similar")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="Else OUT/similar.html.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.5,
    show_default=True,
    help="Which share of both together makes a pair.",
)
@shared_options
def similar_command(shared: Shared, out: Path, *, to: Path | None, threshold: float) -> int:
    """Find submissions of a batch that share much of their code, and write a page about them.

    OUT is the folder that `grader batch --out` wrote to. Needs the extra `similar`.
    """
    # Templates and lexers take long to import.
    from grader.batch.similar import find_similar, render_similar  # noqa: PLC0415

    records = read_journal(out)
    run = last_run(records)
    lab = shared.course(Path(), apart_from=Path(run.source)).lab(run.lab)
    similar = find_similar(lab, records, threshold)
    path = to or out / "similar.html"
    write_atomically(path, render_similar(similar))
    if shared.as_json:
        click.echo(json.dumps(_as_json(similar, path), ensure_ascii=False))
    else:
        _show(similar, path, Page(Console()))
    return Exit.GRADED


def _show(similar: "Similar", path: Path, page: Page) -> None:
    page.say(f"{how_many(similar.compared, 'different work')} compared.")
    _list(page, "The same files", ["; ".join(found.work.names) for found in similar.copies])
    _list(page, f"Pairs that share {similar.threshold:.0%} or more", [_line(pair) for pair in similar.pairs])
    _list(page, "Not compared", [f"{key}: {reason}" for key, reason in similar.left_out.items()])
    page.say(f"The page is {path}. What is alike proves nothing: look, and ask.")


def _line(pair: "Pair") -> str:
    return f"{int(pair.share * 100)} %: {_who(pair.left)} and {_who(pair.right)}"


def _who(work: "Work") -> str:
    others = len(work.names) - 1
    return (
        f"{work.names[0]} (and {how_many(others, 'other')} with the same files)" if others else work.names[0]
    )


def _list(page: Page, title: str, lines: list[str]) -> None:
    page.say(f"{title}: {len(lines) or 'none'}", "bold")
    for line in lines[:_LISTED]:
        page.say(one_line(line), indent=2, bullet="- ")
    if len(lines) > _LISTED:
        page.say(f"and {len(lines) - _LISTED} more", indent=2)


def _as_json(similar: "Similar", path: Path) -> dict[str, Any]:
    return {
        "lab": similar.lab,
        "threshold": similar.threshold,
        "compared": similar.compared,
        "copies": [_keys(found.work) for found in similar.copies],
        "pairs": [
            {
                "share": round(pair.share, 3),
                "left": _keys(pair.left),
                "left_share": round(pair.left_share, 3),
                "right": _keys(pair.right),
                "right_share": round(pair.right_share, 3),
            }
            for pair in similar.pairs
        ],
        "left_out": dict(similar.left_out),
        "page": str(path),
    }


def _keys(work: "Work") -> list[str]:
    return [one.key for one in work.by]
