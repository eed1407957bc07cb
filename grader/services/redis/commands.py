"""Sends commands as they are written in Redis' own documentation, whatever the driver makes of them."""

from collections.abc import Sequence
from typing import Any

import redis

Word = str | bytes


def ask(client: redis.Redis, *words: Word) -> Any:  # noqa: ANN401 - as the server answers
    """Sends one command; gives its answer.

    Raises:
        redis.RedisError: The server refuses it, or does not answer.
    """
    return client.execute_command(*words)  # type: ignore[no-untyped-call]  # the driver leaves it untyped


def ask_all(client: redis.Redis, commands: Sequence[Sequence[Word]]) -> list[Any]:
    """Sends commands in one go, not as a transaction; gives their answers.

    Raises:
        redis.RedisError: The first that went wrong, after all are done.
    """
    pipeline: Any = client.pipeline(transaction=False)
    for words in commands:
        pipeline.execute_command(*words)
    return list(pipeline.execute())
