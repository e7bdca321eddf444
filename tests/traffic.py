"""Callers: a steady rate of real requests, each answer looked at."""

import http.client
import json
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_WORKERS = 8


class Traffic:
    """
    `rate` requests a second to `/predict` from several connections, until it is left.

    `lost` holds one line per request that got no 200; `answered` counts the others,
    by the version that answered.
    """

    def __init__(self, url: str, example: Path, rate: int = 200) -> None:
        self._host = urlsplit(url).netloc
        self._body = json.dumps(json.loads(example.read_text())["request"])
        self._pause = _WORKERS / rate
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._call, daemon=True) for _ in range(_WORKERS)
        ]
        self.lost: list[str] = []
        self.answered: dict[str, int] = {}

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _call(self) -> None:
        connection = http.client.HTTPConnection(self._host, timeout=10)
        with closing(connection):
            self._requests(connection)

    def _requests(self, connection: http.client.HTTPConnection) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            try:
                connection.request("POST", "/predict", self._body)
                answer = connection.getresponse()
                told = answer.read().decode()
                version = answer.headers.get("x-slipway-version", "?")
                if answer.status == 200:
                    self.answered[version] = self.answered.get(version, 0) + 1
                else:
                    line = f"{answer.status} at {time.time():.2f}: {told[:200]}"
                    self.lost.append(line)
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(f"{error!r} at {time.time():.2f}")
                connection.close()
            due += self._pause
            time.sleep(max(0.0, due - time.monotonic()))
