"""What a sandbox is: a place that runs a student's code and gives values back, never verdicts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from grader.sandbox.inside.codec import Argument, Value

KIB = 1024
MIB = 1024 * KIB


class Isolation(StrEnum):
    """How much a student's process is kept from."""

    ISOLATED = "isolated"
    """Own namespaces and root, no network but its databases."""
    CONFINED = "confined"
    """Another user, Landlock and seccomp, in the machine's own namespaces."""
    PROCESS = "process"
    """Own process group, clean environment, resource limits."""


@dataclass(frozen=True)
class Limits:
    """What one student process may use.

    Attributes:
        memory_bytes: Address space.
        tree_memory_bytes: What all processes together may take.
        processes: How many there may be at once, threads too, where student code has a user of its own.
        kept_output_bytes: How much of what it prints is kept; the rest is read and dropped.
        output_bytes: How much it may print before it is killed.
        file_bytes: The largest file that it may write.
        reply_bytes: The largest answer, serialised.
        disk_bytes: What all its files together may take.
        disk_inodes: How many files it may have.
        stored_bytes: What it may store in the databases of the lab's servers together.
    """

    memory_bytes: int = 1024 * MIB
    tree_memory_bytes: int = 2048 * MIB
    processes: int = 128
    kept_output_bytes: int = 64 * KIB
    output_bytes: int = 256 * MIB
    file_bytes: int = 256 * MIB
    open_files: int = 256
    reply_bytes: int = 32 * MIB
    disk_bytes: int = 512 * MIB
    disk_inodes: int = 50_000
    stored_bytes: int = 1024 * MIB


@dataclass(frozen=True)
class Call:
    """One function to call in the student's process.

    Attributes:
        module: The module's name, without `.py`.
        source: The module's text, where the rubric brings a small module of its own that runs beside the
            submission; None for the student's own module.
    """

    module: str
    function: str
    arguments: Sequence[Argument]
    source: str | None = None


class Process(Protocol):
    """One process of the student's. It imports nothing before its first call."""

    def call(self, call: Call, timeout_s: float) -> Value:
        """Calls a function and awaits its value.

        Raises:
            CallError: One of its kinds. After any but an exception of the student's and a missing function
                the process is dead.
        """

    def send(self, call: Call, timeout_s: float) -> None:
        """Starts a call and does not wait for its value, as `receive` does.

        Args:
            timeout_s: For the process to take it, which one that is busy does not.

        Raises:
            CallError: As `call` does.
        """

    def receive(self, timeout_s: float) -> Value:
        """Awaits the value of the call that was sent last; raises as `call` does."""

    def kill(self) -> None:
        """Kills the process and its process group; harmless the second time."""

    @property
    def is_running(self) -> bool:
        """Whether it can take a call."""

    @property
    def output(self) -> str:
        """What it has printed so far, at most `Limits.kept_output_bytes`, undecodable bytes escaped."""


class Sandbox(Protocol):
    """Starts student processes, and leaves none behind."""

    @property
    def isolation(self) -> Isolation:
        """How much the processes are kept from.

        Raises:
            IsolationRefusedError: The machine does not allow the level that was asked for.
        """

    @property
    def workspace(self) -> Path:
        """The folder that the processes work in, as the grader finds it; student code may see another."""

    def lay_out(self, source: Path) -> None:
        """Makes the workspace a fresh copy of a folder. No student process may run meanwhile.

        Raises:
            GraderError: The copy cannot be written.
        """

    def reach(self, servers: Mapping[str, str]) -> None:
        """Lets student processes reach servers, and only these.

        Args:
            servers: By the service's name, the URL for the student's account as the grader knows it now.

        Raises:
            SandboxError: No way can be made.
        """

    def watch_servers(self, stored: Callable[[], int]) -> None:
        """Kills student processes when servers have stored more than `Limits.stored_bytes` for them.

        Args:
            stored: How many bytes that is; called now and then, in a thread of the sandbox's own.
        """

    def inner(self, url: str) -> str:
        """The URL or path of a database as student code knows it, once it can be reached."""

    def start(self, workspace: Path, environment: Mapping[str, str] = ...) -> Process:
        """Starts a process whose working directory, and the last place of its module path, is a folder.

        Args:
            workspace: The sandbox's own workspace; at the level `process` any folder.
            environment: Variables beside those of the clean environment.

        Raises:
            SandboxError: No process can be started.
        """

    def sweep(self) -> None:
        """Kills every process that any student process left, daemons too, and returns when all are dead."""

    def close(self) -> None:
        """Sweeps and ends the sandbox; harmless the second time."""
