"""A machine that is watched: Prometheus, Alertmanager, and somebody who is told."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import docker

from tests.estate import Estate
from tests.prometheus import asked

_RECEIVER = """
import http.server, json, time
class Told(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        for alert in body["alerts"]:
            print(json.dumps(alert | {"told": time.time()}), flush=True)
        self.send_response(200)
        self.end_headers()
    def log_message(self, *words):
        pass
http.server.HTTPServer(("", 8080), Told).serve_forever()
"""
INTERVAL_S = 2


@dataclass
class Watching:
    """What those know who watch an estate's stacks."""

    estate: Estate
    port: int
    receiver: Any

    @classmethod
    @contextmanager
    def of(cls, estate: Estate) -> Iterator["Watching"]:
        """Bring up the estate's shared stack with all that watches, and a receiver."""
        port = estate.watch(
            interval_s=INTERVAL_S,
            notify=[{"kind": "webhook", "url": "http://receiver:8080/"}],
            runbooks="https://runbooks.example",
        )
        estate.up(estate.shared)
        receiver = _receiver(estate)
        try:
            yield cls(estate, port, receiver)
        finally:
            receiver.remove(force=True)

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What Prometheus answers now."""
        return asked(self.port, expression)

    def told(self, alert: str, status: str = "firing") -> list[dict[str, Any]]:
        """What the receiver was told of an alert, oldest first."""
        lines = self.receiver.logs().decode().splitlines()
        found = [json.loads(line) for line in lines]
        return [
            one
            for one in found
            if one["labels"]["alertname"] == f"slipway_{alert}"
            and one["status"] == status
        ]

    def until_told(
        self, alert: str, status: str = "firing", after: int = 0
    ) -> dict[str, Any]:
        """The next one after so many of them."""
        until(lambda: len(self.told(alert, status)) > after, f"{alert} {status}")
        return self.told(alert, status)[after]


def until(true: Callable[[], Any], what: str, seconds: float = 90) -> None:
    """Wait for something that is bound to happen."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.2)


def _receiver(estate: Estate) -> Any:
    (alertmanager,) = estate.containers(estate.shared, "alertmanager")
    (network,) = alertmanager.attrs["NetworkSettings"]["Networks"]
    client = docker.from_env()
    receiver = client.containers.create(
        alertmanager.image.id,
        ["-u", "-c", _RECEIVER],
        entrypoint="python3",
        labels={**alertmanager.labels, "slipway.role": "receiver"},
    )
    client.networks.get(network).connect(receiver, aliases=["receiver"])
    receiver.start()
    return receiver
