"""A server on a processor of its own, from its first instruction to its last."""

import http.client
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO

from .forms import body
from .models import Model
from .processes import Process, kill, left_after, tree
from .servers import ROOT, Server

CLIENT_CORE = 0
SERVER_CORE = 1
_START_SECONDS = 120
_STOP_SECONDS = 15


class BenchmarkError(Exception):
    """What keeps a measurement from being made; the message is one sentence."""


@dataclass(frozen=True)
class Running:
    """A server that is ready."""

    server: Server
    model: Model
    process: subprocess.Popen[bytes]
    port: int
    metrics_port: int
    """Where it has one."""
    cold_seconds: float

    @property
    def tree(self) -> list[Process]:
        """All processes that it consists of now."""
        return tree(self.process.pid)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}{self.server.address(self.model)}"

    def body(self, rows: int = 1) -> bytes:
        """A good request."""
        package = self.server.package(self.model)
        return body(self.server.form, [self.model.row] * rows, package.manifest)

    def answer(self, body: bytes, seconds: float = 30) -> tuple[int, bytes]:
        """The status and body of an answer; raises OSError where none comes."""
        headers = {"Content-Type": "application/json"}
        return ask(
            self.port, "POST", self.server.address(self.model), body, headers, seconds
        )


def ask(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    seconds: float = 30,
) -> tuple[int, bytes]:
    """One request over a connection of its own; raises OSError where it fails."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)
    with closing(connection):
        connection.request(method, path, body, headers or {})
        try:
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from None


@contextmanager
def running(server: Server, model: Model) -> Iterator[Running]:
    """A ready server, alone on its processor; none of its processes is left."""
    ports = _free_ports()
    command = server.command(model, ports)
    settings = {"OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
    settings = os.environ | settings | server.settings(model, ports)
    pinned = ["taskset", "--cpu-list", str(SERVER_CORE), *command]
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            pinned,
            cwd=ROOT,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _await_ready(process, server, ports[0], begun)
            cold = time.perf_counter() - begun
            yield Running(server, model, process, ports[0], ports[1], cold)
        except BenchmarkError as error:
            raise BenchmarkError(f"{error}; it said: {_tail(log)}") from None
        finally:
            _stop(process)


def pinned_to_client_core() -> None:
    """Keep this process and those it starts off the servers' processor."""
    if (os.cpu_count() or 1) <= SERVER_CORE:
        raise BenchmarkError(
            "this machine has one processor; the benchmark needs one for the server "
            "and one for the client"
        )
    os.sched_setaffinity(0, {CLIENT_CORE})


def _await_ready(
    process: subprocess.Popen[bytes], server: Server, port: int, begun: float
) -> None:
    while time.perf_counter() - begun < _START_SECONDS:
        if process.poll() is not None:
            raise BenchmarkError(
                f"{server.name} ended with {process.returncode} before it was ready"
            )
        try:
            if ask(port, "GET", server.ready, seconds=2)[0] == 200:
                return
        except OSError:
            time.sleep(0.005)
    raise BenchmarkError(f"{server.name} was not ready in {_START_SECONDS} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    members = tree(process.pid)
    if process.poll() is None:
        process.terminate()
    kill(left_after(members, _STOP_SECONDS))
    process.wait()


def _free_ports() -> tuple[int, int, int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
    first, second, third = (each.getsockname()[1] for each in sockets)
    for each in sockets:
        each.close()
    return first, second, third


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return " / ".join(lines[-3:])[-600:] or "nothing"
