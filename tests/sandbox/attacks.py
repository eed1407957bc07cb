"""What student code tries against the machine, each a program that says whether it got through."""

# ruff: noqa: E501 - programs read better unbroken

from dataclasses import dataclass

SYSCALL = """
import ctypes, errno, platform
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
libc = ctypes.CDLL(None, use_errno=True)
def system(numbers, *arguments):
    result = libc.syscall(numbers[column], *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    return result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS, errno.EACCES)
"""

ALL = frozenset({"isolated", "confined"})
ISOLATED = frozenset({"isolated"})


@dataclass(frozen=True)
class Attack:
    """One attempt.

    Attributes:
        code: Defines `f`, which takes a `bait` and gives True if it got through.
        stopped_at: The levels that promise to stop it.
        control: Whether it is made at the level `process` too, and must get through there, so that it proves
            something; not where the machine itself may refuse, or where it would do harm.
    """

    name: str
    code: str
    stopped_at: frozenset[str] = ALL
    control: bool = True


ATTACKS = (
    Attack(
        "fork bomb",
        """
import os, time
def f(bait):
    for number in range(300):
        try:
            if os.fork() == 0: time.sleep(60)
        except OSError: return False
    return True
""",
    ),
    Attack(
        "limits of the process that starts all others",
        """
import os, resource
def f(bait):
    try: resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))
    except OSError: return False
    return True
""",
    ),
    Attack(
        "priority of the process that starts all others",
        """
import os
def f(bait):
    above = os.getppid()
    tries = (
        lambda: os.setpriority(os.PRIO_PROCESS, above, os.getpriority(os.PRIO_PROCESS, above)),
        lambda: os.sched_setaffinity(above, os.sched_getaffinity(above)),
        lambda: os.sched_setscheduler(above, os.SCHED_OTHER, os.sched_param(0)),
    )
    got = 0
    for attempt in tries:
        try: attempt()
        except OSError: continue
        got += 1
    return got > 0
""",
    ),
    Attack(
        "marks that stay on a folder",
        """
import os, struct
def f(bait):
    nobody = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", tag, 0, 0xFFFFFFFF) for tag in (1, 4, 0x20))
    got = 0
    for name, value in (("user.mark", b"x"), ("system.posix_acl_default", nobody)):
        try: os.setxattr(".", name, value)
        except OSError: continue
        got += 1
    return got > 0
""",
        control=False,
    ),
    Attack(
        "semaphores that outlive their process",
        """
import ctypes
def f(bait):
    libc = ctypes.CDLL(None)
    number = libc.semget(0, 32000, 0o600)
    if number >= 0: libc.semctl(number, 0, 0)
    return number >= 0
""",
    ),
    Attack(
        "message queue that outlives its process",
        SYSCALL
        + """
import os
def f(bait):
    name = b"dblab-queue"
    got = system((240, 180), name, os.O_CREAT | os.O_RDWR, 0o600, None)
    if got: system((241, 181), name)
    return got
""",
    ),
    Attack(
        "shared memory without a file",
        """
import mmap
def f(bait):
    try: mmap.mmap(-1, 4096)
    except OSError: return False
    return True
""",
    ),
    Attack(
        "shared memory of zeros",
        """
import mmap
def f(bait):
    try:
        with open("/dev/zero", "r+b") as zeros: mmap.mmap(zeros.fileno(), 4096)
    except OSError: return False
    return True
""",
    ),
    Attack(
        "fills the disk",
        """
def f(bait):
    try:
        for number in range(80):
            with open(f"large{number}", "wb") as file: file.write(b"x" * 1_000_000)
    except OSError: return False
    return True
""",
        ISOLATED,
    ),
    Attack(
        "fills the inodes",
        """
import os
def f(bait):
    try:
        for number in range(1500): os.close(os.open(f"small{number}", os.O_CREAT))
    except OSError: return False
    return True
""",
        ISOLATED,
    ),
    Attack(
        "reads a token from another's environment",
        """
import os
def f(bait):
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if bait["token"].encode() in open(f"/proc/{name}/environ", "rb").read(): return True
            except OSError: pass
    return False
""",
    ),
    Attack(
        "reads its parent's memory",
        "import os\ndef f(bait):\n    try: return bool(open(f'/proc/{os.getppid()}/mem', 'rb'))\n"
        "    except OSError: return False\n",
    ),
    Attack(
        "sees the grader's process",
        "import os\ndef f(bait): return any("
        "bait['cmdline'].encode() in open(f'/proc/{n}/cmdline', 'rb').read() for n in os.listdir('/proc') if n.isdigit())\n",
        ISOLATED,
    ),
    Attack(
        "traces its parent",
        f"{SYSCALL}\nimport os\ndef f(bait): return system((101, 117), 0x4206, os.getppid(), 0, 0)\n",
        control=False,
    ),
    Attack(
        "reads its parent's memory by a call",
        f"{SYSCALL}\nimport os\ndef f(bait):\n"
        "    class Vector(ctypes.Structure): _fields_ = [('at', ctypes.c_void_p), ('size', ctypes.c_size_t)]\n"
        "    here = ctypes.create_string_buffer(8)\n"
        "    one = Vector(ctypes.addressof(here), 8)\n"
        "    return system((310, 270), os.getppid(), ctypes.byref(one), 1, ctypes.byref(one), 1, 0)\n",
    ),
    Attack(
        "signals the grader",
        "import os\ndef f(bait):\n    try: os.kill(bait['grader'], 0)\n    except OSError: return False\n"
        "    return True\n",
    ),
    Attack(
        "connects to the machine's loopback",
        "import socket\ndef f(bait):\n    try: socket.create_connection(('127.0.0.1', bait['tcp']), 1)\n"
        "    except OSError: return False\n    return True\n",
    ),
    Attack(
        "sends a datagram",
        "import socket\ndef f(bait):\n    try:\n"
        "        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "        s.sendto(b'x', ('127.0.0.1', bait['udp']))\n"
        "        s.settimeout(0.5)\n        return s.recv(1) == b'y'\n"
        "    except OSError: return False\n",
    ),
    Attack(
        "connects while sending",
        "import socket\ndef f(bait):\n    try:\n"
        "        socket.socket().sendto(b'x', 0x20000000, ('127.0.0.1', bait['tcp']))\n"
        "    except OSError: return False\n    return True\n",
        control=False,
    ),
    Attack(
        "connects to an abstract socket",
        "import socket\ndef f(bait):\n    try: socket.socket(socket.AF_UNIX).connect('\\0' + bait['abstract'])\n"
        "    except OSError: return False\n    return True\n",
    ),
    Attack(
        "connects to a socket that is a file",
        "import socket\ndef f(bait):\n    try: socket.socket(socket.AF_UNIX).connect(bait['socket'])\n"
        "    except OSError: return False\n    return True\n",
        ISOLATED,
    ),
    Attack(
        "opens a raw socket",
        "import socket\ndef f(bait):\n    try: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\n"
        "    except OSError: return False\n    return True\n",
        control=False,
    ),
    Attack(
        "finds setuid programs",
        "import os\ndef f(bait): return any(os.access(f'/usr/bin/{n}', os.X_OK) for n in ('su', 'sudo', 'passwd'))\n",
        ISOLATED,
    ),
    Attack(
        "may gain privileges",
        "def f(bait): return 'NoNewPrivs:\\t0' in open('/proc/self/status').read()\n",
    ),
    Attack(
        "finds Docker's socket",
        "import os\ndef f(bait): return os.access('/run/docker.sock', os.W_OK)\n",
        control=False,
    ),
    *(
        Attack(
            f"socket family {number}",
            f"import socket\ndef f(bait):\n    try: socket.socket({number}, 3 if {number} != 40 else 1)\n"
            "    except OSError: return False\n    return True\n",
            control=number == 16,
        )
        for number in (16, 17, 40, 38)
    ),
    *(
        Attack(
            f"calls {name}",
            f"{SYSCALL}\ndef f(bait): return system({numbers}, {arguments})\n",
            control=control,
        )
        for name, numbers, arguments, control in (
            ("io_uring_setup", (425, 425), "1, ctypes.create_string_buffer(120)", False),
            ("keyctl", (250, 219), "0, -3, 0", True),
            ("bpf", (321, 280), "0, 0, 0", True),
            ("userfaultfd", (323, 282), "0", False),
            ("perf_event_open", (298, 241), "0, 0, -1, -1, 0", True),
            ("unshare", (272, 97), "0x10000000", True),
            ("clone", (56, 220), "0x10000011, 0, 0, 0, 0", False),
            ("clone3", (435, 435), "0, 0", True),
            ("setns", (308, 268), "-1, 0", True),
            ("mount", (165, 40), "0, 0, 0, 0, 0", True),
            ("pidfd_getfd", (438, 438), "-1, 0, 0", True),
            ("memfd_create", (319, 279), "b'x', 0", True),
            ("an unknown call", (480, 480), "0", False),
        )
    ),
    Attack(
        "reads a file that everybody may read",
        "def f(bait):\n    try: return bait['token'] in open(bait['file']).read()\n    except OSError: return False\n",
    ),
    Attack(
        "reads the grader's own files",
        "import os\ndef f(bait):\n    try: return bool(open(bait['package'] + '/checks/plugin.py').read())\n"
        "    except OSError: return False\n",
    ),
    Attack(
        "poisons the packages",
        "import os, msgpack\ndef f(bait):\n    name = os.path.dirname(msgpack.__file__) + '/poison.py'\n"
        "    try: open(name, 'x').close()\n    except OSError: return False\n    os.unlink(name)\n    return True\n",
    ),
    Attack(
        "lists the run's folder",
        "import os\ndef f(bait):\n    try: return bool(os.listdir(bait['folder']))\n    except OSError: return False\n",
    ),
)
