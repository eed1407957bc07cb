"""Who may do what in a Redis server of the grader's, and the configuration file that says so.

Accepted by Redis 6.2 and everything later: names of commands and settings that came after it stay out.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from grader.errors import CourseError
from grader.services.base import Place

CONFIG_FILE = "redis.conf"
DATABASES = 16

_RULES = (
    "~* &* +@all -@admin -@dangerous "
    "+info +keys +flushdb +flushall +sort +restore +role +config|get "
    # 6.2 knows CLIENT as a whole only, which is an administrator's.
    "+client|id +client|setname +client|getname +client|info "
    # SCRIPT DEBUG forks the server, or stops it for everybody else.
    "-script +script|load +script|exists +script|flush +script|kill"
)
_COMMAND = re.compile(r"[a-z]+([._-][a-z]+)*(\|[a-z-]+)?")


@dataclass(frozen=True)
class Account:
    """A user of the server.

    Attributes:
        name: Empty for the one that a client is when it names none.
        password: Empty for none.
    """

    name: str = ""
    password: str = ""

    def in_url(self) -> str:
        """What stands before the host in a URL, `@` included; empty if there is nothing to say."""
        if not self.name and not self.password:
            return ""
        return f"{quote(self.name, safe='')}:{quote(self.password, safe='')}@"


@dataclass(frozen=True)
class Accounts:
    """The two users of a server: the grader, who may do everything, and the student."""

    grader: Account
    student: Account


def own_accounts() -> Accounts:
    """The accounts of a server that the grader starts: code as in any tutorial knows no password."""
    return Accounts(Account("grader", secrets.token_hex(32)), Account())


def given_accounts(url: str) -> Accounts:
    """The accounts of a server that somebody else runs: the one in its URL, and a new one for the student."""
    parts = urlsplit(url)
    grader = Account(unquote(parts.username or ""), unquote(parts.password or ""))
    return Accounts(grader, Account("student", secrets.token_hex(16)))


def student_rules(commands: Sequence[str]) -> list[str]:
    """The access rules of the student's account.

    Args:
        commands: What it may do beyond the ordinary, as `save`.

    Raises:
        CourseError: One of them is no command's name.
    """
    for command in commands:
        if not _COMMAND.fullmatch(command):
            raise CourseError(
                f"redis: {command!r} is no name of a Redis command. "
                f"Write commands in lower case, as save or config|get."
            )
    return [*_RULES.split(), *(f"+{command}" for command in commands)]


def configuration(place: Place, accounts: Accounts, commands: Sequence[str]) -> str:
    """The text of the server's configuration file.

    Nothing reaches the disk unless somebody saves, so that data that survives a crash does so by no luck.
    """
    lines = [
        f"bind {place.host}",
        f"port {place.port}",
        # Tutorial code knows no password; who reaches the port is settled by where the server listens.
        "protected-mode no",
        "daemonize no",
        # The title would be written over the environment, and with it over the mark of the run.
        "set-proc-title no",
        f"databases {DATABASES}",
        f'dir "{place.data_dir}"',
        'save ""',
        "appendonly no",
        "maxmemory 1gb",
        "maxmemory-policy noeviction",
        # RESTORE is allowed, and must not bring the server down.
        "sanitize-dump-payload yes",
        # How often the server looks whether a background save has ended: every 10 ms.
        "hz 100",
        f"user {accounts.grader.name} on >{accounts.grader.password} ~* &* +@all",
        f"user default on nopass {' '.join(student_rules(commands))}",
    ]
    if place.socket:
        lines += [f'unixsocket "{place.socket}"', "unixsocketperm 700"]
    return "\n".join(lines) + "\n"
