"""Submissions of a batch that share much of their code: what a person should look at, and no proof."""

from grader.batch.similar.find import find_similar
from grader.batch.similar.findings import Copies, HandedInBy, Pair, Piece, Similar, Work
from grader.batch.similar.page import render_similar

__all__ = ["Copies", "HandedInBy", "Pair", "Piece", "Similar", "Work", "find_similar", "render_similar"]
