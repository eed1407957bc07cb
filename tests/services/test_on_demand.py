"""Servers that start when they are first asked for."""

import psutil
import pytest

from grader.errors import ServiceError
from grader.services.base import BackendName
from grader.services.on_demand import OnDemand, lease_on_demand
from grader.services.redis import Redis
from grader.services.run import Run
from tests.services.conftest import MakeSettings


def redis_of(leased: OnDemand) -> Redis:
    redis = leased.service("redis")
    assert isinstance(redis, Redis)
    return redis


def process_of(redis: Redis) -> psutil.Process:
    return psutil.Process(redis.client.info("server")["process_id"])


def test_nothing_starts_before_it_is_asked_for(make_settings: MakeSettings, run: Run) -> None:
    with lease_on_demand(make_settings(), run, {}, pytest.fail) as leased:
        assert leased.services == {}
        assert list(run.folder.glob("redis*")) == []
        redis = redis_of(leased)
        assert leased.services == {"redis": redis}
        assert redis_of(leased) is redis
        process = process_of(redis)
    assert not process.is_running()
    assert sorted(path.name for path in run.folder.iterdir()) == ["files", "lock", "owner.json"]


def test_a_server_that_cannot_start_is_an_error_for_who_asks(make_settings: MakeSettings, run: Run) -> None:
    with lease_on_demand(make_settings(program="/bin/false"), run, {}, pytest.fail) as leased:
        for _ in range(2):
            with pytest.raises(ServiceError, match="ended as soon as it was started"):
                leased.service("redis")
        assert leased.service("sqlite").url.startswith("sqlite:")
        assert list(leased.services) == ["sqlite"]


def test_the_next_submission_has_what_it_asks_for_and_has_it_clean(
    make_settings: MakeSettings, run: Run
) -> None:
    with lease_on_demand(make_settings(), run, {"redis": ("save",)}, pytest.fail) as leased:
        redis = redis_of(leased)
        redis.client.set("old", 1)
        leased.begin_submission()
        assert leased.services == {}
        leased.service("sqlite")
        assert list(leased.services) == ["sqlite"]
        assert redis_of(leased) is redis, "it waited"
        assert redis.client.dbsize() == 0


def test_a_server_that_died_while_it_waited_is_replaced(make_settings: MakeSettings, run: Run) -> None:
    with lease_on_demand(make_settings(), run, {}, pytest.fail) as leased:
        redis = redis_of(leased)
        leased.begin_submission()
        process_of(redis).kill()
        assert redis_of(leased) is not redis
        assert redis_of(leased).is_intact()


def test_renewed_servers_are_others_once_they_are_asked_for(make_settings: MakeSettings, run: Run) -> None:
    with lease_on_demand(make_settings(), run, {}, pytest.fail) as leased:
        redis = redis_of(leased)
        process = process_of(redis)
        leased.renew()
        assert leased.services == {}
        assert not process.is_running()
        assert redis_of(leased) is not redis


def test_where_servers_run_is_told_of_what_was_asked_for(make_settings: MakeSettings, run: Run) -> None:
    with lease_on_demand(make_settings("auto"), run, {}, lambda _: None) as leased:
        assert leased.backend is BackendName.LOCAL
        leased.service("sqlite")
        assert leased.backend is BackendName.LOCAL, "without asking an engine"
