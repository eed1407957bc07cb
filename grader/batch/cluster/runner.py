"""The sender's side: hands submissions to a Dask cluster, and tells what happens there."""

import queue
import secrets
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import Any, Self

from distributed import Client, Future

from grader.batch.cluster.parcel import pack, pack_lab
from grader.batch.cluster.station import Ending, StationPlugin, Unfit, grade_parcel
from grader.config import Settings
from grader.course import Lab
from grader.errors import IsolationRefusedError, UsageError
from grader.pool import Began, Checking, Event, Faulted, Job, Noted, Patience, Retried

__all__ = ["Cluster"]

_CONNECT_S = 20.0
_LOOK_S = 1.0
"""How often workers that have joined meanwhile are looked for."""
_AHEAD = 2
"""How many submissions are sent for each thread: one that is graded and one that waits there."""
_TOLD: Mapping[str, type[Began | Checking | Noted | Retried]] = MappingProxyType(
    {kind.__name__: kind for kind in (Began, Checking, Noted, Retried)}
)
_USUAL_PATIENCE = Patience()


class Cluster:
    """Workers of a Dask cluster, for one lab; a `grader.batch.grading.Runner`."""

    def __init__(
        self,
        address: str,
        lab: Lab,
        settings: Settings,
        patience: Patience = _USUAL_PATIENCE,
        *,
        connect_s: float = _CONNECT_S,
    ) -> None:
        """Connects to nothing yet.

        Args:
            address: The scheduler's, as `tcp://host:8786`.
            settings: Its services and isolation hold on every worker; where programs and images are, each
                machine knows itself.
            patience: How often a submission is tried on one machine.
            connect_s: Seconds in which the scheduler must answer.
        """
        self._address = address
        self._connect_s = connect_s
        self._lab = lab
        flags = {
            "services": settings.services,
            "isolation": settings.isolation,
            "without": ",".join(settings.without),
        }
        self._name = f"dblab-grader-{lab.id}-{secrets.token_hex(6)}"
        self._plugin = StationPlugin(self._name, pack_lab(lab), flags, patience)
        self._heard: queue.SimpleQueue[Future[Any] | Event] = queue.SimpleQueue()
        self._numbers: dict[str, int] = {}
        self._unfit: dict[str, str] = {}
        self._is_stopping = False

    def __enter__(self) -> Self:
        try:
            self._client = Client(self._address, timeout=self._connect_s, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(
                f"No Dask scheduler answers at {self._address}: {error}. "
                "Start one with `dask scheduler`, or name another with --scheduler."
            ) from error
        self._client.register_plugin(self._plugin, name=self._name)
        self._client.subscribe_topic(self._name, self._hear)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.unsubscribe_topic(self._name)
        self._client.unregister_worker_plugin(self._name)
        self._client.close()

    def run(self, jobs: Sequence[Job]) -> Iterator[Event]:
        """Grades jobs, and tells what happens; `grader.pool.Pool.run` says more.

        Raises:
            IsolationRefusedError: No worker's machine is fit for it.
        """
        self._is_stopping = False
        waiting = deque(jobs)
        flying: dict[Future[Any], Job] = {}
        while (waiting and not self._is_stopping) or flying:
            self._send(waiting, flying)
            try:
                heard = self._heard.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if not isinstance(heard, Future):
                yield heard
            elif (job := flying.pop(heard, None)) is not None:
                ending = _ending(heard, job)
                if isinstance(ending, Unfit):
                    self._unfit[ending.address] = ending.reason
                    waiting.appendleft(job)
                else:
                    yield ending

    def stop(self) -> None:
        """Has no other submission sent; those that were sent are graded."""
        self._is_stopping = True

    def _send(self, waiting: deque[Job], flying: dict[Future[Any], Job]) -> None:
        threads: dict[str, int] = self._client.nthreads()
        fit = {address: count for address, count in threads.items() if address not in self._unfit}
        if threads and not fit:
            reasons = "; ".join(f"{address}: {self._unfit[address]}" for address in threads)
            raise IsolationRefusedError(f"No worker of the cluster can grade this: {reasons}")
        while waiting and not self._is_stopping and len(flying) < _AHEAD * sum(fit.values()):
            job = waiting.popleft()
            future = self._client.submit(
                grade_parcel,
                self._name,
                job.name,
                pack(job.order.submission),
                job.order.seed,
                key=f"{self._name}-{job.name}-{secrets.token_hex(4)}",
                workers=list(fit) if self._unfit else None,
                pure=False,
            )
            flying[future] = job
            future.add_done_callback(self._heard.put)

    def _hear(self, told: tuple[float, Any]) -> None:
        """Takes what a station tells; runs in the client's own thread."""
        fields = dict(told[1])
        worker = self._numbers.setdefault(fields.pop("from"), len(self._numbers) + 1)
        kind = _TOLD[fields.pop("event")]
        if "worker" in fields:
            fields["worker"] = worker
        self._heard.put(kind(**fields))


def _ending(future: Future[Any], job: Job) -> Ending:
    if future.status == "finished":
        ending: Ending = future.result()
        return ending
    if future.status == "error":
        error = future.exception()
        return Faulted(job.name, f"The cluster did not grade it: {type(error).__name__}: {error}", 0)
    return Faulted(job.name, f"The cluster lost it ({future.status}).", 0)
