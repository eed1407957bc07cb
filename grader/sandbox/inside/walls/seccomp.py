"""The system calls that student code may not make; what is not named is allowed, if it was known in 2024."""

import ctypes
import errno
import struct
from collections.abc import Mapping

from grader.sandbox.inside.walls import kernel
from grader.sandbox.inside.walls.bpf import ALLOW, ARCHITECTURE, KILL, NUMBER, Program, argument, refuse

# By name, the number on x86_64 and on aarch64; -1 where there is no such call.
DENIED: Mapping[str, tuple[int, int]] = {
    # Other processes' memory and descriptors.
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # Mounts, roots and namespaces.
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # Large parts of the kernel that no lab needs and that holes were found in.
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "fanotify_init": (300, 262),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_secret": (447, 447),
    "modify_ldt": (154, -1),
    "uselib": (134, -1),
    "lookup_dcookie": (212, 18),
    # Memory that no process need have mapped, so that nobody could count it.
    "memfd_create": (319, 279),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    # Marks on a folder that stay when it is emptied: what is made in it for the next submission takes them.
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "ioprio_set": (251, 30),
    # The machine as a whole.
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "nfsservctl": (180, 42),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, -1),
    "ioperm": (173, -1),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
}
LOOKED_INTO: Mapping[str, tuple[int, int]] = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "clone": (56, 220),
    "clone3": (435, 435),
    "sendto": (44, 206),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "ioctl": (16, 29),
    "mmap": (9, 222),
    "setpriority": (141, 140),
    "prlimit64": (302, 261),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
}
"""Calls whose arguments decide; numbers likewise."""

# What they changed of the process that starts all others, which has the same user, would stay with it.
_OF_OTHERS = ("prlimit64", "sched_setparam", "sched_setscheduler", "sched_setaffinity", "sched_setattr")

# From here on calls are newer than this list, and it is not known what they do.
FIRST_UNKNOWN = 463

_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_NAMESPACES = 0x7E020000
_UNIX, _INET, _INET6 = 1, 2, 10
_STREAM, _DATAGRAM = 1, 2
_SOCKET_KIND = 0xF
_TCP, _UDP = 6, 17
# With this flag sending opens a connection, which Landlock does not see.
_FAST_OPEN = 0x20000000
_INJECT_INPUT = 0x5412
# Shared memory without a file stays when all but a page of it is unmapped, and then nobody can count it.
_SHARED_OR_NOT, _SHARED, _SHARED_CHECKED = 0x2F, 0x21, 0x23
_FILTER = 2


def install(data: bytes) -> None:
    """Puts a filter on this process and all that come of it, for good.

    Raises:
        OSError: The kernel has no seccomp.
    """
    buffer = ctypes.create_string_buffer(data, len(data))
    head = struct.pack("HxxxxxxP", len(data) // 8, ctypes.addressof(buffer))
    kernel.prctl(kernel.SET_SECCOMP, _FILTER, ctypes.create_string_buffer(head, len(head)))


def program(machine: str, *, is_network_own: bool) -> Program:
    """The filter for an instruction set.

    Args:
        is_network_own: Whether the network is one of its own, where datagrams reach nobody.

    Raises:
        OSError: The list does not know this set.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no list of system calls for {machine}")
    column, architecture = _ARCHITECTURES[machine]
    made = Program()
    made.load(ARCHITECTURE)
    made.if_equal(architecture, then="native")
    made.give(KILL)
    made.label("native")
    made.load(NUMBER)
    _refuse_unknown(made)
    for name, numbers in DENIED.items():
        if numbers[column] >= 0:
            _refuse_one(made, name, numbers[column])
    _refuse_one(made, "clone3", LOOKED_INTO["clone3"][column], errno.ENOSYS)
    _look_into(made, column, is_network_own=is_network_own)
    made.give(ALLOW)
    return made


def _refuse_unknown(made: Program) -> None:
    # The second set of numbers of x86_64 lies above, too.
    made.if_at_least(FIRST_UNKNOWN, otherwise="known")
    made.give(refuse(errno.ENOSYS))
    made.label("known")


def _refuse_one(made: Program, name: str, number: int, error: int = errno.EPERM) -> None:
    made.if_equal(number, otherwise=f"not {name}")
    made.give(refuse(error))
    made.label(f"not {name}")


def _look_into(made: Program, column: int, *, is_network_own: bool) -> None:
    _refuse_bits(made, "clone", LOOKED_INTO["clone"][column], 0, _NAMESPACES)
    for name in _OF_OTHERS:
        _refuse_other(made, name, LOOKED_INTO[name][column])
    _judge_priority(made, LOOKED_INTO["setpriority"][column])
    _judge_mapping(made, LOOKED_INTO["mmap"][column])
    if not is_network_own:
        for name, index in (("sendto", 3), ("sendmsg", 2), ("sendmmsg", 3)):
            _refuse_bits(made, name, LOOKED_INTO[name][column], index, _FAST_OPEN)
    made.if_equal(LOOKED_INTO["ioctl"][column], otherwise="no ioctl")
    made.load(argument(1))
    _refuse_one(made, "injecting", _INJECT_INPUT)
    made.give(ALLOW)
    made.label("no ioctl")
    made.if_equal(LOOKED_INTO["socketpair"][column], otherwise="no socketpair")
    made.load(argument(0))
    made.if_equal(_UNIX, then="a pair")
    made.give(refuse(errno.EPERM))
    made.label("a pair")
    made.give(ALLOW)
    made.label("no socketpair")
    made.if_equal(LOOKED_INTO["socket"][column], otherwise="no socket")
    _judge_socket(made, is_network_own=is_network_own)
    made.label("no socket")


def _refuse_bits(made: Program, name: str, number: int, index: int, bits: int) -> None:
    made.if_equal(number, otherwise=f"not {name}")
    made.load(argument(index))
    made.if_any_bit(bits, otherwise=f"{name} without")
    made.give(refuse(errno.EPERM))
    made.label(f"{name} without")
    made.give(ALLOW)
    made.label(f"not {name}")


def _refuse_other(made: Program, name: str, number: int) -> None:
    """Refuses a call about a process that it names; 0 is the one that makes it."""
    made.if_equal(number, otherwise=f"not {name}")
    made.load(argument(0))
    made.if_equal(0, then=f"{name} of itself")
    made.give(refuse(errno.EPERM))
    made.label(f"{name} of itself")
    made.give(ALLOW)
    made.label(f"not {name}")


def _judge_priority(made: Program, number: int) -> None:
    made.if_equal(number, otherwise="no priority")
    made.load(argument(0))
    made.if_equal(0, then="of a process", otherwise="of others")
    made.label("of a process")
    made.load(argument(1))
    made.if_equal(0, then="its own priority")
    made.label("of others")
    made.give(refuse(errno.EPERM))
    made.label("its own priority")
    made.give(ALLOW)
    made.label("no priority")


def _judge_mapping(made: Program, number: int) -> None:
    made.if_equal(number, otherwise="no mapping")
    made.load(argument(3))
    made.mask(_SHARED_OR_NOT)
    made.if_equal(_SHARED, then="uncounted")
    made.if_equal(_SHARED_CHECKED, then="uncounted", otherwise="counted")
    made.label("uncounted")
    made.give(refuse(errno.EPERM))
    made.label("counted")
    made.give(ALLOW)
    made.label("no mapping")


def _judge_socket(made: Program, *, is_network_own: bool) -> None:
    made.load(argument(0))
    made.if_equal(_UNIX, then="good socket")
    made.if_equal(_INET, then="internet")
    made.if_equal(_INET6, then="internet", otherwise="bad socket")
    made.label("internet")
    made.load(argument(1))
    made.mask(_SOCKET_KIND)
    made.if_equal(_STREAM, then="stream")
    made.if_equal(_DATAGRAM, then="datagram" if is_network_own else "bad socket", otherwise="bad socket")
    made.label("stream")
    # Multipath TCP has a number of its own here, and Landlock does not see it.
    made.load(argument(2))
    made.if_equal(0, then="good socket")
    made.if_equal(_TCP, then="good socket", otherwise="bad socket")
    made.label("datagram")
    made.load(argument(2))
    made.if_equal(0, then="good socket")
    made.if_equal(_UDP, then="good socket", otherwise="bad socket")
    made.label("bad socket")
    made.give(refuse(errno.EPERM))
    made.label("good socket")
    made.give(ALLOW)
