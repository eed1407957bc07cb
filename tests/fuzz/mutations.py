"""Hostile bytes: any at all, and valid ones that were damaged."""

from collections.abc import Callable, Sequence

from tests.fuzz.hostile import Luck, text

__all__ = ["data", "mutated"]


def data(luck: Luck) -> bytes:
    """Any bytes: random, or text in some encoding."""
    if luck.random() < 0.5:
        return luck.randbytes(luck.randrange(200))
    encoding = luck.choice(("utf-8", "utf-16", "utf-16-le", "latin-1", "utf-8-sig"))
    return text(luck).encode(encoding, "replace")


def _flip(luck: Luck, content: bytearray) -> None:
    content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)


def _overwrite(luck: Luck, content: bytearray) -> None:
    content[luck.randrange(len(content))] = luck.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF, luck.randrange(256)))


def _widen(luck: Luck, content: bytearray) -> None:
    """A number of four bytes becomes extreme: lengths and offsets lie."""
    at = luck.randrange(len(content))
    value = luck.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000, luck.randrange(1 << 32)))
    content[at : at + 4] = value.to_bytes(4, luck.choice(("little", "big")))


def _cut(luck: Luck, content: bytearray) -> None:
    del content[luck.randrange(len(content)) :]


def _remove(luck: Luck, content: bytearray) -> None:
    at = luck.randrange(len(content))
    del content[at : at + luck.randrange(1, 20)]


def _repeat(luck: Luck, content: bytearray) -> None:
    at = luck.randrange(len(content))
    piece = content[at : at + luck.randrange(1, 60)]
    content[at:at] = piece * luck.choice((1, 2, 3, 50))


def _insert(luck: Luck, content: bytearray) -> None:
    at = luck.randrange(len(content) + 1)
    content[at:at] = data(luck) if luck.random() < 0.5 else text(luck, 3).encode("utf-8", "surrogatepass")


def _swap(luck: Luck, content: bytearray) -> None:
    first, second = luck.randrange(len(content)), luck.randrange(len(content))
    size = luck.randrange(1, 16)
    content[first : first + size], content[second : second + size] = (
        content[second : second + size],
        content[first : first + size],
    )


_MUTATIONS: Sequence[Callable[[Luck, bytearray], None]] = (
    *(_flip, _flip, _overwrite, _overwrite, _widen, _widen, _cut, _remove, _repeat, _insert, _swap),
)


def mutated(luck: Luck, content: bytes, most: int = 5) -> bytes:
    """Valid bytes with a few bits flipped and pieces cut, repeated, put in or moved; or left as they are."""
    changed = bytearray(content)
    for _ in range(luck.randrange(most)):
        if changed:
            luck.choice(_MUTATIONS)(luck, changed)
    return bytes(changed)
