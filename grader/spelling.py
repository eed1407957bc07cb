"""What somebody may have meant who wrote a name that is not there."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["or_meant"]


def or_meant(name: str, known: Iterable[str]) -> str:
    """A question after the nearest of the known names; empty if none is near."""
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
