import ctypes
import errno
import platform
import socket

from honest import *
from loot import attempt

COLUMN = {"x86_64": 0, "aarch64": 1}.get(platform.machine(), 0)
CALLS = {
    "io_uring_setup": ((425, 425), (1, 0)),
    "keyctl": ((250, 219), (0, -3, 0)),
    "bpf": ((321, 280), (0, 0, 0)),
    "userfaultfd": ((323, 282), (0,)),
    "perf_event_open": ((298, 241), (0, 0, -1, -1, 0)),
    "unshare": ((272, 97), (0x10000000,)),
    "mount": ((165, 40), (0, 0, 0, 0, 0)),
    "ptrace": ((101, 117), (0, 0, 0, 0)),
    "memfd_create": ((319, 279), (0, 0)),
}
REFUSED = (errno.EPERM, errno.ENOSYS, errno.EACCES)


def call(name):
    numbers, arguments = CALLS[name]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(numbers[COLUMN], *map(ctypes.c_long, arguments)) == -1 and ctypes.get_errno() in REFUSED:
        raise OSError(ctypes.get_errno(), name)


def answer():
    for name in CALLS:
        if name != "unshare":
            attempt(f"calls {name}", call, name)
    for family in (16, 17, 38, 40):
        attempt(f"opens a socket of family {family}", lambda family=family: socket.socket(family, 3 if family != 40 else 1))
    return ""
