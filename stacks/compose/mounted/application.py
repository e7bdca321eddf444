"""
An example application: it asks the model its stored example, once a second.

It runs in a container of its own with Python and nothing else. MODEL_URL says where
the model is: `http://host:port`, or `unix:/path` for the socket of a sidecar. The file
MODEL_ANSWERED is as old as the last good answer, for the container's health check.
"""

import http.client
import json
import os
import signal
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

_TIMEOUT_S = 10


class UnixConnection(http.client.HTTPConnection):
    """HTTP through the Unix socket at `path`."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def connection_to(url: str) -> http.client.HTTPConnection:
    """A connection to the model, not open yet."""
    address = urlsplit(url)
    if address.scheme == "unix":
        return UnixConnection(address.path)
    return http.client.HTTPConnection(address.netloc, timeout=_TIMEOUT_S)


def ask(url: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    """The status of the model's answer, and a line about it."""
    begun = time.perf_counter()
    with closing(connection_to(url)) as connection:
        connection.request("POST", "/predict", body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    taken = (time.perf_counter() - begun) * 1000
    return answer.status, f"{answer.status} in {taken:.1f} ms through {url}: {text}"


def main() -> None:
    """Ask until told to stop; a model that is away for a while is asked again."""
    # Process 1 of a container gets no signal that it has no handler for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    url = os.environ.get("MODEL_URL") or "http://edge:8080"
    example = Path(os.environ.get("MODEL_EXAMPLE") or "/model/example.json")
    answered = Path(os.environ.get("MODEL_ANSWERED") or "/tmp/answered")
    body = json.dumps(json.loads(example.read_bytes())["request"])
    headers = {"content-type": "application/json"}
    if tokens := os.environ.get("MODEL_TOKENS"):
        headers["authorization"] = f"Bearer {Path(tokens).read_text().split()[0]}"
    while True:
        try:
            status, line = ask(url, body, headers)
            print(line, flush=True)
            if status == 200:
                answered.touch()
        except (OSError, http.client.HTTPException) as error:
            print(f"no answer through {url}: {error}", flush=True)
        time.sleep(1)


if __name__ == "__main__":
    main()
