"""The names in a submission: which are safe to write to a disk, and how the others are shown."""

import re
import unicodedata

from grader.errors import SubmissionRejectedError
from grader.submission.intake.entry import IntakeLimits, Parts

_SHOWN_CHARACTERS = 120
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # format characters that Persian, Indian scripts and emoji cannot do without
_DRIVE = re.compile(r"[A-Za-z]:")
_UNDECODABLE = range(0xDC80, 0xDD00)  # how Python carries the bytes 0x80 to 0xFF of a name that is no UTF-8


def visible(name: str) -> str:
    """A name as it may stand in a message: quoted, what cannot be printed escaped, cut if it is long."""
    shown = "".join(character if character.isprintable() else _escaped(character) for character in name)
    if len(shown) > _SHOWN_CHARACTERS:
        shown = shown[: _SHOWN_CHARACTERS - 1] + "…"
    return f'"{shown}"'


def shown(parts: Parts) -> str:
    """A path as it may stand in a message."""
    return visible("/".join(parts))


def parts_of(name: str) -> Parts:
    """Splits the name of an entry; `.` and doubled slashes fall away, the root is empty.

    Letters and their accents are joined (NFC), so that a Mac's names are everybody's names.

    Raises:
        SubmissionRejectedError: The name leads out of the submission, on this system or another.
    """
    if name.startswith("/") or _DRIVE.match(name):
        raise _rejected(name, "is an absolute path", "Pack the folder itself, not its place on your disk.")
    if "\\" in name:
        raise _rejected(name, "has a backslash in its name", "Rename it, or pack with another program.")
    parts = tuple(part for part in unicodedata.normalize("NFC", name).split("/") if part not in {"", "."})
    if ".." in parts:
        raise _rejected(name, "leads out of the submission", "Pack the folder itself, from the inside.")
    return parts


def require_safe(parts: Parts, limits: IntakeLimits) -> None:
    """Refuses a path that is not safe to write or to show.

    Raises:
        SubmissionRejectedError: It has unsafe characters, is too long or too deep.
    """
    name = "/".join(parts)
    if any(_is_unsafe(character) for character in name):
        raise _rejected(name, "has control characters in its name, or bytes that are no text", "Rename it.")
    if len(parts) > limits.depth:
        raise _rejected(name, f"lies deeper than {limits.depth} folders", "Hand in fewer folders.")
    longest = max((len(part.encode()) for part in parts), default=0)
    if longest > limits.name_bytes or len(name.encode()) > limits.path_bytes:
        raise _rejected(name, "has a name that is too long", "Rename it.")


def folded(parts: Parts) -> Parts:
    """The same for two paths that some systems take for one: case and Unicode form do not count."""
    return tuple(
        unicodedata.normalize("NFC", unicodedata.normalize("NFD", part).casefold()) for part in parts
    )


def _rejected(name: str, fault: str, remedy: str) -> SubmissionRejectedError:
    return SubmissionRejectedError(f"{visible(name)} {fault}. {remedy}")


def _is_unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE_CATEGORIES and character not in _JOINERS


def _escaped(character: str) -> str:
    code = ord(character)
    if code in _UNDECODABLE:
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()
