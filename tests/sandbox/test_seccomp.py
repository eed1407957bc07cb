"""The filter of system calls, run by an interpreter of the test's own."""

import re
import struct
from pathlib import Path

import pytest

from grader.sandbox.inside.walls.bpf import ALLOW, KILL, Program, refuse
from grader.sandbox.inside.walls.seccomp import DENIED, LOOKED_INTO, program

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
EPERM, ENOSYS = refuse(1), refuse(38)


def verdict(filter_: bytes, call: tuple[int, int, tuple[int, ...]]) -> int:
    """What a filter says to a call: its number, its architecture, its arguments."""
    number, architecture, arguments = call
    padded = (*arguments, *[0] * (6 - len(arguments)))
    data = struct.pack("<IIQ6Q", number, architecture, 0, *padded)
    lines = [struct.unpack_from("=HBBI", filter_, at) for at in range(0, len(filter_), 8)]
    at, word = 0, 0
    while True:
        code, then, otherwise, value = lines[at]
        tests = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}
        if code == 0x06:
            return int(value)
        if code == 0x20:
            word = struct.unpack_from("<I", data, value)[0]
        elif code == 0x54:
            word &= value
        else:
            at += then if tests[code] else otherwise
        at += 1


@pytest.mark.parametrize("machine", ARCHITECTURES)
@pytest.mark.parametrize("is_network_own", [True, False])
def test_each_call_has_its_verdict(machine: str, *, is_network_own: bool) -> None:
    column = list(ARCHITECTURES).index(machine)
    filter_ = program(machine, is_network_own=is_network_own).assemble()

    def of(number: int, *arguments: int) -> int:
        return verdict(filter_, (number, ARCHITECTURES[machine], arguments))

    assert {of(numbers[column]) for numbers in DENIED.values() if numbers[column] >= 0} == {EPERM}
    named = {name: numbers[column] for name, numbers in LOOKED_INTO.items()}
    datagrams = ALLOW if is_network_own else EPERM
    assert of(named["socket"], 1, 1) == ALLOW
    assert of(named["socket"], 2, 1 | 0o2000000) == of(named["socket"], 10, 1, 6) == ALLOW
    assert of(named["socket"], 2, 2) == of(named["socket"], 2, 2, 17) == datagrams
    assert of(named["socket"], 2, 1, 262) == of(named["socket"], 2, 3) == EPERM
    assert {of(named["socket"], family, 1) for family in (16, 17, 38, 40, 44)} == {EPERM}
    assert (of(named["socketpair"], 1), of(named["socketpair"], 40)) == (ALLOW, EPERM)
    assert (of(named["clone"], 17), of(named["clone"], 0x10000011)) == (ALLOW, EPERM)
    assert of(named["clone3"]) == of(480) == of(0x40000000 + 1) == ENOSYS
    assert of(named["sendto"], 3, 0, 0, 0x20000000) == (ALLOW if is_network_own else EPERM)
    assert (of(named["ioctl"], 0, 0x5413), of(named["ioctl"], 0, 0x5412)) == (ALLOW, EPERM)
    for name in ("prlimit64", "sched_setparam", "sched_setscheduler", "sched_setaffinity", "sched_setattr"):
        assert (of(named[name], 0), of(named[name], 1)) == (ALLOW, EPERM)
    priorities = [of(named["setpriority"], kind, who) for kind, who in ((0, 0), (0, 1), (1, 0), (2, 0))]
    assert priorities == [ALLOW, EPERM, EPERM, EPERM]
    maps = [of(named["mmap"], 0, 1, 3, flags) for flags in (0x22, 0x01, 0x21, 0x23, 0x8021)]
    assert maps == [ALLOW, ALLOW, EPERM, EPERM, EPERM]
    assert of(named["sendmsg"], 3, 0, 0) == of(0) == ALLOW
    assert verdict(filter_, (0, 0x40000003, ())) == KILL


@pytest.mark.parametrize("machine", ARCHITECTURES)
def test_numbers_are_those_of_the_kernel(machine: str) -> None:
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    column = list(ARCHITECTURES).index(machine)
    text = HEADERS[machine].read_text()
    known = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)", text)}
    ours = {name: numbers[column] for name, numbers in {**DENIED, **LOOKED_INTO}.items()}
    assert {name: number for name, number in ours.items() if known.get(name, number) != number} == {}


def test_another_instruction_set_has_no_filter() -> None:
    with pytest.raises(OSError, match="no list of system calls for riscv64"):
        program("riscv64", is_network_own=True)


def test_a_jump_back_or_too_far_is_refused() -> None:
    back, far = Program(), Program()
    back.label("start")
    back.if_equal(1, then="start")
    far.if_equal(1, then="end")
    for _ in range(300):
        far.give(ALLOW)
    far.label("end")
    for made in (back, far):
        with pytest.raises(ValueError, match="the jump to"):
            made.assemble()
