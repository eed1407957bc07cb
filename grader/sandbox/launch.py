"""The grader's side of the warm process: starting it, asking it, and cleaning up after it."""

import contextlib
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.errors import SandboxError
from grader.sandbox.inside.walls.plan import Plan
from grader.sandbox.outside.cgroup import MemoryGroup
from grader.sandbox.outside.plans import as_fields
from grader.sandbox.outside.remains import MARKER, descendants, kill, kill_marked
from grader.sandbox.outside.scratch import WRITABLE, Scratch
from grader.sandbox.outside.watch import children_of
from grader.sandbox.outside.wishes import WallMissingError, WarmLostError, Wishes
from grader.submission.workspace import make_empty

__all__ = ["MARKER", "WallMissingError", "WarmLostError", "WarmProcess"]

PROGRAM = Path(__file__).with_name("inside") / "__main__.py"
# The first wish waits until the drivers are imported, on a machine that may be busy with other things.
START_PATIENCE_S = 30.0
# Longer than the warm process itself tries to kill what does not die.
END_PATIENCE_S = 8.0
HANGING_UP_S = 1.0

_log = logging.getLogger(__name__)


class WarmProcess:
    """One warm process. It is started at once and gets ready while the grader does other things."""

    def __init__(
        self,
        launcher: str,
        services: Sequence[str],
        run_id: str,
        folder: Path,
        plan_walls: Callable[[Path], Plan] | None = None,
        group: MemoryGroup | None = None,
    ) -> None:
        """Starts the process; returns before it is ready.

        Args:
            launcher: `fork` or `spawn`.
            services: Those whose drivers it imports ahead.
            run_id: Stands, with a random part, in the environment of every process below, to find them by.
            folder: Where it gets a folder of its own.
            plan_walls: Plans, for that folder, the walls around it; None for none.
            group: What counts the memory of all processes below.

        Raises:
            SandboxError: The machine lets no process start.
        """
        self._marker = f"{run_id}.{secrets.token_hex(8)}"
        self._lock = threading.RLock()
        self._is_buried = False
        self._box: int | None = None
        self._inner_workspace: str | None = None
        self._scratch = Scratch(folder)
        try:
            self._scratch.empty()
            self.plan = None if plan_walls is None else plan_walls(self._scratch.folder)
            if self.plan is not None and not self.plan.is_mapped:
                self._scratch.give_away(self.plan.uid)
            self._wishes = self._popen([launcher, *services])
        except BaseException as error:
            self._scratch.remove()
            if not isinstance(error, OSError):
                raise
            raise SandboxError(f"The process that starts student processes cannot start: {error}.") from error
        self._unanswered: int | None = None
        # The kernel takes longer to let a process into a group than the grader to do other things meanwhile.
        self._beginning = threading.Thread(target=self._begin, args=[group], daemon=True)
        self._beginning.start()

    def _begin(self, group: MemoryGroup | None) -> None:
        """Has the process, which waits for the first wish, counted before it starts any other."""
        if group is not None:
            try:
                group.add(self._process.pid)
            except OSError as error:  # it has ended already, or the grader's own measuring must do
                _log.warning("No control group for the memory of student processes: %s", error)
        with contextlib.suppress(WarmLostError):  # the next wish will say so
            fields = None if self.plan is None else as_fields(self.plan)
            self._unanswered = self._wishes.send({"wish": "enclose", "plan": fields}, START_PATIENCE_S)

    def _popen(self, arguments: list[str]) -> Wishes:
        with contextlib.ExitStack() as on_failure:
            control, their_control = map(on_failure.enter_context, socket.socketpair())
            hand, their_hand = map(on_failure.enter_context, socket.socketpair())
            theirs = [their_control.fileno(), their_hand.fileno()]
            command = [sys.executable, "-P", "-s", "-B", str(PROGRAM), "warm", *map(str, theirs)]
            command += [str(self._scratch.folder), *arguments]
            with self._scratch.log.open("wb") as log:
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self._scratch.folder,
                    env=self._scratch.environment(self._marker),
                    pass_fds=theirs,
                    start_new_session=True,
                )
            their_control.close()
            their_hand.close()
            on_failure.pop_all()
        return Wishes(control, hand, self._process, self._scratch.log)

    @property
    def pid(self) -> int:
        """The number of the process that was started; behind walls it awaits the end of the first inside."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs and has not been given up."""
        return not self._is_buried and self._process.poll() is None

    @property
    def is_out_of_reach(self) -> bool:
        """Whether student code can neither kill nor stop it: it is the first process of a namespace."""
        return self.plan is not None and self.plan.level == "isolated"

    @property
    def writable(self) -> tuple[Path, ...]:
        """The folders on the machine's disk that student code can write to, whatever its level."""
        return self._scratch.writable

    @property
    def box(self) -> Path | None:
        """The sandbox's own file system, as the grader finds it; None if it has none."""
        return None if self._box is None else Path(f"/proc/{os.getpid()}/fd/{self._box}")

    @property
    def inner_workspace(self) -> str | None:
        """The working directory as student code knows it; None if it goes by its own name."""
        return self._inner_workspace

    @property
    def relay_environment(self) -> Mapping[str, str]:
        """The environment of what runs beside it; nothing but the mark by which it is found."""
        return {MARKER: self._marker}

    def students(self) -> list[int]:
        """The student processes and those that were orphaned, without what is below them."""
        first = children_of(self.pid) if self._box is not None else [self.pid]
        return [pid for each in first for pid in children_of(each)]

    def await_walls(self) -> None:
        """Awaits that the walls stand; harmless the second time.

        Raises:
            WallMissingError: The machine does not allow one of them.
            WarmLostError: The warm process cannot say.
        """
        with self._lock:
            self._beginning.join()
            if self._unanswered is None:
                return
            answer = self._wishes.receive(self._unanswered, START_PATIENCE_S)
            self._unanswered = None
            if "missing" in answer:
                raise WallMissingError(str(answer["missing"]), str(answer["reason"]))
            self._inner_workspace = answer["workspace"]
            if self.is_out_of_reach:
                self._box = self._wishes.take_descriptor()

    def start(self, token: int, channel: socket.socket, output: int, ports: Sequence[int] = ()) -> None:
        """Starts a student process.

        Args:
            token: The grader's name for it.
            channel: The student's end of its connection.
            output: The writing end of the pipe for what it prints.
            ports: Those of its servers, where the network is the machine's.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        wish = {"wish": "start", "token": token, "ports": list(ports)}
        self._ask(wish, START_PATIENCE_S, [channel.fileno(), output])

    def end(self, token: int) -> int | None:
        """Kills a student process and all that it left.

        Returns:
            The exit code if it had ended by itself before, negative for a signal; else None.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        exit_code = self._ask({"wish": "end", "token": token}, END_PATIENCE_S).get("exit_code")
        return exit_code if type(exit_code) is int else None

    def listen(self, port: int) -> int | None:
        """Gives a descriptor that takes connections to a port of the sandbox's loopback; None if it is taken.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        with self._lock:
            answer = self._ask({"wish": "listen", "port": port}, END_PATIENCE_S, must_do=False)
            return self._wishes.take_descriptor() if answer.get("done") is True else None

    def sweep(self) -> None:
        """Kills every process below the warm one, and empties the folders that they share but the workspace.

        Raises:
            WarmLostError: The warm process cannot do it.
        """
        self._ask({"wish": "sweep"}, END_PATIENCE_S)
        if sys.platform != "linux":
            # Without adoption a daemon is found by its environment only.
            kill_marked(self._marker, spared=self._process.pid)
        if self.box is None:
            self._scratch.empty()
        else:
            for name in (*WRITABLE, "shm"):
                make_empty(self.box / name)

    def bury(self) -> None:
        """Ends the warm process and every process that is left of it; harmless the second time.

        Raises:
            SandboxError: Some of them do not die.
        """
        with self._lock:
            if self._is_buried:
                return
            self._is_buried = True
            self._beginning.join()
            # Hung up on, it kills what is below it and ends by itself. If not, it is killed like the rest.
            self._wishes.hang_up(HANGING_UP_S)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(HANGING_UP_S)
            below = descendants(self._process.pid)
            self._process.kill()
            self._process.wait()
            kill(below)
            kill_marked(self._marker)
            self._scratch.remove()

    def stand_at(self, place: int | None) -> None:
        """Has the sandbox's own file system be found where that of another process was.

        Args:
            place: What that process gave up; closed if there is nothing to put there.
        """
        if place is not None:
            if self._box is None:
                os.close(place)
            else:
                os.dup2(self._box, place, inheritable=False)
                os.close(self._box)
                self._box = place

    def give_up_box(self) -> int | None:
        """Hands over the descriptor of the sandbox's own file system, if there is one."""
        place, self._box = self._box, None
        return place

    def forget_box(self) -> None:
        """Lets go of the sandbox's own file system, and with it of all that is in it."""
        if (place := self.give_up_box()) is not None:
            os.close(place)

    def _ask(
        self,
        wish: Mapping[str, Any],
        patience_s: float,
        descriptors: Sequence[int] = (),
        *,
        must_do: bool = True,
    ) -> dict[str, Any]:
        with self._lock:
            if self._is_buried:
                raise WarmLostError("the process that starts student processes was ended")
            try:
                self.await_walls()
            except WallMissingError as error:
                raise WarmLostError(str(error)) from error
            answer = self._wishes.receive(self._wishes.send(wish, patience_s, descriptors), patience_s)
        if must_do and answer.get("done") is not True:
            raise WarmLostError(f"the process that starts student processes answered {str(answer)[:500]}")
        return answer
