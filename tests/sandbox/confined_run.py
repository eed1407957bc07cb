"""Makes every attack in a sandbox of a level, in a container; prints as JSON which got through."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from grader.errors import CallError, OutOfMemoryError
from grader.sandbox.base import MIB, Call, Limits
from grader.sandbox.process import ProcessSandbox, open_sandbox
from tests.sandbox.attacks import ATTACKS, Attack

TOKEN = "canary-7d1f6c2a"  # noqa: S105 - a bait
LIMITS = Limits(memory_bytes=512 * MIB, tree_memory_bytes=700 * MIB, file_bytes=4 * MIB)
HUNGRY = """
import os, time
def f():
    for _ in range(4):
        if os.fork() == 0:
            kept = bytearray(300_000_000)
            time.sleep(20)
    time.sleep(20)
"""
DAEMON = """
import os, time
def f():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(60)
        os._exit(0)
    time.sleep(0.1)
"""


def main(level: str) -> None:
    """Tries everything."""
    folder = Path(tempfile.mkdtemp())
    listener, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server = socket.create_server(("127.0.0.1", 0))
    abstract, named = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    udp.bind(("127.0.0.1", 0))
    abstract.bind(f"\0{TOKEN}")
    named.bind(str(folder / "socket"))
    abstract.listen()
    named.listen()
    threading.Thread(target=_answer, args=(udp,), daemon=True).start()
    (folder / "token").write_text(TOKEN)
    folder.chmod(0o755)
    bait: dict[str, str | int] = {
        "token": TOKEN,
        "file": str(folder / "token"),
        "grader": os.getpid(),
        "cmdline": Path("/proc/self/cmdline").read_text(encoding="utf-8"),
        "tcp": listener.getsockname()[1],
        "udp": udp.getsockname()[1],
        "abstract": TOKEN,
        "socket": str(folder / "socket"),
        "package": "/src/grader",
        "folder": str(folder),
    }
    room = Path(tempfile.mkdtemp())
    holder = [sys.executable, "-c", "import time; time.sleep(600)"]
    with (
        subprocess.Popen(holder, env={"TOKEN": TOKEN}) as process,
        open_sandbox(level, "auto", LIMITS, (), "test", room) as sandbox,
    ):
        reached = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        sandbox.reach({"redis": reached})
        found: dict[str, object] = {"level": sandbox.isolation, "attacks": {}}
        tried = [attack for attack in ATTACKS if level != "process" or attack.control]
        found["attacks"] = {attack.name: _made(sandbox, attack, bait) for attack in tried}
        found["reaches its server"] = _call(sandbox, ATTACKS_ON_SERVER, {"tcp": server.getsockname()[1]})
        found["memory"] = _call(sandbox, HUNGRY)
        _call(sandbox, DAEMON)
        found["left"] = _students(sandbox)
        process.kill()
    print(json.dumps(found))  # noqa: T201 - a program


ATTACKS_ON_SERVER = next(
    attack.code for attack in ATTACKS if attack.name == "connects to the machine's loopback"
)


def _answer(udp: socket.socket) -> None:
    while True:
        _, sender = udp.recvfrom(10)
        udp.sendto(b"y", sender)


def _made(sandbox: ProcessSandbox, attack: Attack, bait: dict[str, str | int]) -> object:
    return _call(sandbox, attack.code, bait)


def _call(sandbox: ProcessSandbox, code: str, *arguments: dict[str, str | int]) -> object:
    source = Path(tempfile.mkdtemp())
    (source / "solution.py").write_text(code)
    sandbox.lay_out(source)
    process = sandbox.start(sandbox.workspace)
    try:
        return process.call(Call("solution", "f", arguments), 20)
    except OutOfMemoryError as error:
        return f"memory: {error}"
    except CallError as error:
        return f"{type(error).__name__}: {error}"
    finally:
        sandbox.sweep()


def _students(sandbox: ProcessSandbox) -> int:
    sandbox.sweep()
    uid = getattr(sandbox._warm.plan, "uid", -1)  # noqa: SLF001 - who to look for
    owners = [Path(f"/proc/{name}").stat().st_uid for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    return owners.count(uid)


if __name__ == "__main__":
    main(sys.argv[1])
