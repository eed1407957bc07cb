"""What every attack has: directions to all that could be stolen, and a way to tell what it got."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
bait = json.loads((HERE / "bait.json").read_text())
_CANARY = re.compile("canary-[a-z]+-[0-9a-f]{16}")
_LONGEST = 160


def got(what: str) -> None:
    """Tells whoever runs the attack that something got through which never should."""
    print(f"\n{bait['token']} GOT THROUGH {what}\n", end="", flush=True)


@contextmanager
def tried(what: str) -> Iterator[None]:
    """Tells what stopped an attempt."""
    try:
        yield
    except Exception as error:
        print(f"\nstopped: {what}: {type(error).__name__}: {error}"[:_LONGEST], flush=True)


def attempt(what: str, function, *arguments) -> object:
    """Calls a function; that it returns at all is what never should be."""
    with tried(what):
        value = function(*arguments)
        got(what)
        return value


def loot(text: object, where: str) -> str:
    """The secret in a text, if there is one; it is told, too."""
    found = _CANARY.findall(text if isinstance(text, str) else repr(text))
    for canary in set(found):
        got(f"{canary} {where}")
    tests = [canary for canary in found if canary.startswith("canary-tests-")]
    return (tests or found or [""])[0]
