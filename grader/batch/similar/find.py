"""Finds what is similar in a batch."""

from collections.abc import Sequence
from itertools import combinations

from grader.batch.journal import Record
from grader.batch.similar.compare import Comparison, Fingerprints
from grader.batch.similar.findings import Copies, Similar
from grader.batch.similar.normal import normal_form
from grader.batch.similar.works import read_starter, read_works
from grader.course import Lab

__all__ = ["find_similar"]


def find_similar(lab: Lab, records: Sequence[Record], threshold: float) -> Similar:
    """Compares the submissions of a batch's last run with each other.

    What is the same for all, the starter, does not count. Who belongs together is no pair.

    Args:
        threshold: From which share on a pair is told; above 0, at most 1.

    Raises:
        UsageError: copydetect is not installed, or the journal tells of no run.
    """
    comparison = Comparison(normal_form(read_starter(lab)))
    works, left_out = read_works(lab, records)
    known = []
    for work in works:
        prints = comparison.fingerprints(work, normal_form(work.files.values()))
        if prints is None:
            left_out |= dict.fromkeys((one.key for one in work.by), "It has little more than the starter.")
        else:
            known.append(prints)
    pairs = [
        pair
        for left, right in combinations(known, 2)
        if left.work.is_apart_from(right.work)
        and (pair := comparison.pair(left, right, threshold)) is not None
    ]
    return Similar(
        lab=lab.id,
        title=lab.title,
        threshold=threshold,
        compared=len(known),
        copies=_copies(known),
        pairs=tuple(sorted(pairs, key=lambda pair: (-pair.share, pair.left.names, pair.right.names))),
        left_out=left_out,
    )


def _copies(known: Sequence[Fingerprints]) -> tuple[Copies, ...]:
    found = [Copies(prints.work) for prints in known if prints.work.is_of_several]
    return tuple(sorted(found, key=lambda copies: (-len(copies.work.by), copies.work.names)))
