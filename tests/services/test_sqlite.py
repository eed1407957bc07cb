"""A database file that a student's code has made, and what can be wrong with it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import ServiceError
from grader.sandbox.base import Isolation
from grader.services.base import Beside
from grader.services.run import Run
from grader.services.sqlite import Sqlite
from tests.services.conftest import beside_at

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL)"
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"

DIES = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}")
connection.execute("PRAGMA cache_size = 1")
connection.execute("CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL)")
connection.execute("INSERT INTO people VALUES (1, 'kept')")
connection.commit()
connection.executemany("INSERT INTO people (name) VALUES (?)", (("lost" * 1000,) for _ in range(2000)))
print("written", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
"""A program that dies in the middle of a transaction, part of which has reached the disk."""


@pytest.mark.parametrize("mode", ["delete", "wal", "truncate", "persist"])
def test_what_a_killed_process_had_not_committed_is_not_there(sqlite: Sqlite, mode: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(sqlite.path), mode], check=False, capture_output=True
    )
    assert (died.returncode, died.stdout) == (-signal.SIGKILL, b"written\n")
    assert len(list(sqlite.folder.iterdir())) > 1, "a journal should be left"
    assert sqlite.rows("SELECT name FROM public.people") == [("kept",)]
    sqlite.crash()
    assert sqlite.rows("SELECT name FROM public.people") == [("kept",)]


def test_what_is_in_the_log_alone_is_seen(sqlite: Sqlite) -> None:
    with closing(sqlite3.connect(sqlite.path)) as student:
        student.execute("PRAGMA journal_mode = wal")
        student.execute(PEOPLE)
        student.execute("INSERT INTO people VALUES (1, 'Ada')")
        student.commit()
        student.execute("INSERT INTO people VALUES (2, 'uncommitted')")
        before = {path.name: path.stat().st_size for path in sqlite.folder.iterdir()}
        assert sqlite.rows("SELECT name FROM public.people") == [("Ada",)]
        assert {path.name: path.stat().st_size for path in sqlite.folder.iterdir()} == before
        student.commit()
        assert len(sqlite.rows("SELECT name FROM public.people")) == 2


def test_reset_deletes_the_file_and_all_beside_it(sqlite: Sqlite) -> None:
    with closing(sqlite3.connect(sqlite.path)) as student:
        student.execute("PRAGMA journal_mode = wal")
        student.execute(PEOPLE)
        (sqlite.folder / "more" / "deep").mkdir(parents=True)
        os.mkfifo(sqlite.folder / "pipe")
        (sqlite.folder / "link").symlink_to("/etc/passwd")
        sqlite.reset()
        assert list(sqlite.folder.iterdir()) == []
    assert Path("/etc/passwd").exists()
    assert sqlite.tables() == []
    sqlite.execute(PEOPLE)
    assert sqlite.rows("SELECT * FROM public.people") == []


def test_session_in_a_transaction_blocks_neither_a_look_nor_a_reset(sqlite: Sqlite) -> None:
    sqlite.execute(PEOPLE)
    with closing(sqlite3.connect(sqlite.path)) as student:
        student.execute("INSERT INTO people VALUES (1, 'uncommitted')")
        started = time.monotonic()
        assert sqlite.rows("SELECT * FROM public.people") == []
        assert time.monotonic() - started < 2
        student.rollback()
        student.execute("BEGIN EXCLUSIVE")
        student.execute("INSERT INTO people VALUES (1, 'uncommitted')")
        started = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.execute("INSERT INTO people VALUES (2, 'x')")
        # Last, since this process holds the student's locks here, and would lose them by closing the file.
        assert sqlite.rows("SELECT * FROM public.people") == []
        assert time.monotonic() - started < 5
        sqlite.reset()


EXCHANGES = """
import ctypes, os, sys
folder, one, other, parent = sys.argv[1:]
os.chdir(folder)
exchange = ctypes.CDLL(None).renameat2
print("begun", flush=True)
while os.getppid() == int(parent):
    exchange(-100, one.encode(), -100, other.encode(), 2)
"""
"""A program that has one file stand in another's place, and the other again, without end."""


@contextmanager
def exchanging(folder: Path, one: str, other: str) -> Iterator[None]:
    """Two files of a folder are exchanged again and again meanwhile."""
    command = [sys.executable, "-c", EXCHANGES, str(folder), one, other, str(os.getpid())]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as student:
        assert student.stdout
        assert student.stdout.readline() == b"begun\n"
        try:
            yield
        finally:
            student.kill()


def looks(sqlite: Sqlite, seconds: float) -> set[object]:
    """What is seen by looking again and again: rows, and errors in words."""
    seen: set[object] = set()
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            seen.update(sqlite.rows("SELECT name FROM public.people"))
        except sqlite3.OperationalError as error:
            seen.add(str(error))
    return seen


@pytest.mark.parametrize("other", ["link", "pipe"])
def test_who_exchanges_the_file_while_it_is_opened_gains_nothing(
    sqlite: Sqlite, tmp_path: Path, other: str
) -> None:
    secret = tmp_path / "gradebook.db"
    for path in (secret, sqlite.path):
        with closing(sqlite3.connect(path)) as database:
            database.execute("CREATE TABLE people (name text)")
            database.execute("INSERT INTO people VALUES (?)", (path.name,))
            database.commit()
    os.mkfifo(sqlite.folder / "pipe")
    (sqlite.folder / "link").symlink_to(secret)
    with exchanging(sqlite.folder, "student.db", other):
        seen = looks(sqlite, 1)
    assert ("student.db",) in seen
    assert seen <= {
        ("student.db",),
        "student.db is no ordinary file.",
        "student.db is written to all the time.",
    }


def test_who_exchanges_the_journal_while_it_is_opened_has_nothing_deleted(
    sqlite: Sqlite, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(sqlite.path)) as database:
        database.execute("CREATE TABLE people (name text)")
    precious = tmp_path / "precious"
    precious.touch()
    name = str(precious).encode()
    end = (
        name + len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big") + bytes.fromhex("d9d505f920a163d7")
    )
    (sqlite.folder / "other").write_bytes(b"x" * 600 + end)
    Path(f"{sqlite.path}-journal").write_bytes(b"x" * 600)
    with exchanging(sqlite.folder, "student.db-journal", "other"):
        looks(sqlite, 1)
    assert precious.exists()


def test_file_that_never_stays_the_same_is_no_database(
    sqlite: Sqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.services.sqlite.copying.PATIENCE_S", 0.2)
    stop = threading.Event()

    sqlite.path.write_bytes(bytes(16 << 20))

    def write() -> None:
        with sqlite.path.open("r+b", buffering=0) as file:
            while not stop.is_set():
                os.pwrite(file.fileno(), os.urandom(8), 0)

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(0.1)
    try:
        with pytest.raises(sqlite3.OperationalError, match="written to all the time"):
            sqlite.rows("SELECT 1")
    finally:
        stop.set()
        writer.join()


def test_file_without_end_is_refused(sqlite: Sqlite) -> None:
    with sqlite.path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(sqlite3.OperationalError, match="more than 128 MiB"):
        sqlite.rows("SELECT 1")


def test_look_leaves_no_copy(sqlite: Sqlite, run: Run) -> None:
    sqlite.execute(PEOPLE)
    sqlite.rows("SELECT * FROM public.people")
    assert not list(run.folder.glob("look-*"))


def test_nothing_is_written_without_a_sandbox(run: Run) -> None:
    with pytest.raises(ServiceError, match="before there is a sandbox"):
        Sqlite(run).execute(PEOPLE)


@pytest.mark.parametrize("trap", ["view", "trigger", "filter"])
def test_what_never_ends_is_ended(sqlite: Sqlite, trap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.services.sqlite.opening.LOOK_LIMIT_S", 0.5)
    with closing(sqlite3.connect(sqlite.path)) as student:
        student.execute(PEOPLE)
        student.execute(f"CREATE VIEW v AS {ENDLESS}")
        student.execute(
            "CREATE TRIGGER t BEFORE INSERT ON people BEGIN SELECT sum(x) FROM v WHERE x = 0; END"
        )
        student.commit()
    uses: dict[str, Callable[[], object]] = {
        "view": lambda: sqlite.rows("SELECT count(*) FROM public.v"),
        "trigger": lambda: sqlite.execute("INSERT INTO people VALUES (1, 'x')"),
        "filter": lambda: sqlite.rows("SELECT length(randomblob(x)) FROM public.v WHERE x < 0"),
    }
    started = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="interrupted"):
        uses[trap]()
    assert time.monotonic() - started < 8


def test_answer_without_end_is_refused(sqlite: Sqlite) -> None:
    sqlite.execute(PEOPLE)
    with pytest.raises(sqlite3.DataError, match="more than 100,000 rows"):
        sqlite.rows(ENDLESS)


def test_value_without_end_is_refused(sqlite: Sqlite) -> None:
    sqlite.execute(PEOPLE)
    with pytest.raises(sqlite3.DataError, match="too big"):
        sqlite.rows("SELECT zeroblob(1000000000)")


def test_rows_without_measure_are_refused(sqlite: Sqlite) -> None:
    sqlite.execute(f"CREATE VIEW v AS {ENDLESS}")
    with pytest.raises(sqlite3.DataError, match="more than 64 MiB"):
        sqlite.rows("SELECT zeroblob(30000000) FROM public.v")


def test_what_must_be_sorted_takes_neither_all_memory_nor_the_disk(sqlite: Sqlite) -> None:
    sqlite.execute(f"CREATE VIEW v AS {ENDLESS}")
    started = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="too much memory"):
        sqlite.rows("SELECT zeroblob(60000000) AS b FROM public.v ORDER BY b")
    assert time.monotonic() - started < 8


def test_schema_without_end_is_ended(sqlite: Sqlite) -> None:
    with closing(sqlite3.connect(sqlite.path)) as student:
        student.execute("PRAGMA writable_schema = ON")
        student.execute("PRAGMA synchronous = OFF")
        student.executemany(
            "INSERT INTO sqlite_schema VALUES ('view', ?, ?, 0, ?)",
            ((f"v{number}",) * 2 + (f"CREATE VIEW v{number} AS SELECT 1",) for number in range(400_000)),
        )
        student.commit()
    started = time.monotonic()
    with pytest.raises(sqlite3.OperationalError, match="cannot be opened within 5 s"):
        sqlite.rows("SELECT 1")
    assert time.monotonic() - started < 15


def test_link_to_another_file_is_not_followed(sqlite: Sqlite, tmp_path: Path) -> None:
    other = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(other)) as precious:
        precious.execute("CREATE TABLE people (id integer, name text)")
        precious.commit()
    for make in (sqlite.path.symlink_to, sqlite.path.hardlink_to):
        make(other)
        with pytest.raises(sqlite3.OperationalError, match="no ordinary file"):
            sqlite.rows("SELECT * FROM public.people")
        sqlite.reset()
    assert other.stat().st_size > 0


def test_link_to_another_file_is_not_written_through(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "gradebook.db"
    other.touch()
    with beside_at("auto", run) as (beside, level):
        if level() is Isolation.PROCESS:
            pytest.skip("this machine has no walls")
        database = Sqlite(run)
        database.stand_beside(beside)
        database.start()
        database.execute(PEOPLE)
        database.path.unlink()
        database.path.symlink_to(other)
        with pytest.raises(sqlite3.OperationalError, match="unable to open"):
            database.execute(PEOPLE)
    assert other.stat().st_size == 0


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal"])
def test_pipe_does_not_hold_the_grader(sqlite: Sqlite, suffix: str) -> None:
    if suffix:
        sqlite.execute(PEOPLE)
    os.mkfifo(f"{sqlite.path}{suffix}")
    caught: list[BaseException] = []

    def look() -> None:
        try:
            sqlite.rows("SELECT 1")
        except sqlite3.Error as error:
            caught.append(error)

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    looker.join(3)
    assert not looker.is_alive()
    assert caught


def test_journal_that_names_another_file_deletes_nothing(sqlite: Sqlite, tmp_path: Path) -> None:
    """SQLite itself would delete it: so does the program that is run beside."""
    precious = tmp_path / "precious"
    for grader_looks in (False, True):
        sqlite.reset()
        subprocess.run(
            [sys.executable, "-c", DIES, str(sqlite.path), "delete"], check=False, capture_output=True
        )
        precious.write_bytes(b"precious\0")
        name = str(precious).encode()
        page = (2**30 // 4096 + 1).to_bytes(4, "big")
        checksum = sum(byte if byte < 128 else byte - 256 for byte in name) & 0xFFFFFFFF
        with Path(f"{sqlite.path}-journal").open("ab") as journal:
            journal.write(page + name + len(name).to_bytes(4, "big") + checksum.to_bytes(4, "big"))
            journal.write(bytes.fromhex("d9d505f920a163d7"))
        if grader_looks:
            with pytest.raises(sqlite3.OperationalError, match="several files"):
                sqlite.rows("SELECT * FROM public.people")
            assert precious.exists()
        else:
            with closing(sqlite3.connect(sqlite.path)) as naive:
                naive.execute("SELECT * FROM people").fetchall()
            assert not precious.exists(), "the attack should succeed without the precaution"


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_file_that_is_no_database_is_an_error_of_sqlites(sqlite: Sqlite, content: bytes) -> None:
    sqlite.path.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite.rows("SELECT * FROM public.people")


def test_database_that_is_not_there_is_an_empty_one(sqlite: Sqlite) -> None:
    assert sqlite.rows("SELECT 1") == [(1,)]
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        sqlite.rows("SELECT * FROM public.people")
    assert not sqlite.path.exists()


@pytest.mark.parametrize(
    "question",
    [
        "ATTACH '/tmp/loot.db' AS loot",
        "SELECT load_extension('/tmp/loot.so')",
        "PRAGMA query_only = OFF",
        "PRAGMA trusted_schema = ON",
        "PRAGMA public.journal_mode = wal",
        "PRAGMA writable_schema = ON",
        "VACUUM INTO '/tmp/loot.db'",
        "CREATE TEMPORARY TABLE t (x)",
    ],
)
def test_look_reaches_nothing_but_the_database(sqlite: Sqlite, question: str) -> None:
    sqlite.execute(PEOPLE)
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|authorization denied"):
        sqlite.rows(question)
    assert not Path("/tmp/loot.db").exists()  # noqa: S108 - what the attack would have made


def test_url_is_sqlalchemys(sqlite: Sqlite) -> None:
    assert sqlite.url == f"sqlite:///{sqlite.path}"
    assert sqlite.path.is_absolute()
    assert sqlite.version == sqlite3.sqlite_version


def test_folder_that_was_replaced_is_noticed(sqlite: Sqlite) -> None:
    assert sqlite.is_intact()
    sqlite.folder.rename(sqlite.folder.with_name("away"))
    assert not sqlite.is_intact()
    sqlite.folder.symlink_to("/tmp")  # noqa: S108 - any other folder
    assert not sqlite.is_intact()
    with pytest.raises(ServiceError, match="not the one that was made"):
        sqlite.reset()
    sqlite.folder.unlink()
    sqlite.folder.with_name("away").rename(sqlite.folder)


def test_nothing_is_left_afterwards(run: Run, beside: Beside) -> None:
    database = Sqlite(run)
    database.stand_beside(beside)
    database.start()
    database.execute(PEOPLE)
    database.stop()
    database.stop()
    assert not database.folder.exists()
