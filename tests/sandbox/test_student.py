"""One student process: every way in which a call can end, as the grader sees it."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from grader.errors import (
    CallError,
    CallTimeoutError,
    CourseError,
    FunctionMissingError,
    OutOfMemoryError,
    OutputLimitError,
    ProcessCrashedError,
    ProtocolViolationError,
    StudentExceptionError,
)
from grader.sandbox.base import Call
from grader.sandbox.inside.codec import Value
from grader.sandbox.process import ProcessSandbox
from tests.sandbox.conftest import LIMITS, Start, in_process_rooms
from tests.sandbox.solution import Solution

ECHO = "def echo(*values):\n    return values[0] if len(values) == 1 else values\n"


@pytest.mark.parametrize("value", [None, 2**70, "\ud800", b"\0", [(1, {"a": ()})], {1: {2: 3}}])
def test_gives_values_back(start: Start, value: Value) -> None:
    assert start(ECHO).call("echo", value) == value


def test_keeps_its_state_between_calls(start: Start) -> None:
    solution = start("seen = []\ndef add(x):\n    seen.append(x)\n    return seen")
    assert solution.call("add", 1) == [1]
    assert solution.call("add", 2) == [1, 2]


def test_imports_nothing_before_the_first_call(start: Start) -> None:
    solution = start("open('imported', 'w').close()\ndef f(): pass")
    assert solution.process.is_running
    assert not (solution.workspace / "imported").exists()
    solution.call("f")
    assert (solution.workspace / "imported").exists()


def test_a_call_can_be_sent_and_awaited_later(sandbox: ProcessSandbox, workspace: Path) -> None:
    (workspace / "solution.py").write_text("import time\ndef f(x):\n    time.sleep(0.3)\n    return x")
    first, second = sandbox.start(workspace), sandbox.start(workspace)
    started = time.monotonic()
    first.send(Call("solution", "f", (1,)), 5)
    second.send(Call("solution", "f", (2,)), 5)
    assert [first.receive(5), second.receive(5)] == [1, 2]
    assert time.monotonic() - started < 0.6


def test_two_calls_at_once_are_the_rubrics_mistake(start: Start) -> None:
    solution = start(ECHO)
    solution.process.send(Call("solution", "echo", (1,)), 5)
    with pytest.raises(CourseError, match="not answered"):
        solution.call("echo", 2)
    with pytest.raises(CourseError, match="nothing had been called"):
        start(ECHO).process.receive(1)
    with pytest.raises(CourseError, match="do not cross"):
        start(ECHO).call("echo", {1, 2})  # type: ignore[arg-type] # the mistake


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import sys\ndef f(): sys.exit(3)", r"f called sys.exit\(3\), which ends"),
        ("def f(): raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(): raise GeneratorExit", "GeneratorExit"),
        ("class Mine(BaseException): pass\ndef f(): raise Mine('x')", "Mine: x"),
        ("def f(): return f()", "RecursionError"),
        ("def f(): return {}['mass (g)']", r"f raised KeyError: 'mass \(g\)'"),
        ("import sys\nsys.exit()", r"solution.py could not be imported: it called sys.exit"),
        ("def f(:\n", "solution.py could not be imported: SyntaxError"),
        ("import no_such_package", "could not be imported: ModuleNotFoundError: No module named"),
        (
            "def f(rd): pass",
            r"f\(rd\) was called as f\(\), which does not fit: missing a required argument: 'rd'",
        ),
        ("def f():\n    def g(a): pass\n    g()", "f raised TypeError: f.<locals>.g"),
    ],
)
def test_an_exception_is_told_and_the_process_lives(start: Start, code: str, expected: str) -> None:
    solution = start(code)
    for _ in range(2):
        with pytest.raises(StudentExceptionError, match=expected):
            solution.call("f")
    assert solution.process.is_running


@pytest.mark.parametrize(
    ("code", "function", "expected"),
    [
        ("def lod(): pass", "load", "no function load in solution.py. Did you mean lod?"),
        ("def save(): pass\ndef _load(): pass", "load", "there is save."),
        ("load = 5", "load", "no function but of type int"),
        ("load = None", "load", "no function but of type NoneType"),
    ],
)
def test_a_missing_function_is_named(start: Start, code: str, function: str, expected: str) -> None:
    solution = start(code)
    with pytest.raises(FunctionMissingError) as caught:
        solution.call(function)
    assert expected in caught.value.message
    assert solution.process.is_running


def test_a_missing_file_is_named(start: Start) -> None:
    solution = start("")
    with pytest.raises(FunctionMissingError, match=r"no file solutoin\.py .* Did you mean solution\.py"):
        solution.process.call(Call("solutoin", "f", ()), 5)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="since 3.12 Python itself ends such a recursion")
def test_a_recursion_that_overflows_the_stack_is_a_crash(start: Start) -> None:
    solution = start("import sys\nsys.setrecursionlimit(10**9)\ndef f(): return eval('f()')")
    with pytest.raises(ProcessCrashedError, match=r"SIG|exit code"):
        solution.call("f")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os\ndef f(): os._exit(3)", "exit code 3 during solution.f"),
        ("import os\nos._exit(0)", "exit code 0"),
        ("import ctypes\ndef f(): ctypes.string_at(0)", "SIGSEGV"),
        ("import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGTERM)", "SIGTERM"),
        ("import os\ndef f(): os.killpg(0, 9)", "SIGKILL"),
        (
            "import os\ndef f():\n    if os.fork(): os._exit(1)\n    import time; time.sleep(60)",
            "exit code 1",
        ),
    ],
)
def test_a_crash_is_told_at_once(start: Start, code: str, expected: str) -> None:
    solution = start(code)
    started = time.monotonic()
    with pytest.raises(ProcessCrashedError, match=expected):
        solution.call("f")
    assert time.monotonic() - started < 5
    assert not solution.process.is_running
    with pytest.raises(ProcessCrashedError, match=expected):
        solution.call("f")


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    while True: pass",
        "while True: pass",
        "import time\ndef f():\n while True:\n  try: time.sleep(60)\n  except BaseException: pass",
        "import signal\nfor n in (14, 15, 2): signal.signal(n, signal.SIG_IGN)\ndef f():\n while True: pass",
        "import os\ndef f():\n    if os.fork() == 0: os.setpgrp()\n    while True: pass",
    ],
)
def test_the_deadline_holds(start: Start, code: str) -> None:
    solution = start(code)
    started = time.monotonic()
    with pytest.raises(CallTimeoutError, match=r"solution.f did not finish within 0.3 s"):
        solution.call("f", timeout_s=0.3)
    assert time.monotonic() - started < 0.8
    assert not solution.process.is_running


def call_slowly(solution: Solution, timeout_s: float) -> Value:
    """Calls `f`, which is told that it has 0.4 s, and awaits it for longer."""
    solution.process.send(Call("solution", "f", ()), 0.4)
    return solution.process.receive(timeout_s)


LOOP = "def g():\n    while True: pass\ndef f():\n    g()\n"


@pytest.mark.parametrize(
    ("code", "places"),
    [
        (LOOP, ["line 4, in f", "line 2, in g"]),
        ("while True: pass", ["line 1, in <module>"]),
        ("import time\ndef f(): time.sleep(60)", ["line 2, in f"]),
        ("import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n" + LOOP, []),
    ],
)
def test_code_that_does_not_finish_says_where_it_was(start: Start, code: str, places: list[str]) -> None:
    with pytest.raises(CallTimeoutError, match=r"solution.f did not finish within 0.8 s") as caught:
        call_slowly(start(code), timeout_s=0.8)
    lines = caught.value.traceback.splitlines()
    assert [line for line in lines if "File" in line] == [
        f'  File "solution.py", {place}' for place in places
    ]


ALARM = """
import signal, time
def f():
    signal.alarm(7)
    time.sleep(0.5)
    return signal.alarm(0) and 7
"""


@pytest.mark.parametrize("code", ["import time\ndef f():\n    time.sleep(0.5)\n    return 7", ALARM])
def test_code_that_is_slow_and_finishes_is_none_the_worse(start: Start, code: str) -> None:
    solution = start(code)
    for _ in range(2):
        assert call_slowly(solution, timeout_s=5) == 7


@pytest.mark.parametrize(
    "code", ["def f(): return 'x' * 10**10", "kept = []\ndef f():\n    while True: kept.append(' ' * 10**6)"]
)
def test_memory_ends_at_the_limit(start: Start, code: str) -> None:
    solution = start(code)
    with pytest.raises(OutOfMemoryError, match="512 MiB"):
        solution.call("f")
    assert not solution.process.is_running


def test_files_descriptors_and_core_files_end_at_their_limits(start: Start) -> None:
    code = """
import resource
def write():
    with open("large", "wb") as file: file.write(b"x" * 5_000_000)
def limits():
    return {name: resource.getrlimit(getattr(resource, name)) for name in ("RLIMIT_NOFILE", "RLIMIT_CORE")}
"""
    solution = start(code)
    with pytest.raises(StudentExceptionError, match="File too large"):
        solution.call("write")
    files = (LIMITS.open_files, LIMITS.open_files)
    assert solution.call("limits") == {"RLIMIT_NOFILE": files, "RLIMIT_CORE": (0, 0)}


def test_a_result_that_is_no_plain_value_is_named(start: Start) -> None:
    solution = start("def f(): return [1, {'mass': (x for x in [])}]")
    with pytest.raises(ProtocolViolationError, match=r"f: the result\[1\]\['mass'\] is of type generator"):
        solution.call("f")


def test_a_result_that_is_too_large_is_refused(start: Start) -> None:
    with pytest.raises(ProtocolViolationError, match="too large"):
        start("def f(): return 'x' * 2_000_000").call("f")


EVIL = """
class Evil(str):
    def loop(self, *_):
        while True: pass
    __eq__ = __hash__ = __repr__ = __str__ = __len__ = __iter__ = __getattribute__ = loop
class Number(int):
    def __eq__(self, other): return True
    __hash__ = None
class Liar:
    __class__ = str
    def __repr__(self):
        while True: pass
class Unspeakable(Exception):
    def __str__(self): raise SystemExit
def text(): return Evil("x")
def number(): return [Number(3)]
def liar(): return Liar()
def unspeakable(): raise Unspeakable
"""


def test_evil_objects_become_plain_or_are_refused(start: Start) -> None:
    solution = start(EVIL)
    text, numbers = solution.call("text"), solution.call("number")
    assert text == "x"
    assert type(text) is str
    assert numbers == [3]
    assert type(numbers[0]) is int  # type: ignore[index] # a list
    with pytest.raises(StudentExceptionError, match=r"Unspeakable: .its message cannot be shown"):
        solution.call("unspeakable")
    with pytest.raises(ProtocolViolationError, match=r"type solution\.Liar"):
        solution.call("liar")


SEND = """
import os, socket, struct
def frame(data): os.write(3, struct.pack("!I", len(data)) + data)
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("frame(b'\\x81\\xa4kind\\xa5value')", "belongs to no question"),
        ("frame(b'\\xff' * 500)", "could not be read|belongs to no question"),
        ("frame(b'\\x80')", "belongs to no question"),
        ("frame(b'\\xde\\xff\\xff')", "could not be read"),
        ("os.write(3, b'\\xff\\xff\\xff\\xff')", "gave an answer of 4,294,967,295 bytes"),
        ("os.close(3)", "broke the connection"),
        ("os.write(3, b'garbage!' * 1000)", "gave an answer of"),
    ],
)
def test_forged_answers_are_violations(start: Start, body: str, expected: str) -> None:
    solution = start(f"{SEND}\ndef f():\n    {body}\n    return 1")
    with pytest.raises(ProtocolViolationError, match=expected):
        solution.call("f")
    assert not solution.process.is_running


TWICE = f"""{SEND}
import sys, threading, time
def question_id():
    frame = sys._getframe()
    while "question" not in frame.f_locals or "id" not in frame.f_locals["question"]: frame = frame.f_back
    return frame.f_locals["question"]["id"]
def right(id, value):
    import msgpack
    frame(msgpack.packb({{"id": id, "kind": "value", "value": value}}))
def twice():
    right(question_id(), "forged")
    return "true"
def unasked():
    def later():
        time.sleep(0.1)
        right(b"0" * 16, "forged")
    threading.Thread(target=later).start()
    return "true"
def f(): return "next"
"""


def test_a_second_answer_is_a_violation(start: Start) -> None:
    solution = start(TWICE)

    def both() -> None:
        # The first of the two may come alone; the other is then in the way of the next call.
        assert solution.call("twice") == "forged"
        solution.call("f")

    with pytest.raises(ProtocolViolationError, match=r"twice|nobody had asked|belongs to no question"):
        both()
    assert not solution.process.is_running


def test_an_answer_that_nobody_asked_for_is_a_violation(start: Start) -> None:
    solution = start(TWICE)
    assert solution.call("unasked") == "true"
    time.sleep(0.3)
    with pytest.raises(ProtocolViolationError, match="nobody had asked"):
        solution.call("f")


def test_output_is_kept_in_order_and_complete(start: Start) -> None:
    solution = start(
        "import os, sys\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n"
        "    os.system('echo child')\n    sys.stdout.buffer.write(b'\\xff\\n')\n    print('\\ud800')"
    )
    solution.call("f")
    assert solution.process.output == "out\nerr\nchild\n\\xff\n\\ud800\n"


def test_a_flood_of_output_ends_the_process(start: Start) -> None:
    solution = start("def f():\n    while True: print('x' * 100_000)")
    before = psutil.Process().memory_info().rss
    with pytest.raises(OutputLimitError, match="20 MiB"):
        solution.call("f")
    assert psutil.Process().memory_info().rss - before < 30_000_000
    assert solution.process.output.startswith("xxxx")
    assert len(solution.process.output) < 2000


def test_what_was_printed_before_the_deadline_is_kept(start: Start) -> None:
    solution = start("def f():\n    print('began')\n    while True: pass")
    with pytest.raises(CallTimeoutError):
        solution.call("f", timeout_s=0.3)
    assert solution.process.output == "began\n"


@in_process_rooms
def test_a_killed_process_is_dead_with_all_its_children(start: Start) -> None:
    code = "import os, time\ndef f():\n pid = os.fork()\n if pid: return [os.getpid(), pid]\n time.sleep(60)"
    solution = start(code)
    pids = solution.call("f")
    assert isinstance(pids, list)
    assert all(psutil.pid_exists(pid) for pid in pids)
    solution.process.kill()
    solution.process.kill()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert not solution.process.is_running
    with pytest.raises(ProcessCrashedError, match="has ended"):
        solution.call("f")


def test_closed_and_replaced_streams_do_no_harm(start: Start) -> None:
    solution = start(
        "import sys\ndef f():\n    if sys.stdout: sys.stdout.close()\n    sys.stderr = None\n    return 1"
    )
    assert [solution.call("f"), solution.call("f")] == [1, 1]


def test_every_error_is_the_students(start: Start) -> None:
    with pytest.raises(CallError) as caught:
        start("def f(): raise ValueError").call("f")
    assert caught.value.message == "f raised ValueError"


def test_usual_machinery_works(start: Start) -> None:
    code = """
import asyncio, multiprocessing, subprocess, sys, threading, uuid
def square(x): return x * x
def pool():
    with multiprocessing.Pool(2) as workers: return workers.map(square, [1, 2, 3])
def child(): return subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout
def loop(): return asyncio.run(asyncio.sleep(0.01, "slept"))
def thread():
    made = []
    worker = threading.Thread(target=made.append, args=(1,)); worker.start(); worker.join()
    return made
def ask(): return input()
"""
    solution = start(code)
    assert solution.call("pool") == [1, 4, 9]
    assert solution.call("child") == b"1\n"
    assert solution.call("loop") == "slept"
    assert solution.call("thread") == [1]
    with pytest.raises(StudentExceptionError, match="EOFError"):
        solution.call("ask")


def test_processes_do_not_share_their_random_numbers(sandbox: ProcessSandbox, workspace: Path) -> None:
    (workspace / "solution.py").write_text("import random\ndef f(): return random.random()")
    numbers = {sandbox.start(workspace).call(Call("solution", "f", ()), 5) for _ in range(3)}
    assert len(numbers) == 3
