"""Landlock: which files, TCP ports, and processes outside, student code reaches."""

import ctypes
import os
import stat
from collections.abc import Collection, Mapping
from enum import Enum

from grader.sandbox.inside.walls import kernel

# landlock.h; the highest right of each version.
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_TRUNCATE, _CONTROL_DEVICE = 1 << 14, 1 << 15
_RIGHTS_BY_VERSION = {1: 1 << 12, 2: 1 << 13, 3: 1 << 14, 4: 1 << 14, 5: 1 << 15}
_CONNECT_TCP = 2
_SCOPE_ABSTRACT_SOCKET, _SCOPE_SIGNAL = 1, 2
_VERSION_OF = 1
_RULE_PATH, _RULE_PORT = 1, 2
NETWORK_SINCE = 4
_SCOPES_SINCE = 6

_ALL = (1 << 16) - 1
_ON_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _CONTROL_DEVICE


class Access(Enum):
    """What may be done with a path and all below it; the values are rights."""

    LIST = _LIST
    """Names can be read, contents cannot."""
    READ = _EXECUTE | _READ | _LIST
    CHANGE = _ALL


class _Ruleset(ctypes.Structure):
    """`struct landlock_ruleset_attr`."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    """`struct landlock_path_beneath_attr`, which is packed."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _PortRule(ctypes.Structure):
    """`struct landlock_net_port_attr`."""

    _fields_ = (("rights", ctypes.c_uint64), ("port", ctypes.c_uint64))


def version() -> int:
    """The version that the kernel has.

    Raises:
        OSError: It has none, or it is switched off.
    """
    return kernel.system("landlock_create_ruleset", None, 0, _VERSION_OF)


def ruleset(paths: Mapping[str, Access], ports: Collection[int] | None) -> int:
    """Makes a set of rules, and gives its descriptor; `restrict` makes them hold.

    Args:
        paths: What can be reached; those that are not there are left out.
        ports: The TCP ports to which connections may go; None for all.

    Raises:
        OSError: The kernel has no Landlock.
    """
    known = version()
    last = _RIGHTS_BY_VERSION.get(known, 1 << 15)
    rights = (last << 1) - 1
    attributes = _Ruleset(files=rights)
    if ports is not None:
        attributes.network = _CONNECT_TCP
    if known >= _SCOPES_SINCE:
        attributes.scopes = _SCOPE_ABSTRACT_SOCKET | _SCOPE_SIGNAL
    size = 24 if known >= _SCOPES_SINCE else 16 if known >= NETWORK_SINCE else 8
    made = kernel.system("landlock_create_ruleset", ctypes.byref(attributes), size, 0)
    for path, access in paths.items():
        _add_path(made, path, rights & access.value)
    for port in ports or ():
        rule = _PortRule(_CONNECT_TCP, port)
        kernel.system("landlock_add_rule", made, _RULE_PORT, ctypes.byref(rule), 0)
    return made


def restrict(rules: int) -> None:
    """Restricts this process and all that come of it, for good.

    Raises:
        OSError: The kernel refuses.
    """
    kernel.system("landlock_restrict_self", rules, 0)


def _add_path(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _ON_FILES
        if not rights:
            return
        rule = _PathRule(rights, place)
        kernel.system("landlock_add_rule", ruleset, _RULE_PATH, ctypes.byref(rule), 0)
    finally:
        os.close(place)
