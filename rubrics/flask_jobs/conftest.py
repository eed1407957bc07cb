"""Landings made from the seed, and the web application and its workers as a check uses them."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from reprlib import Repr
from typing import Any
from urllib.parse import quote

import pytest

from grader import Redis, StudentProcess, Submission

Landing = dict[str, Any]

PLACES = (
    "Aachen", "Aarhus", "Ådalen", "Łowicz", "Río Negro", "Sainte-Ménehould", "D'Orbigny", "Õkara",
    '"Old Woman"', "100% Iron_Creek", "隕石", "Žebrák", "Córdoba \\ Norte",
)  # fmt: skip
CLASSES = (
    "L5", "L6", "L5/6", "H4", "H~5", "LL6", "CM2", "Eucrite", "Iron, IIAB", "Iron, IVA-an",
    "Martian (shergottite)", "Stone-uncl", "Chondrit ß",
)  # fmt: skip
OPTIONAL = ("recclass", "mass (g)", "year", "reclat")
PATIENCE_S = 10.0
SOON_S = 6.0
LOOK_S = 0.002
MANY_COMMANDS = 1000
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60

# Frames of a file that does not lie in the student's folder are left out of the traceback.
SOURCE = Path(__file__).with_name("rubric_worker.py").read_text(encoding="utf-8")
WORKER_FILE = f"exec(compile({SOURCE!r}, '<the worker of the check>', 'exec'))\n"


def make_landings(random: Random, number: int, first_id: int = 8) -> list[Landing]:
    """Landings as in NASA's data set, with here and there a field missing.

    Whatever the seed, the first are whole, one of each class; after them each field is missing at least once.
    """
    numbers = random.sample(range(first_id, first_id + 50_000), number)
    landings = [_landing(random, str(landing_number)) for landing_number in numbers]
    for landing, recclass in zip(landings, CLASSES, strict=False):
        landing.update({"recclass": recclass, "mass (g)": f"{random.uniform(1, 1000):.1f}"})
    for at, landing in enumerate(landings[len(CLASSES) :]):
        if at < len(OPTIONAL) or random.random() < 0.3:
            del landing[OPTIONAL[at % len(OPTIONAL)]]
    return landings


def _landing(random: Random, landing_id: str) -> Landing:
    mass = random.choice((random.uniform(0, 100), 10 ** random.uniform(-2, 7.7)))
    return {
        "name": f"{random.choice(PLACES)} {random.randrange(100_000)}",
        "id": landing_id,
        "recclass": random.choice(CLASSES),
        "mass (g)": f"{mass:.2f}" if mass < 100 else f"{mass:.0f}",
        "year": f"{random.randrange(1400, 2014)}-01-01T00:00:00.000",
        "reclat": f"{random.uniform(-90, 90):.6f}",
    }


@pytest.fixture
def landings(seed: int) -> list[Landing]:
    """Some dozens; how many depends on the seed."""
    random = Random(f"{seed} landings")
    return make_landings(random, random.randrange(50, 80))


@pytest.fixture
def many_landings(seed: int) -> list[Landing]:
    """Some hundred that lack nothing, none of them with an id that is among `landings`."""
    random = Random(f"{seed} many")
    some = make_landings(random, random.randrange(600, 800), first_id=60_000)
    return [landing for landing in some if len(landing) == len(some[0])]


@pytest.fixture
def whole_landings(landings: list[Landing]) -> list[Landing]:
    """Landings that lack nothing, for checks of something else than the analyses."""
    return landings[: len(CLASSES)]


def landings_fault(expected: list[Landing], found: object) -> str:
    """How landings that came back differ from those that were posted; empty if they do not."""
    if type(found) is not list:
        return f"expected a list, found {SHORT.repr(found)}"
    by_id = {item["id"]: item for item in found if type(item) is dict and type(item.get("id")) is str}
    for landing in expected:
        if landing["id"] not in by_id:
            return f"expected a landing with the id {SHORT.repr(landing['id'])} among the {len(found)} found"
        wrong = _difference(landing, by_id[landing["id"]])
        if wrong:
            return f"in the landing with the id {SHORT.repr(landing['id'])}: {wrong}"
    if len(found) != len(expected):
        return f"expected {len(expected)} landings, found {len(found)}"
    return ""


def _difference(expected: Landing, found: Landing) -> str:
    for name, value in expected.items():
        if name not in found:
            return f"expected {SHORT.repr(value)} in the field {name!r}, found no such field"
        # As JSON, in which 1, 1.0 and true are three values.
        if json.dumps(found[name], sort_keys=True) != json.dumps(value, sort_keys=True):
            return f"expected {SHORT.repr(value)} in the field {name!r}, found {SHORT.repr(found[name])}"
    odd = [name for name in found if name not in expected]
    return f"expected no field {SHORT.repr(odd[0])}" if odd else ""


@dataclass(frozen=True)
class Api:
    """The student's web application in one process; what is not as the handout says fails the check."""

    process: StudentProcess
    redis: Redis

    def ask(self, method: str, path: str, **body: Any) -> Any:  # noqa: ANN401 - the grader's own record of an answer
        """Sends a request and gives the answer, whatever it is."""
        return self.process.http(method, path, application=("api.create_app", self.redis), **body)

    def forget(self) -> None:
        """Leaves nothing of the student's but Redis, as it is: no process, file or variable could answer."""
        assert isinstance(self.process, Submission), "only the first application can forget"
        self.process.start_afresh()
        self.process.write("rubric_worker.py", WORKER_FILE)
        # An application that empties Redis when it starts loses points elsewhere.
        for key in self.redis.client.scan_iter():
            self.redis.client.copy(key, key, destination_db=1)
        self.ask("GET", "/jobs/no-such-job")
        self.redis.client.flushdb()
        self.redis.client.swapdb(0, 1)

    def post(self, landings: list[Landing]) -> None:
        """Posts landings."""
        self._successful("POST", "/data", json=landings)

    def delete(self) -> None:
        """Deletes all landings."""
        self._successful("DELETE", "/data")

    def _successful(self, method: str, path: str, **body: Any) -> None:  # noqa: ANN401 - handed on
        status = self.ask(method, path, **body).status
        assert 200 <= status < 300, f"{method} {path} is answered with {told(status)}, expected 200 to 299"

    def landings_fault(self, expected: list[Landing]) -> str:
        """How the landings that there are differ from those expected; empty if they do not."""
        return landings_fault(expected, self._value("/data"))

    def submit(self, analysis: str = "mass_by_class") -> str:
        """Submits a job and gives its id; one check looks at the status and the id more closely."""
        answer = self.ask("POST", "/jobs", json={"analysis": analysis})
        assert 200 <= answer.status < 300, f"POST /jobs is answered with {told(answer.status)}, expected 202"
        found = answer.json()
        job = found.get("id") if type(found) is dict else None
        assert type(job) in (str, int), (
            f'POST /jobs: expected an object with a text as "id", found {SHORT.repr(found)}'
        )
        return str(job)

    def status(self, job: str) -> str:
        """The status of a job."""
        found = self._value(f"/jobs/{quote(job, safe='')}")
        status = found.get("status") if type(found) is dict else None
        assert status in {"submitted", "running", "done", "failed"}, (
            'GET /jobs/<id>: expected an object with submitted, running, done or failed as "status", '
            f"found {SHORT.repr(found)}"
        )
        return str(status)

    def result_status(self, job: str) -> int:
        """With which status the result is answered."""
        return int(self.ask("GET", f"/jobs/{quote(job, safe='')}/result").status)

    def result(self, job: str) -> object:
        """The result of a job that is done."""
        return self._value(f"/jobs/{quote(job, safe='')}/result")

    def _value(self, path: str) -> object:
        answer = self.ask("GET", path)
        name = path if path == "/data" else "/jobs/<id>/result" if path.endswith("/result") else "/jobs/<id>"
        assert answer.status == 200, f"GET {name} is answered with {told(answer.status)}, expected 200"
        return answer.json()


def told(status: int) -> str:
    """A status as a message has it."""
    return f"{status} (your code raised, see its output)" if status == 500 else str(status)


@pytest.fixture
def api(submission: Submission, redis: Redis) -> Api:
    """The web application in the submission's first process."""
    return Api(submission, redis)


@dataclass
class Worker:
    """A worker in a process of its own, which can be stopped before any of its commands."""

    process: StudentProcess
    redis: Redis
    _token: str = field(default="", init=False)
    _stops: int = field(default=1, init=False)
    _pending: Any = field(default=None, init=False)

    def once(self) -> object:
        """Has it work once, and gives what `work_once` said."""
        self.begin("work_once")
        return self.value()

    def did_a_job(self) -> bool:
        """Has it work once, and gives whether there was a job; one that waits for a job has none."""
        self.begin("work_once")
        return self.is_over(SOON_S) and self.value() is True

    def said(self) -> object:
        """What `work_once` said; it takes a second at most, and some more on a slow machine."""
        assert self.is_over(SOON_S), "work_once still waits for a job, expected False within a second"
        return self.value()

    def begin(self, function: str, place: int = 0) -> None:
        """Has it begin, and stop before the command number `place`; 0 for none."""
        self._token, self._stops = secrets.token_hex(8), 1
        # The address as the student's processes know it.
        url = self.redis.argument("url")
        self._pending = self.process.send(f"rubric_worker.{function}", url, self._token, place)

    def stops_before(self, place: int, function: str = "work_once") -> bool:
        """Has it begin, and awaits that it stands before this command; False if it needed fewer."""
        self.begin(function, place)
        return self._is_held()

    def stops(self) -> Iterator[None]:
        """Has it work once, and gives a look while it stands before each of its commands."""
        is_held = self.stops_before(1)
        while is_held and self._stops < MANY_COMMANDS:
            yield
            self.go_on(1)
            is_held = self._is_held()
        self.go_on()

    def take_one(self, api: Api) -> str:
        """Submits a job, and has it work until that says running, and one command more.

        Some say so just before they take the job. One that never says so works to the end.
        """
        job = api.submit()
        for _ in self.stops():
            if api.status(job) == "running":
                self.go_on(1)
                self._is_held()
                break
        return job

    def go_on(self, commands: int = 0) -> None:
        """Lets it go on from where it stands: for so many commands, or to the end."""
        self.redis.client.publish(self._place(), commands)
        self._stops += 1

    def is_over(self, patience_s: float = 0.0) -> bool:
        """Whether what it began has ended, or does so soon."""
        return self._awaits((f"over:{self._token}",), patience_s) > 0

    def value(self) -> object:
        """Awaits what it began, and gives what the function said."""
        return self._pending.value()

    def kill(self) -> None:
        """Kills its process."""
        self.process.kill()

    def _is_held(self) -> bool:
        return self._awaits((f"over:{self._token}", self._place()), PATIENCE_S) > 1

    def _place(self) -> str:
        return f"held:{self._token}:{self._stops}"

    def _awaits(self, channels: tuple[str, ...], patience_s: float) -> int:
        """The number of the last of these channels that has a subscriber; 0 if none has one in time."""
        deadline = time.monotonic() + patience_s
        while True:
            listeners = [number for _, number in self.redis.client.pubsub_numsub(*channels)]
            if any(listeners) or time.monotonic() > deadline:
                return max((at for at, number in enumerate(listeners, 1) if number), default=0)
            time.sleep(LOOK_S)


@pytest.fixture
def hire(submission: Submission, redis: Redis) -> Callable[[], Worker]:
    """Starts one more worker, which does nothing before it is told to."""
    submission.write("rubric_worker.py", WORKER_FILE)
    return lambda: Worker(submission.start(), redis)
