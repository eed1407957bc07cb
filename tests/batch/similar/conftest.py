"""A batch of a small lab, taken in and not graded: what is similar needs no grades."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.batch.journal import Record, read_journal
from grader.batch.run import BatchOrder, open_batch
from grader.batch.similar import Similar, find_similar
from grader.course import Lab
from tests.pool.conftest import RUBRIC, make_lab

__all__ = ["make_lab"]

STARTER = '''"""Notes: the handout says what each function has to do."""

import json
from pathlib import Path


def answer(path: Path, limit: int = 10) -> list[str]:
    """Gives the answer to everything, read from a file, in lines no longer than the limit."""
    if not path.exists():
        raise FileNotFoundError(f"{path} is not there, and nothing can be read from it")
    return json.loads(path.read_text(encoding="utf-8"))[:limit]


'''
FIRST = '''
def store(rd, notes):
    """Stores each note under its number."""
    with rd.pipeline() as pipe:
        for number, note in enumerate(notes):
            if note is not None:
                pipe.hset(f"note:{number}", mapping={"text": note, "length": len(note)})
        pipe.execute()
    return rd.incrby("notes", len(notes))
'''
SECOND = '''
def longest(rd, most):
    """Gives the longest notes."""
    found = []
    for key in rd.scan_iter("note:*"):
        length = rd.hget(key, "length")
        if length and int(length) > 3:
            found.append((int(length), rd.hget(key, "text").decode()))
    return [text for _, text in sorted(found, reverse=True)][:most]
'''
SOLUTION = STARTER + FIRST + SECOND
OTHER = (
    STARTER
    + """
class Shelf:
    def __init__(self, client):
        self.client = client

    def put(self, *texts):
        while texts:
            first, *texts = texts
            self.client.rpush("shelf", first or "-")

    def sizes(self):
        return {index: len(text) for index, text in enumerate(self.client.lrange("shelf", 0, -1))}


store = lambda client, notes: Shelf(client).put(*notes) or len(notes)
longest = lambda client, most: max(Shelf(client).sizes().items(), key=lambda pair: pair[1])[most]
"""
)


@pytest.fixture
def lab(make_lab: Callable[[str], Lab]) -> Lab:
    """A lab with a starter that has more code than most solutions add."""
    lab = make_lab(RUBRIC)
    (lab.folder / "starter").mkdir()
    (lab.folder / "starter" / "tiny.py").write_text(STARTER)
    return lab


TakeIn = Callable[[Mapping[str, str]], list[Record]]


@pytest.fixture
def take_in(lab: Lab, tmp_path: Path) -> TakeIn:
    """Takes in what each student has written, and gives the journal."""

    def taken_in(works: Mapping[str, str]) -> list[Record]:
        for student, code in works.items():
            folder = tmp_path / "in" / student
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "tiny.py").write_text(code)
        with open_batch(BatchOrder(lab, tmp_path / "in", tmp_path / "out"), "process"):
            return list(read_journal(tmp_path / "out"))

    return taken_in


Find = Callable[..., Similar]


@pytest.fixture
def find(lab: Lab, take_in: TakeIn) -> Find:
    """Finds what is similar in what each student has written."""

    def found(threshold: float = 0.5, **works: str) -> Similar:
        return find_similar(lab, take_in(works), threshold)

    return found
