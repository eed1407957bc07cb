"""The namespaces of a sandbox: what belongs to the machine is out of sight, and its own is there instead."""

import contextlib
import fcntl
import os
import shutil
import socket
import struct
from pathlib import Path
from typing import Never

from grader.sandbox.inside.walls import kernel
from grader.sandbox.inside.walls.plan import MAPPED_UID, Mechanism

FLAGS = {
    Mechanism.MOUNT_NAMESPACE: kernel.NEW_MOUNT,
    Mechanism.PID_NAMESPACE: kernel.NEW_PID,
    Mechanism.NETWORK_NAMESPACE: kernel.NEW_NET,
    Mechanism.IPC_NAMESPACE: kernel.NEW_IPC,
    Mechanism.UTS_NAMESPACE: kernel.NEW_UTS,
    Mechanism.CGROUP_NAMESPACE: kernel.NEW_CGROUP,
}
HOST_NAME = "lab"

_MANY_DESCRIPTORS = 1 << 16
_SET_FLAGS, _GET_FLAGS, _UP = 0x8914, 0x8913, 1
# rtnetlink.h
_NEW_ROUTE, _CREATE = 24, 0x1 | 0x4 | 0x200 | 0x400
_LOCAL_TABLE, _AT_BOOT, _SCOPE_HOST, _LOCAL, _OUTPUT_INTERFACE = 255, 3, 254, 2, 4
_PORT_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
# Below what Linux gives to whoever asks for any port (32768 to 60999), as Docker and local servers do.
_FIRST_PORT = 10_000
_LAST_PORT = 19_999
_ANSWER_BYTES = 4096


def enter_user_namespace() -> None:
    """Goes into a user namespace in which this process has every right, over nothing of the machine's."""
    uid, gid = os.getuid(), os.getgid()
    kernel.libc("unshare", kernel.NEW_USER)
    # Without it the kernel lets nobody but root say which groups there are.
    Path("/proc/self/setgroups").write_text("deny", encoding="utf-8")
    Path("/proc/self/uid_map").write_text(f"{MAPPED_UID} {uid} 1", encoding="utf-8")
    Path("/proc/self/gid_map").write_text(f"{MAPPED_UID} {gid} 1", encoding="utf-8")


def enter(mechanism: Mechanism) -> None:
    """Goes into a new namespace of a kind; into that of processes only with the next fork."""
    kernel.libc("unshare", FLAGS[mechanism])


def continue_as_first(scratch: str) -> None:
    """Goes on in the first process of the new pid namespace; this one only awaits its end.

    Args:
        scratch: A folder that is removed in the end, which nobody inside can reach.
    """
    pid = os.fork()
    if pid:
        _await_end(pid, scratch)


def _await_end(pid: int, scratch: str) -> Never:
    # The grader hangs up on the first process; nothing may keep its connections open here.
    os.closerange(0, _MANY_DESCRIPTORS)
    _, status = os.waitpid(pid, 0)
    shutil.rmtree(scratch, ignore_errors=True)
    code = os.waitstatus_to_exitcode(status)
    os._exit(code if code >= 0 else 128 - code)


def switch_on_loopback() -> None:
    """Makes 127.0.0.1 of an own network usable."""
    with socket.socket() as connection:
        request = struct.pack("16sH22x", b"lo", 0)
        flags = struct.unpack("16sH22x", fcntl.ioctl(connection, _GET_FLAGS, request))[1]
        fcntl.ioctl(connection, _SET_FLAGS, struct.pack("16sH22x", b"lo", flags | _UP))


def keep_ports_apart() -> None:
    """Has connections inside an own network begin at ports that no server outside is given.

    A server can come back at another port, and that must be free here. The port of a connection stays taken
    for a minute after its end.
    """
    # Where the kernel's settings are read-only, as in some containers, the port is free as a rule.
    with contextlib.suppress(OSError):
        _PORT_RANGE.write_text(f"{_FIRST_PORT} {_LAST_PORT}", encoding="ascii")


def lead_home() -> None:
    """Lets every address of an own network lead to this machine's own sockets, and none further.

    A server is found at its address outside, when somebody listens for it here.

    Raises:
        OSError: The kernel refuses.
    """
    route = struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, _LOCAL_TABLE, _AT_BOOT, _SCOPE_HOST, _LOCAL, 0)
    route += struct.pack("=HHI", 8, _OUTPUT_INTERFACE, socket.if_nametoindex("lo"))
    message = struct.pack("=IHHII", 16 + len(route), _NEW_ROUTE, _CREATE, 1, 0) + route
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel_side:
        kernel_side.send(message)
        answer = kernel_side.recv(_ANSWER_BYTES)
    error = -struct.unpack_from("=i", answer, 16)[0]
    if error:
        raise OSError(error, f"a route: {os.strerror(error)}")
