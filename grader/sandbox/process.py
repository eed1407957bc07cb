"""The sandbox: student processes below one warm process, at the strongest level that there is."""

import contextlib
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from grader.errors import CallError, IsolationRefusedError, SandboxError, UsageError
from grader.sandbox.base import Isolation, Limits
from grader.sandbox.channel import Channel
from grader.sandbox.inside.walls.plan import FILES, MissingError
from grader.sandbox.launch import WallMissingError, WarmLostError, WarmProcess
from grader.sandbox.output import OutputReader
from grader.sandbox.outside.memory import MemoryGauge
from grader.sandbox.outside.opening import Opening, give_away, give_away_files, memory_group
from grader.sandbox.outside.plans import WALLED, launcher_to_use, levels_to_try
from grader.sandbox.outside.store import Places, StoreGauge
from grader.sandbox.outside.watch import Watcher
from grader.sandbox.outside.ways import Ways
from grader.sandbox.student import ENVELOPE_BYTES, StudentProcess
from grader.submission.workspace import fresh_copy, make_empty

# Once more with a fresh warm process, should an earlier call have killed the old one.
ATTEMPTS = 2
_MEMORY_INTERVAL_S = 0.05
# Longer than most checks take; what a disk or a server takes in half a second does no harm.
_STORE_INTERVAL_S = 0.5
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


def open_sandbox(
    level: str,
    launcher: str,
    limits: Limits,
    drivers: Sequence[str],
    run_id: str,
    folder: Path,
    without: Sequence[str] = (),
) -> "ProcessSandbox":
    """Opens a sandbox and returns at once; it gets ready while the caller does other things.

    Args:
        level: `auto`, the strongest that there is, or the level that it must be.
        launcher: `fork`, `spawn`, or `auto`, which forks where that can be trusted.
        limits: What each process may use.
        drivers: The services whose drivers are imported ahead.
        run_id: Stands in the environment of every process, so that none of them can be overlooked.
        folder: Where the sandbox may put files of its own.
        without: Mechanisms that are not to be used, to try out what happens where there are none.

    Raises:
        IsolationRefusedError: It is certain already that this level cannot be had here; the sandbox's
            `isolation` may raise it later.
        UsageError: There is no such level or launcher.
    """
    if level not in ("auto", *Isolation):
        raise UsageError(f"There is no isolation level {level!r}; there are auto, {', '.join(Isolation)}.")
    levels, launcher = levels_to_try(level), launcher_to_use(launcher)
    group = memory_group(limits, without)
    try:
        return ProcessSandbox(
            Opening(levels, launcher, limits, tuple(drivers), run_id, folder, tuple(without), group)
        )
    except BaseException:
        if group is not None:
            group.remove()
        raise


class ProcessSandbox:
    """Student processes below one warm process; `grader.sandbox.base.Sandbox` says what each method does."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._limits = opening.limits
        self._is_closed = False
        self._is_settled = False
        self._started = 0
        self._servers: dict[str, str] = {}
        self._processes: list[StudentProcess] = []
        self.missing: list[str] = []
        """What this machine lacks for the levels above this one, each with the reason."""
        self._warm = self._strongest()
        self._ways = Ways()
        memory = MemoryGauge(self._limits.tree_memory_bytes, opening.group)
        self._store = StoreGauge(self._limits, self._places)
        self._watchers = (
            Watcher(self._students, memory, _MEMORY_INTERVAL_S),
            Watcher(self._students, self._store, _STORE_INTERVAL_S),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def isolation(self) -> Isolation:
        """How much the processes are kept from; waits until that is certain."""
        self._settle()
        return self._opening.level

    @property
    def workspace(self) -> Path:
        """The folder that the processes work in, as the grader finds it."""
        self._settle()
        return self._opening.workspace if self._warm.box is None else self._warm.box / "work"

    def lay_out(self, source: Path) -> None:
        """Makes the workspace a fresh copy of a folder."""
        workspace = self.workspace
        make_empty(workspace)
        fresh_copy(source, workspace)
        plan = self._warm.plan
        if plan is not None and not plan.is_mapped:
            give_away(workspace, plan.uid)

    def reach(self, servers: Mapping[str, str]) -> None:
        """Lets student processes reach servers, and only these."""
        self._servers = dict(servers)
        self._settle()
        if self._warm.is_alive:
            self._lead_to_servers()
        else:
            self._renew()

    def watch_servers(self, stored: Callable[[], int]) -> None:
        """Kills student processes when servers have stored too much for them."""
        self._store.servers = stored

    def inner(self, url: str) -> str:
        """The URL or path of a database as student code knows it."""
        return self._ways.inner(url)

    def start(self, workspace: Path, environment: Mapping[str, str] = _NO_VARIABLES) -> StudentProcess:
        """Starts a process in a folder, and awaits that it is ready."""
        if self._is_closed:
            raise SandboxError("The sandbox is closed.")
        self._settle()
        if self._opening.level in WALLED and workspace != self.workspace:
            raise SandboxError(f"Student code works in {self.workspace}, not in {workspace}.")
        for attempt in range(1, ATTEMPTS + 1):
            if not self._warm.is_alive:
                self._renew()
            try:
                return self._start(self._warm.inner_workspace or str(workspace), environment)
            except WarmLostError as error:
                self._warm.bury()
                if attempt == ATTEMPTS:
                    raise SandboxError(f"No student process can be started: {error}.") from error
        raise AssertionError("the loop returns or raises")

    def sweep(self) -> None:
        """Kills every process of the student's, and empties their home and temporary folder."""
        try:
            self._warm.sweep()
        except WarmLostError:
            self._warm.bury()
        # Dead by now; what each holds of the grader's is let go.
        for process in self._processes:
            process.kill()
        self._processes.clear()
        for watcher in self._watchers:
            watcher.pause()
        if self._warm.is_alive:
            self._ways.drain()
        else:
            self._ways.close()  # the relay was ended with everything that bore the mark of the lost process

    def close(self) -> None:
        """Sweeps and ends the sandbox."""
        if self._is_closed:
            return
        self._is_closed = True
        with contextlib.ExitStack() as stack:
            if self._opening.group is not None:
                stack.callback(self._opening.group.remove)
            stack.callback(self._warm.forget_box)
            stack.callback(self._warm.bury)
            stack.callback(self._ways.close)
            for watcher in self._watchers:
                stack.callback(watcher.stop)
            stack.callback(self.sweep)

    def _strongest(self) -> WarmProcess:
        """Starts a warm process of the strongest level that may be had."""
        while True:
            try:
                return self._opening.warm()
            except MissingError as error:
                self._descend(str(error))

    def _settle(self) -> None:
        """Awaits that the walls stand, and takes weaker ones if that is allowed and these do not."""
        while not self._is_settled:
            try:
                if self._opening.has_network and self._warm.is_alive:
                    self._ways.prepare(self._warm)
                self._warm.await_walls()
            except WallMissingError as error:
                self._ways.close()
                self._warm.bury()
                self._descend(str(error))
                self._warm = self._strongest()
            except WarmLostError as error:
                self._warm.bury()
                raise SandboxError(f"No student process can be started: {error}.") from error
            else:
                self._is_settled = True

    def _descend(self, reason: str) -> None:
        self.missing.append(f"{self._opening.level.value}: {reason}")
        if len(self._opening.levels) == 1:
            raise IsolationRefusedError(
                f"The isolation level {self._opening.level.value!r} is not to be had here. "
                f"It lacks: {reason}. "
                "`grader doctor` tells what there is; ask for auto or process if you trust the graded code."
            )
        self._opening = replace(self._opening, levels=self._opening.levels[1:])

    def _renew(self) -> None:
        """Replaces a warm process that was lost; what stands in the workspace stays."""
        lost = self._warm
        lost.bury()
        self._ways.close()
        self._warm = self._opening.warm()
        self._is_settled = False
        self._settle()
        if lost.box is not None:
            self.lay_out(lost.box / "work")
        self._warm.stand_at(lost.give_up_box())
        self._lead_to_servers()

    def _lead_to_servers(self) -> None:
        servers = self._servers
        plan = self._warm.plan
        if plan is not None and not plan.is_mapped:
            give_away_files(self._opening.files, plan.uid)
        if self._opening.level is not Isolation.ISOLATED:
            self._ways.directly(servers)
            return
        self._ways.rename(str(self._opening.files), FILES)
        try:
            self._ways.through(servers, self._warm)
        except WarmLostError as error:
            raise SandboxError(f"The servers cannot be reached from the sandbox: {error}.") from error

    def _start(self, workspace: str, environment: Mapping[str, str]) -> StudentProcess:
        self._started += 1
        token = self._started
        warm = self._warm
        for watcher in self._watchers:
            watcher.begin()
        with contextlib.ExitStack() as on_failure, contextlib.ExitStack() as theirs:
            ours, channel = socket.socketpair()
            on_failure.enter_context(ours)
            theirs.enter_context(channel)
            reading, writing = os.pipe()
            on_failure.callback(os.close, reading)
            theirs.callback(os.close, writing)
            warm.start(token, channel, writing, self._ways.ports)
            on_failure.pop_all()
        reader = OutputReader(
            reading, self._limits.kept_output_bytes, self._limits.output_bytes, lambda: _end(warm, token)
        )
        connection = Channel(ours, self._limits.reply_bytes + ENVELOPE_BYTES)
        process = StudentProcess(warm, token, connection, reader, self._limits, self._why_killed)
        process.set_up(workspace, environment)
        self._processes.append(process)
        return process

    def _students(self) -> list[int]:
        return self._warm.students()

    def _places(self) -> Places:
        """Where student code writes to the machine's own disk."""
        plan = self._warm.plan
        owner = None if plan is None or plan.is_mapped else plan.uid
        return Places((self._opening.files, self._opening.workspace, *self._warm.writable), owner)

    def _why_killed(self) -> CallError | None:
        return next((fault for watcher in self._watchers if (fault := watcher.fault)), None)


def _end(warm: WarmProcess, token: int) -> None:
    """Kills a process from the thread that reads its output; whoever awaits its answer notices."""
    with contextlib.suppress(WarmLostError):
        warm.end(token)
