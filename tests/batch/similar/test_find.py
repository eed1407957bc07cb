"""What is found in a batch, and what is not."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch.journal import HandedIn, Record
from grader.batch.similar import Similar, find_similar
from grader.course import Lab
from grader.errors import UsageError
from tests.batch.similar.conftest import FIRST, OTHER, SECOND, SOLUTION, STARTER, Find, TakeIn

RENAMES = {"note": "memo", "number": "i", "rd": "conn", "found": "result", "length": "size", "pipe": "p"}


def renamed(code: str) -> str:
    """Other names, other texts, other comments, other layout."""
    for old, new in RENAMES.items():
        code = code.replace(old, new)
    return "\n\n\n# All my own work.\n" + code.replace('"""Stores', '"""Puts').replace("    ", "  ")


def named(similar: Similar) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(pair.left.names, pair.right.names) for pair in similar.pairs]


def grouped(records: Sequence[Record], group: str, *keys: str) -> list[Record]:
    """The journal, with these hand-ins of one group."""
    return [
        replace(record, group=group) if isinstance(record, HandedIn) and record.key in keys else record
        for record in records
    ]


def test_a_copy_with_other_names_in_another_order_is_found(find: Find) -> None:
    similar = find(ann=SOLUTION, bob=renamed(STARTER + SECOND + FIRST), cora=OTHER)
    assert named(similar) == [(("ann",), ("bob",))]
    assert similar.pairs[0].share > 0.9
    assert similar.compared == 3


def test_who_copies_a_part_and_adds_much_shares_less(find: Find) -> None:
    longer = SOLUTION + OTHER.removeprefix(STARTER)
    (pair,) = find(ann=SOLUTION, bob=longer).pairs
    assert pair.left_share > 0.95
    assert pair.right_share < 0.8
    assert pair.right_share < pair.share < pair.left_share
    assert find(0.95, ann=SOLUTION, bob=longer).pairs == ()


def test_the_starter_makes_nobody_similar(find: Find) -> None:
    assert find(0.05, ann=SOLUTION, bob=OTHER).pairs == ()


def test_the_starter_without_its_lines_in_order_makes_nobody_similar_either(find: Find) -> None:
    # The same function of the starter, before one's own code and behind it.
    behind = OTHER.removeprefix(STARTER) + STARTER
    assert find(0.05, ann=SOLUTION, bob=behind).pairs == ()


def test_an_unchanged_starter_is_not_compared(find: Find) -> None:
    similar = find(ann=STARTER, bob=STARTER, cora=STARTER + "x = 1\n", dave=SOLUTION)
    assert (similar.pairs, similar.copies) == ((), ())
    assert set(similar.left_out) == {"ann", "bob", "cora"}
    assert "little more than the starter" in similar.left_out["ann"]


def test_the_same_files_of_several_are_one_finding_and_one_side_of_a_pair(find: Find) -> None:
    similar = find(ann=SOLUTION, bob=SOLUTION, cora=SOLUTION, dave=renamed(SOLUTION), eve=OTHER)
    assert [copies.work.names for copies in similar.copies] == [("ann", "bob", "cora")]
    assert named(similar) == [(("ann", "bob", "cora"), ("dave",))]


def test_a_file_beside_the_code_does_not_hide_that_the_code_is_the_same(
    lab: Lab, take_in: TakeIn, tmp_path: Path
) -> None:
    (tmp_path / "in" / "ann").mkdir(parents=True)
    (tmp_path / "in" / "ann" / "README.txt").write_text("mine")
    similar = find_similar(lab, take_in({"ann": SOLUTION, "bob": SOLUTION}), 0.5)
    assert [copies.work.names for copies in similar.copies] == [("ann", "bob")]


def test_members_of_a_group_are_no_pair_and_no_copies(take_in: TakeIn, lab: Lab) -> None:
    works = {"ann": SOLUTION, "bob": renamed(SOLUTION), "cora": SOLUTION}
    records = grouped(take_in(works), "Group 1", "ann", "bob", "cora")
    similar = find_similar(lab, records, 0.5)
    assert (similar.pairs, similar.copies) == ((), ())


def test_somebody_outside_of_the_group_is_still_found(take_in: TakeIn, lab: Lab) -> None:
    works = {"ann": SOLUTION, "bob": renamed(SOLUTION), "cora": SOLUTION}
    similar = find_similar(lab, grouped(take_in(works), "Group 1", "ann", "bob"), 0.5)
    assert [copies.work.names for copies in similar.copies] == [("ann", "cora")]
    assert named(similar) == [(("ann", "cora"), ("bob",))]


def test_a_hand_in_of_nobody_known_is_no_copy_of_itself(take_in: TakeIn, lab: Lab) -> None:
    records = [
        replace(record, students=()) if isinstance(record, HandedIn) else record
        for record in take_in({"ann": SOLUTION, "bob": renamed(SOLUTION)})
    ]
    similar = find_similar(lab, records, 0.5)
    assert (named(similar), similar.copies) == ([(("ann",), ("bob",))], ())


def test_a_notebook_is_compared_by_its_code(find: Find, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "bob"
    folder.mkdir(parents=True)
    cells: list[dict[str, object]] = [
        {"cell_type": kind, "metadata": {"tags": ["mine"]}, "source": text, "outputs": ["1"]}
        for kind, text in (("markdown", "# Mine"), ("code", "%pip list\n" + FIRST), ("code", SECOND))
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    (folder / "tiny.ipynb").write_text(json.dumps(notebook))
    similar = find(ann=SOLUTION)
    assert named(similar) == [(("ann",), ("bob",))]
    assert list(similar.pairs[0].right.files) == ["tiny.py"]


def test_what_changed_since_the_batch_or_is_gone_is_left_out_and_named(
    take_in: TakeIn, lab: Lab, tmp_path: Path
) -> None:
    records = take_in({"ann": SOLUTION, "bob": SOLUTION, "cora": OTHER})
    (tmp_path / "in" / "ann" / "tiny.py").write_text(OTHER)
    (tmp_path / "in" / "bob" / "tiny.py").unlink()
    (tmp_path / "in" / "bob").rmdir()
    similar = find_similar(lab, records, 0.5)
    assert "has changed" in similar.left_out["ann"]
    assert "not there any more" in similar.left_out["bob"]
    assert similar.compared == 1


def test_what_intake_refused_is_left_out_with_its_reason(find: Find, tmp_path: Path) -> None:
    (tmp_path / "in" / "empty").mkdir(parents=True)
    assert "tiny.py" in find(ann=SOLUTION).left_out["empty"]


def test_the_pieces_are_the_same_code_on_both_sides(find: Find) -> None:
    (pair,) = find(ann=SOLUTION, bob=STARTER + SECOND + "\n\nclass Between:\n    x = 1\n" + FIRST).pairs
    left, right = ("".join(work.files.values()) for work in (pair.left, pair.right))
    of_left = {piece.number: left[piece.start : piece.end] for piece in pair.left_pieces}
    of_right = {piece.number: right[piece.start : piece.end] for piece in pair.right_pieces}
    assert set(of_left) == set(of_right)
    for number, code in of_left.items():
        assert of_right[number].split() == code.split()
    assert any("pipe.execute()" in code for code in of_left.values())


def test_broken_code_and_bytes_that_are_no_text_are_compared_too(find: Find, tmp_path: Path) -> None:
    folder = tmp_path / "in" / "bob"
    folder.mkdir(parents=True)
    (folder / "more.py").write_bytes(b"\xff\xfe\x00 = 'x\n(((((\n")
    broken = SOLUTION + "\n    def (:\n  '''never closed\n"
    assert named(find(ann=SOLUTION, bob=broken)) == [(("ann",), ("bob",))]


def test_without_the_library_the_error_says_what_to_install(
    find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "copydetect", None)
    with pytest.raises(UsageError, match=r"pip install 'dblab-grader\[similar\]'"):
        find(ann=SOLUTION)


def test_two_runs_find_the_same(find: Find) -> None:
    works = {"ann": SOLUTION, "bob": renamed(SOLUTION), "cora": OTHER}
    assert find(**works) == find(**works)
