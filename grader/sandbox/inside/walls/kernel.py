"""Linux' own calls that Python's standard library does not have, each an `OSError` when it fails."""

import ctypes
import os
import platform
from collections.abc import Mapping

# prctl.h
SET_PDEATHSIG = 1
SET_DUMPABLE = 4
SET_SECCOMP = 22
CAPBSET_DROP = 24
SET_CHILD_SUBREAPER = 36
SET_NO_NEW_PRIVS = 38
CAP_AMBIENT = 47
CAP_AMBIENT_CLEAR_ALL = 4

# sched.h
NEW_MOUNT = 0x00020000
NEW_CGROUP = 0x02000000
NEW_UTS = 0x04000000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PID = 0x20000000
NEW_NET = 0x40000000

# mount.h
READ_ONLY = 1
NO_SUID = 2
NO_DEVICES = 4
NO_EXECUTION = 8
REMOUNT = 32
BIND = 4096
RECURSIVE = 16384
PRIVATE = 1 << 18
DETACH = 2
_AT_RECURSIVE = 0x8000
_AT_CWD = -100

CAPABILITY_VERSION = 0x20080522
LAST_CAPABILITY = 63

MACHINE = platform.machine()
_NUMBERS: Mapping[str, Mapping[str, int]] = {
    "x86_64": {"pivot_root": 155, "capset": 126},
    "aarch64": {"pivot_root": 41, "capset": 91},
}
_SAME_EVERYWHERE = {
    "mount_setattr": 442,
    "landlock_create_ruleset": 444,
    "landlock_add_rule": 445,
    "landlock_restrict_self": 446,
}

_libc = ctypes.CDLL(None, use_errno=True)


def libc(name: str, *arguments: object) -> int:
    """Calls a function of the C library that gives -1 when it fails."""
    return _checked(name, getattr(_libc, name)(*arguments))


def system(name: str, *arguments: object) -> int:
    """Calls the kernel by a call's name."""
    number = _SAME_EVERYWHERE.get(name) or _NUMBERS.get(MACHINE, {}).get(name)
    if number is None:
        raise OSError(f"{name}: unknown on {MACHINE}")
    # A plain int would be cut to 32 bits.
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _checked(name, _libc.syscall(ctypes.c_long(number), *wide))


def _checked(name: str, result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, value: int, argument: object = 0) -> int:
    """Changes something of this process."""
    if isinstance(argument, int):
        argument = ctypes.c_ulong(argument)
    zero = ctypes.c_ulong(0)
    return libc("prctl", option, ctypes.c_ulong(value), argument, zero, zero)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mounts a file system, or with `BIND` a folder or file, at a place that exists."""
    try:
        libc(
            "mount",
            os.fsencode(source),
            os.fsencode(target),
            kind.encode() or None,
            ctypes.c_ulong(flags),
            options.encode() or None,
        )
    except OSError as error:
        raise OSError(error.errno, f"mounting {kind or source} at {target}: {error.strerror}") from None


class _MountAttributes(ctypes.Structure):
    """`struct mount_attr`."""

    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns", ctypes.c_uint64),
    )


def restrict_mount(target: str, flags: int, *, recursive: bool) -> None:
    """Adds `READ_ONLY`, `NO_SUID` and the like to a mount, and keeps what it has."""
    attributes = _MountAttributes(set=flags)
    how = _AT_RECURSIVE if recursive else 0
    size = ctypes.sizeof(attributes)
    system("mount_setattr", _AT_CWD, os.fsencode(target), how, ctypes.byref(attributes), size)


def unmount(target: str) -> None:
    """Takes a mount out of the tree; what is open in it stays so."""
    libc("umount2", os.fsencode(target), DETACH)


class _CapabilityHeader(ctypes.Structure):
    """`struct __user_cap_header_struct`."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def drop_capabilities() -> None:
    """Gives up every capability that this process has; those that a program could gain are not touched."""
    header = _CapabilityHeader(CAPABILITY_VERSION, 0)
    system("capset", ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))
