"""The worker's side: a plugin that keeps servers and sandboxes ready on each worker of a cluster."""

import os
import queue
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from grader.batch.cluster.parcel import LabParcel, Parcel, unpack, unpack_lab
from grader.checks.station import Order
from grader.config import read_settings
from grader.errors import IsolationRefusedError, SandboxError
from grader.pool import Event, Faulted, Finished, Job, Patience, Pool, Refused

__all__ = ["Ending", "StationPlugin", "Unfit", "grade_parcel"]

_LAST = (Finished, Refused, Faulted)


@dataclass(frozen=True)
class Unfit:
    """A worker on whose machine nothing of this batch can be graded."""

    address: str
    reason: str


Ending = Finished | Refused | Faulted | Unfit


class StationPlugin(WorkerPlugin):
    """Pools of one process each, as many as the worker has threads, for one lab."""

    def __init__(
        self, name: str, lab: LabParcel, flags: Mapping[str, str | None], patience: Patience
    ) -> None:
        """Packs what workers need.

        Args:
            name: The plugin's, and the topic's under which it tells what happens.
            flags: Settings that hold on every worker; the others are each machine's own.
        """
        self.name = name
        self._lab_parcel = lab
        self._flags = dict(flags)
        self._patience = patience
        self._version = version("dblab-grader")

    def setup(self, worker: Worker) -> None:
        """Unpacks the lab; servers start with the first submission."""
        self._address = worker.address
        self._worker = worker
        self._stack = ExitStack()
        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="grader-cluster-"))
        self._lab = unpack_lab(self._lab_parcel, Path(folder))
        settings = read_settings(self._flags, os.environ)
        self._idle: queue.SimpleQueue[Pool] = queue.SimpleQueue()
        for _ in range(worker.state.nthreads):
            self._idle.put(self._stack.enter_context(Pool(self._lab, settings, 1, self._patience)))

    def teardown(self, worker: Worker) -> None:
        """Ends every pool, and with it its servers."""
        del worker
        self._stack.close()

    def grade(self, job: str, parcel: Parcel, seed: int | None) -> Ending:
        """Grades one submission; called from a thread of the worker's."""
        if version("dblab-grader") != self._version:
            return Unfit(self._address, f"it has another version of the grader, not {self._version}")
        with tempfile.TemporaryDirectory(prefix="grader-parcel-") as folder, self._pool() as pool:
            order = Order(self._lab, unpack(parcel, Path(folder)), seed)
            try:
                for event in pool.run([Job(job, order)]):
                    if isinstance(event, _LAST):
                        ending = event
                    else:
                        self._tell(event)
            except IsolationRefusedError as error:
                return Unfit(self._address, str(error))
        return ending

    @contextmanager
    def _pool(self) -> Iterator[Pool]:
        pool = self._idle.get()
        try:
            yield pool
        finally:
            self._idle.put(pool)

    def _tell(self, event: Event) -> None:
        self._worker.log_event(
            self.name, {"from": self._address, "event": type(event).__name__, **asdict(event)}
        )


def grade_parcel(plugin: str, job: str, parcel: Parcel, seed: int | None) -> Ending:
    """The task that runs on a worker."""
    station: Any = get_worker().plugins.get(plugin)
    if not isinstance(station, StationPlugin):
        raise SandboxError(
            f"The worker has no station {plugin}; it has joined too late or failed to set it up."
        )
    return station.grade(job, parcel, seed)
