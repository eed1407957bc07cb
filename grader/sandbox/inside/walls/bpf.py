"""An assembler for the filters of seccomp: classic BPF over one system call, with labels."""

import struct
from dataclasses import dataclass, field

_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_MAX_JUMP = 255

# seccomp.h
ALLOW = 0x7FFF0000
KILL = 0x80000000
_ERRNO = 0x00050000
NUMBER = 0
ARCHITECTURE = 4
_ARGUMENTS = 16

NEXT = ""
"""The label of the instruction that follows."""


def refuse(number: int) -> int:
    """The verdict that makes a call fail with an error number."""
    return _ERRNO | number


def argument(index: int) -> int:
    """Where the lower half of an argument stands, on a machine with the lower byte first."""
    return _ARGUMENTS + 8 * index


@dataclass
class Program:
    """A filter under construction. Jumps go forward only, to labels that come later."""

    _lines: list[tuple[int, int, str, str]] = field(default_factory=list)
    _labels: dict[str, int] = field(default_factory=dict)

    def label(self, name: str) -> None:
        """Names the next instruction."""
        self._labels[name] = len(self._lines)

    def load(self, offset: int) -> None:
        """Loads a word of the call."""
        self._lines.append((_LOAD, offset, NEXT, NEXT))

    def mask(self, bits: int) -> None:
        """Keeps some bits of what is loaded."""
        self._lines.append((_AND, bits, NEXT, NEXT))

    def give(self, verdict: int) -> None:
        """Ends with a verdict."""
        self._lines.append((_RETURN, verdict, NEXT, NEXT))

    def if_equal(self, value: int, then: str = NEXT, otherwise: str = NEXT) -> None:
        """Jumps by whether what is loaded is a value."""
        self._lines.append((_EQUAL, value, then, otherwise))

    def if_at_least(self, value: int, then: str = NEXT, otherwise: str = NEXT) -> None:
        """Jumps by whether what is loaded is at least a value."""
        self._lines.append((_AT_LEAST, value, then, otherwise))

    def if_any_bit(self, bits: int, then: str = NEXT, otherwise: str = NEXT) -> None:
        """Jumps by whether what is loaded has any of some bits."""
        self._lines.append((_ANY_BIT, bits, then, otherwise))

    def assemble(self) -> bytes:
        """The filter as the kernel takes it.

        Raises:
            ValueError: A jump goes back, or too far.
        """
        return b"".join(
            struct.pack("=HBBI", code, self._jump(at, then), self._jump(at, otherwise), value)
            for at, (code, value, then, otherwise) in enumerate(self._lines)
        )

    def _jump(self, at: int, label: str) -> int:
        if label == NEXT:
            return 0
        distance = self._labels[label] - at - 1
        if not 0 <= distance <= _MAX_JUMP:
            raise ValueError(f"the jump to {label} goes {distance} instructions")
        return distance
