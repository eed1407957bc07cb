"""Student code against the machine: every level stops what it promises to, and the attempts are real."""

import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import grader
from grader.errors import OutOfMemoryError
from grader.sandbox.process import ProcessSandbox
from tests.sandbox.attacks import ATTACKS, Attack
from tests.sandbox.conftest import OPEN_ROOMS, Start

TOKEN = f"canary-{secrets.token_hex(4)}"
IN_ROOMS = pytest.mark.parametrize(
    "room", [("process", "fork"), ("isolated", "fork"), *OPEN_ROOMS], indirect=True, ids="-".join
)


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | int]]:
    """What is to be found: a token in a file and in an environment, listeners of every kind."""
    folder = tmp_path_factory.mktemp("bait")
    folder.chmod(0o755)
    (folder / "token").write_text(TOKEN)
    with ExitStack() as stack:
        holder = [sys.executable, "-c", "import time; time.sleep(600)"]
        process = stack.enter_context(subprocess.Popen(holder, env={"TOKEN": TOKEN}))
        stack.callback(process.kill)
        tcp, abstract, named = socket.socket(), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp.bind(("127.0.0.1", 0))
        udp.bind(("127.0.0.1", 0))
        abstract.bind(f"\0{TOKEN}")
        named.bind(str(folder / "socket"))
        for listener in (tcp, abstract, named):
            stack.enter_context(listener).listen()
        echo = threading.Thread(target=_answer, args=(stack.enter_context(udp),))
        echo.start()
        yield {
            "token": TOKEN,
            "file": str(folder / "token"),
            "grader": os.getpid(),
            "cmdline": Path("/proc/self/cmdline").read_text(encoding="utf-8"),
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "abstract": TOKEN,
            "socket": str(folder / "socket"),
            "package": str(Path(str(grader.__file__)).parent),
            "folder": str(folder),
        }
        udp.sendto(b"end", udp.getsockname())
        echo.join()


def _answer(udp: socket.socket) -> None:
    while True:
        data, sender = udp.recvfrom(10)
        if data == b"end":
            return
        udp.sendto(b"y", sender)


@IN_ROOMS
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_the_level_promises(
    start: Start, sandbox: ProcessSandbox, bait: dict[str, str | int], attack: Attack
) -> None:
    level = sandbox.isolation.value
    is_stopped = level in attack.stopped_at
    if not is_stopped and not (level == "process" and attack.control):
        pytest.skip("neither promised nor a control")
    assert start(attack.code).call("f", bait) is not is_stopped


@IN_ROOMS
def test_many_processes_together_end_at_the_limit_of_memory(start: Start) -> None:
    code = """
import os, time
def f():
    for _ in range(4):
        if os.fork() == 0:
            kept = bytearray(300_000_000)
            time.sleep(20)
    kept = b"x" * 100_000_000
    time.sleep(20)
"""
    with pytest.raises(OutOfMemoryError, match="together used more than 700 MiB"):
        start(code).call("f")


@IN_ROOMS
def test_a_sandbox_is_whole_after_an_attack(sandbox: ProcessSandbox, start: Start) -> None:
    for attack in ATTACKS[:1]:
        start(attack.code).call("f", {})
    sandbox.sweep()
    assert start("def f(): return 1").call("f") == 1
