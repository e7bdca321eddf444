"""What a server does when it is told to stop while it still has work."""

import http.client
import signal
import subprocess
import threading
import time
from contextlib import suppress

import msgspec

from .models import Model
from .processes import left_after
from .running import ask, running
from .servers import Server

_LONG_REQUEST_SECONDS = 1.5
_STOP_SECONDS = 15


class Departure(msgspec.Struct, frozen=True):
    """What callers and whoever looks at the machine afterwards see."""

    in_flight: str
    """What became of a request that was being worked on."""
    newcomer: str
    """What became of one on a new connection 0.2 s later."""
    exit_code: int | None
    left: int
    """Processes still there when it should long be gone."""

    @property
    def is_right(self) -> dict[str, bool]:
        """Each of these as it should be: nobody is lost, nothing stays."""
        return {
            "in_flight": self.in_flight == "200",
            "newcomer": self.newcomer == "200",
            "exit_code": self.exit_code == 0,
            "left": self.left == 0,
        }


class _Request(threading.Thread):
    """A request under way, and what became of it."""

    def __init__(self, port: int, path: str, body: bytes) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._path = path
        self._body = body
        self.outcome = "never answered"

    def run(self) -> None:
        try:
            headers = {"Content-Type": "application/json"}
            status, _ = ask(self._port, "POST", self._path, self._body, headers, 60)
            self.outcome = str(status)
        except ConnectionRefusedError:
            self.outcome = "refused"
        except (OSError, http.client.HTTPException):
            self.outcome = "lost"


def departure(server: Server, model: Model) -> Departure:
    """Stop a server in the middle of a long request; raises BenchmarkError."""
    with running(server, model) as ready:
        path = server.address(model)
        begun = time.perf_counter()
        ready.answer(ready.body(4))
        each = (time.perf_counter() - begun) / 4
        rows = max(4, round(_LONG_REQUEST_SECONDS / each))
        long = _Request(ready.port, path, ready.body(rows))
        short = _Request(ready.port, path, ready.body())
        long.start()
        time.sleep(0.3)
        if not long.is_alive():
            long.outcome += ", too soon to tell"
        members = ready.tree
        ready.process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        short.start()
        left = left_after(members, _STOP_SECONDS)
        code = _code(ready.process)
        # What is left of it answers no more once it is killed.
        return Departure(_settled(long), _settled(short), code, len(left))


def _code(process: subprocess.Popen[bytes]) -> int | None:
    # Its first thread may be over a little before the others.
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2)
    return process.returncode


def _settled(request: _Request) -> str:
    request.join(timeout=1)
    return request.outcome
