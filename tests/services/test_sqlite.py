"""A database file that a student's code has made, and what can be wrong with it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import ServiceError
from grader.services.run import Run
from grader.services.sqlite import Sqlite

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
        started = time.monotonic()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.rows("SELECT * FROM public.people")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.execute("INSERT INTO people VALUES (2, 'x')")
        assert time.monotonic() - started < 5
        sqlite.reset()


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
    assert time.monotonic() - started < 3


def test_answer_without_end_is_refused(sqlite: Sqlite) -> None:
    sqlite.execute(PEOPLE)
    with pytest.raises(sqlite3.DataError, match="more than 100,000 rows"):
        sqlite.rows(ENDLESS)


def test_value_without_end_is_refused(sqlite: Sqlite) -> None:
    sqlite.execute(PEOPLE)
    with pytest.raises(sqlite3.DataError, match="too big"):
        sqlite.rows("SELECT zeroblob(1000000000)")


def test_link_to_another_file_is_not_followed(sqlite: Sqlite, tmp_path: Path) -> None:
    other = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(other)) as precious:
        precious.execute("CREATE TABLE people (id integer, name text)")
        precious.commit()
    uses: list[Callable[[], object]] = [
        lambda: sqlite.rows("SELECT * FROM public.people"),
        lambda: sqlite.execute("DROP TABLE people"),
    ]
    for make in (sqlite.path.symlink_to, sqlite.path.hardlink_to):
        make(other)
        for use in uses:
            with pytest.raises(sqlite3.OperationalError, match="no ordinary file"):
                use()
        sqlite.reset()
    assert other.stat().st_size > 0


@pytest.mark.parametrize("suffix", ["", "-journal", "-wal", "-shm"])
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


def test_nothing_is_left_afterwards(run: Run) -> None:
    database = Sqlite(run)
    database.start()
    database.execute(PEOPLE)
    database.stop()
    database.stop()
    assert not database.folder.exists()
