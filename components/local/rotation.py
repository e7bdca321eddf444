"""Which replicas the edge of a local service sends requests to."""

import time
from contextlib import suppress
from typing import Any, cast

import docker
import docker.errors
import httpx

_PATIENCE_S = 15
_BITS = 6


class NotReached(Exception):
    """A replica that was admitted, but that callers do not reach."""


class EdgeRotation:
    """
    In rotation is who carries the alias that the edge looks up.

    Docker keeps the alias over restarts of a container, of the edge and of Docker
    itself, so the rotation needs no memory of its own. A canary carries aliases that
    make up its share of the requests, `weight` per cent.
    """

    def __init__(self, network: str, url: str, weight: int | None = None) -> None:
        self._network = network
        self._url = url
        self._aliases = ["model"] if weight is None else canary_aliases(weight)

    def admit(self, replica: str) -> None:
        """Give `replica` its aliases; returns when the edge has sent it a request."""
        client = docker.from_env()
        network: Any = client.networks.get(self._network)
        network.disconnect(replica)
        network.connect(replica, aliases=self._aliases)
        self._await(client.containers.get(replica).attrs["Config"]["Hostname"])

    def withdraw(self, replica: str) -> None:
        """Take the alias away and stop `replica`; it stays, for its logs."""
        client = docker.from_env()
        try:
            container = client.containers.get(replica)
        except docker.errors.NotFound:
            return
        cast(Any, container).update(restart_policy={"Name": "no"})
        container.stop()
        container.reload()
        if self._network in container.attrs["NetworkSettings"]["Networks"]:
            client.networks.get(self._network).disconnect(replica, force=True)

    def discard(self, replica: str) -> None:
        """Remove the container; one that is gone already is no error."""
        with suppress(docker.errors.NotFound):
            docker.from_env().containers.get(replica).remove(force=True, v=True)

    def _await(self, instance: str) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        with httpx.Client(base_url=self._url, timeout=2, trust_env=False) as edge:
            while time.monotonic() < deadline:
                try:
                    answer = edge.get("/v2/health/ready")
                    if answer.headers.get("x-slipway-instance") == instance:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.01)  # a canary gets few of them
        raise NotReached(f"no request through {self._url} reached it")


def canary_aliases(weight: int) -> list[str]:
    """The aliases whose numbers make up `weight`, as the edge reads them."""
    return [f"canary-{1 << bit}" for bit in range(_BITS) if weight >> bit & 1]
