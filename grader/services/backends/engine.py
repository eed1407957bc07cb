"""The Docker engine: its images, its addresses, and calls that hang.

Importing this module costs a good half second, so that others do it only where they need it.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_network
from typing import TypeVar

from docker.errors import DockerException, ImageNotFound, NotFound  # type: ignore[import-untyped]  # has no types
from requests.exceptions import RequestException, Timeout
from testcontainers.core.config import testcontainers_config
from testcontainers.core.docker_client import DockerClient

from grader.errors import ServiceError

RUN_LABEL = "dblab-grader.run"
CALL_LIMIT_S = 20

_PULL_LIMIT_S = 300

T = TypeVar("T")


def ensure_image(service: str, image: str) -> None:
    """Pulls an image where it is not here yet.

    Raises:
        ServiceError: It cannot be had, or is not pinned.
    """
    name, _, tag = image.rpartition("/")[2].partition(":")
    if "@sha256:" not in image and (not name or tag in {"", "latest"}):
        raise ServiceError(
            f"{service}: the image {image!r} names no version, so that grades would change with it. "
            f"Set {service}_image to one with a tag other than latest."
        )
    full_name = testcontainers_config.hub_image_name_prefix + image
    client = ask_engine(service, lambda: engine_client(_PULL_LIMIT_S))
    try:
        client.client.images.get(full_name)
    except ImageNotFound:
        _pull(client, service, full_name)
    except (DockerException, RequestException) as error:
        raise _unreachable(service, error) from error
    finally:
        client.client.close()


def remove_containers(run_id: str) -> None:
    """Removes the containers of a run, with their volumes.

    Raises:
        ServiceError: The engine does not answer, or cannot remove one.
    """
    client = ask_engine("docker", engine_client)
    try:
        ask_engine("docker", lambda: remove_labelled(client, f"{RUN_LABEL}={run_id}"))
    finally:
        client.client.close()


def _pull(client: DockerClient, service: str, image: str) -> None:
    try:
        client.client.images.pull(image)
    except (DockerException, RequestException) as error:
        raise ServiceError(
            f"{service}: the image {image} is not here and cannot be pulled: {error}. One of these helps: "
            f"connect to the network; name an image that is here with GRADER_{service.upper()}_IMAGE; "
            f"or run servers without Docker, with --services local."
        ) from error


def engine_client(limit_s: int = CALL_LIMIT_S) -> DockerClient:
    """A client of the engine, without the cleaner that testcontainers would start beside each container.

    Who sets testcontainers' own variable decides otherwise.

    Args:
        limit_s: How long the engine may be silent.
    """
    if "TESTCONTAINERS_RYUK_DISABLED" not in os.environ:
        testcontainers_config.ryuk_disabled = True
    return DockerClient(timeout=limit_s)


def bridge_address(client: DockerClient) -> str | None:
    """The host's own address on the network of containers; None if the engine does not say."""
    networks = client.client.networks.get("bridge").attrs["IPAM"]["Config"] or [{}]
    if networks[0].get("Gateway") or not networks[0].get("Subnet"):
        return networks[0].get("Gateway") or None
    # An engine that was told no address takes the first of its subnet, and says so only later.
    return str(next(ip_network(networks[0]["Subnet"]).hosts()))


def remove_labelled(client: DockerClient, label: str) -> None:
    """Removes the containers that carry a label, with their volumes."""
    for container in client.client.containers.list(all=True, filters={"label": label}, ignore_removed=True):
        with suppress(NotFound):
            container.remove(force=True, v=True)


def ask_engine(service: str, action: Callable[[], T]) -> T:
    """Does something at the engine, and once more if it hangs, as it does once in a thousand times.

    Raises:
        ServiceError: It fails, or hangs both times.
    """
    try:
        try:
            return action()
        except Timeout:
            return action()
    except (DockerException, RequestException, ConnectionError) as error:
        raise _unreachable(service, error) from error


def _unreachable(service: str, error: Exception) -> ServiceError:
    return ServiceError(
        f"{service}: the Docker engine did not do what it was asked: {error}. "
        f"See whether `docker ps` answers, or run servers without Docker, with --services local."
    )
