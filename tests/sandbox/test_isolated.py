"""The level `isolated`: what is inside, what goes in and out, and that nothing of it is left."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from grader.errors import SandboxError, StudentExceptionError
from grader.sandbox.base import Call
from grader.sandbox.inside.walls.root import python_paths
from grader.sandbox.process import ProcessSandbox, open_sandbox
from tests.sandbox.conftest import LIMITS, Start

pytestmark = pytest.mark.parametrize("room", [("isolated", "fork")], indirect=True, ids="-".join)


class Echo:
    """A server that sends back what it gets, after its name."""

    def __init__(self, name: bytes) -> None:
        self._name = name
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.received: list[bytes] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://user:secret@127.0.0.1:{self.port}/0"

    def close(self) -> None:
        """Ends it."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(100_000):
                self.received.append(data)
                connection.sendall(self._name + data)


@pytest.fixture
def echo() -> Iterator[Echo]:
    """A server outside the sandbox."""
    server = Echo(b"first:")
    yield server
    server.close()


OWN_PORTS = """
import socket

def own_ports(port):
    connections = [socket.create_connection(("localhost", port)) for _ in range(20)]
    return [connection.getsockname()[1] for connection in connections]
"""

ASK = """
import os, socket
def ask(port, text, host="localhost"):
    with socket.create_connection((host, port), 3) as connection:
        connection.sendall(text.encode())
        return connection.recv(1000).decode()
def leave(port, text):
    connection = socket.create_connection(("localhost", port), 3)
    connection.sendall(text.encode())
    os._exit(0)
def much(port, size):
    with socket.create_connection(("localhost", port), 3) as connection:
        import threading
        threading.Thread(target=connection.sendall, args=(b"x" * size,)).start()
        got = 0
        while got < size: got += connection.recv(1 << 16).count(b"x")
        return got
"""


def test_localhost_leads_to_its_servers_and_to_nothing_else(
    sandbox: ProcessSandbox, start: Start, echo: Echo
) -> None:
    sandbox.reach({"redis": echo.url})
    assert sandbox.inner(echo.url) == "redis://user:secret@localhost:6379/0"
    assert sandbox.inner(f"redis://127.0.0.1:{echo.port}/3") == "redis://localhost:6379/3"
    solution = start(ASK)
    assert solution.call("ask", 6379, "a") == "first:a"
    assert solution.call("ask", echo.port, "b", "127.0.0.1") == "first:b"
    # As a server in a container is addressed.
    assert solution.call("ask", echo.port, "c", "172.17.0.2") == "first:c"
    for port in (27017, 5432, 22):
        with pytest.raises(StudentExceptionError, match="ConnectionRefusedError"):
            solution.call("ask", port, "c")


def test_a_server_that_comes_back_elsewhere_is_reached(
    sandbox: ProcessSandbox, start: Start, echo: Echo
) -> None:
    sandbox.reach({"redis": echo.url})
    solution = start(ASK)
    assert solution.call("ask", 6379, "a") == "first:a"
    second = Echo(b"second:")
    sandbox.reach({"redis": second.url})
    assert solution.call("ask", 6379, "b") == "second:b"
    assert solution.call("ask", second.port, "c") == "second:c"
    second.close()


def test_connections_take_no_port_at_which_a_server_can_come_back(
    sandbox: ProcessSandbox, start: Start, echo: Echo
) -> None:
    sandbox.reach({"redis": echo.url})
    ports = start(OWN_PORTS).call("own_ports", 6379)
    assert isinstance(ports, list)
    assert len(set(ports)) == 20
    assert all(10_000 <= port < 20_000 for port in ports)


def test_what_a_process_sent_before_its_end_arrives_before_the_grader_looks(
    sandbox: ProcessSandbox, start: Start, echo: Echo
) -> None:
    sandbox.reach({"redis": echo.url})
    for number in range(5):
        solution = start(ASK)
        solution.process.send(Call("solution", "leave", (6379, f"last words {number}")), 5)
        time.sleep(0.05)
        sandbox.sweep()
        assert f"last words {number}".encode() in echo.received


def test_much_data_passes_both_ways(sandbox: ProcessSandbox, start: Start, echo: Echo) -> None:
    sandbox.reach({"redis": echo.url})
    assert start(ASK).call("much", 6379, 20_000_000) == 20_000_000


def test_only_python_and_a_few_folders_are_there(start: Start) -> None:
    code = """
import os, pwd, socket
def f():
    return {
        "root": os.listdir("/"), "etc": os.listdir("/etc"), "user": pwd.getpwuid(os.getuid())[0],
        "host": socket.gethostname(), "interfaces": [name for _, name in socket.if_nameindex()] if 0 else [],
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
        "descriptors": len(os.listdir("/proc/self/fd")), "folder": os.getcwd(),
    }
"""
    found = start(code).call("f")
    assert isinstance(found, dict)
    assert "lab" in found["root"]
    of_python = {Path(path).parts[1] for path in python_paths()}
    assert not {"boot", "srv", "sys", "mnt", "opt"} & set(found["root"]) - of_python
    assert "shadow" not in found["etc"]
    assert (found["user"], found["host"], found["folder"]) == ("student", "lab", "/lab")
    assert len(found["processes"]) == 2
    assert found["descriptors"] == 5


WRITE = """
import os
def f(path):
    try: open(path + "/x", "w").close()
    except OSError: return False
    return True
def home(): return [os.path.expanduser("~"), os.environ["TMPDIR"], "/dev/shm", os.getcwd()]
"""


def test_only_its_own_folders_can_be_written_to(start: Start) -> None:
    solution = start(WRITE)
    folders = solution.call("home")
    assert isinstance(folders, list)
    assert [solution.call("f", folder) for folder in folders] == [True] * 4
    for path in ("/", "/etc", "/usr/lib", "/dev", "/proc", str(Path(os.__file__).parent)):
        assert solution.call("f", path) is False


def test_a_sweep_empties_every_folder_but_the_workspace(sandbox: ProcessSandbox, start: Start) -> None:
    solution = start(WRITE)
    for folder in ("~", "/dev/shm"):  # noqa: S108 - its own
        path = solution.call("home")[0] if folder == "~" else folder  # type: ignore[index] # a list
        solution.call("f", path)
    sandbox.sweep()
    left = start("import os\ndef f(): return [os.listdir(os.path.expanduser('~')), os.listdir('/dev/shm')]")
    assert left.call("f") == [[], []]
    assert (sandbox.workspace / "solution.py").exists()


def test_a_fresh_copy_belongs_to_the_student(sandbox: ProcessSandbox, tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "notes").write_text("old")
    code = "def f():\n    open('part/notes', 'a').write(' new')\n    return open('part/notes').read()\n"
    (tmp_path / "solution.py").write_text(code)
    for _ in range(2):
        sandbox.lay_out(tmp_path)
        process = sandbox.start(sandbox.workspace)
        assert process.call(Call("solution", "f", ()), 5) == "old new"
        sandbox.sweep()


def test_the_first_process_cannot_be_killed_from_inside(start: Start) -> None:
    code = "import os\ndef f():\n    for n in (9, 15, 19): os.kill(1, n)\n    return os.getppid()\n"
    for _ in range(2):
        with pytest.raises(StudentExceptionError, match="PermissionError"):
            start(code).call("f")


def warm_process() -> psutil.Process:
    """The process outside the walls that awaits the end of the first inside."""
    alive = [one for one in psutil.Process().children() if one.status() != psutil.STATUS_ZOMBIE]
    (outer,) = [process for process in alive if "warm" in process.cmdline()]
    return outer


def await_death(process: psutil.Process) -> None:
    deadline = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "it lives on"
        time.sleep(0.005)


def test_who_kills_the_warm_process_from_outside_is_not_the_student(start: Start) -> None:
    solution = start("import time\ndef f(): time.sleep(60)\n")
    solution.process.send(Call("solution", "f", ()), 5)
    warm_process().kill()
    with pytest.raises(SandboxError, match="killed from outside"):
        solution.process.receive(30)


def test_servers_are_reached_again_after_the_warm_process_was_lost(
    sandbox: ProcessSandbox, start: Start, echo: Echo
) -> None:
    sandbox.reach({"redis": echo.url})
    start(ASK)
    outer = warm_process()
    outer.kill()
    await_death(outer)
    sandbox.sweep()
    sandbox.reach({"redis": echo.url})
    again = sandbox.start(sandbox.workspace)
    assert again.call(Call("solution", "ask", (6379, "x")), 5) == "first:x"


def test_a_lost_warm_process_is_replaced_and_the_workspace_stays(
    sandbox: ProcessSandbox, start: Start, echo: Echo
) -> None:
    sandbox.reach({"redis": echo.url})
    solution = start(
        ASK + "def keep(): open('kept', 'w').write('here')\ndef kept(): return open('kept').read()\n"
    )
    solution.call("keep")
    outer = warm_process()
    outer.kill()
    await_death(outer)
    again = sandbox.start(sandbox.workspace)
    assert again.call(Call("solution", "kept", ()), 5) == "here"
    assert again.call(Call("solution", "ask", (6379, "x")), 5) == "first:x"


def mounts() -> str:
    """All mounts that the grader sees."""
    return Path("/proc/self/mountinfo").read_text()


def test_ends_without_trace(room: tuple[str, str], tmp_path: Path, echo: Echo) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "solution.py").write_text(ASK)
    (tmp_path / "room").mkdir()
    before = (
        {process.pid for process in psutil.Process().children(recursive=True)},
        mounts(),
        len(os.listdir("/dev/fd")),  # noqa: PTH208
        len(psutil.Process().net_connections("unix")),
    )
    threads = threading.active_count()
    with open_sandbox(room[0], room[1], LIMITS, (), "test", tmp_path / "room") as sandbox:
        sandbox.reach({"redis": echo.url})
        sandbox.lay_out(tmp_path / "source")
        sandbox.start(sandbox.workspace).call(Call("solution", "ask", (6379, "x")), 5)
        assert mounts() == before[1]
    sandbox.close()
    assert (
        {process.pid for process in psutil.Process().children(recursive=True)},
        mounts(),
        len(os.listdir("/dev/fd")),  # noqa: PTH208
        len(psutil.Process().net_connections("unix")),
    ) == before
    assert threading.active_count() <= threads
    assert {path.name for path in (tmp_path / "room").iterdir()} <= {"files"}
