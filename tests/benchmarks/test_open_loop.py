"""A stall is seen by everyone who came meanwhile."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.benchmarks.callers import Callers
from tests.benchmarks.open_loop import asked_at, quantile

REQUEST = b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}"
STALL_SECONDS = 1.0


@contextmanager
def stalling() -> Iterator[int]:
    """The port of a server that answers at once, but for one stall of all."""
    gate = threading.Lock()
    count = 0

    class Answer(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            nonlocal count
            self.rfile.read(2)
            with gate:
                count += 1
                if count == 20:
                    time.sleep(STALL_SECONDS)
            self.send_response(200 if count % 10 else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield server.server_address[1]
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(scope="module")
def callers() -> Iterator[Callers]:
    """Sixty requests, thirty a second, of which the twentieth stalls all."""
    with stalling() as port:
        made = Callers(port, REQUEST)
        asked_at(made, [number / 30 for number in range(60)])
        yield made
        made.close()


def test_every_request_is_answered(callers):
    assert len(callers.seconds) == 60
    assert callers.lost == 0


def test_those_who_came_during_a_stall_count_it_from_when_they_were_due(callers):
    slow = [seconds for seconds in callers.seconds if seconds > STALL_SECONDS / 4]

    assert len(slow) >= 15


def test_answers_that_are_no_2xx_are_counted(callers):
    assert callers.refused > 0


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.99, 4), (0.25, 1)])
def test_a_quantile_is_one_of_the_values(share, value):
    assert quantile([4, 1, 3, 2], share) == value
