"""A grader that is killed: leases a server, prints where it is, and waits for its end."""

import json
import signal
import sys
import time
from pathlib import Path
from types import MappingProxyType

from grader.config import ServiceSettings, Settings
from grader.services.lease import lease
from grader.services.run import open_run


def hold(services: str, state_dir: str, image: str) -> None:
    of = MappingProxyType({"redis": ServiceSettings(image=image)})
    settings = Settings(services=services, state_dir=Path(state_dir), of=of)
    with open_run(settings.state_dir) as run, lease(("redis",), settings, run, {}) as leased:
        redis = leased.services["redis"]
        number = redis.client.info("server")["process_id"]
        print(json.dumps({"run": run.id, "pid": number, "url": redis.url}), flush=True)  # noqa: T201 - to the test
        time.sleep(60)


if __name__ == "__main__":
    # Where the tests run in the background of a shell, an interrupt is ignored from the start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    hold(*sys.argv[1:])
