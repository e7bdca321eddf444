"""The two ports: one for callers, a private one for metrics and people."""

import asyncio
import os
import resource
import select
import socket
from pathlib import Path

from . import page
from .access import Access
from .app import App, Bounds
from .pulse import Pulse
from .record import Record
from .routes import Table, routes
from .settings import Settings
from .state import Service
from .wire import Connection, Connections
from .wire.syn_filter import refuse_new

_BACKLOG = 2048
_SPARE_FILES = 128
_LEAVE_SECONDS = 5
_HANDSHAKE_SECONDS = 0.1
_ACCEPTED_AT_ONCE = 8
_TICK_SECONDS = 0.02


class ListenError(Exception):
    """An address that cannot be listened on; the message is one sentence."""


class Port:
    """A socket and the server that answers it."""

    def __init__(self, listening: socket.socket, connections: Connections) -> None:
        self._socket = listening
        self._connections = connections
        self._servers: list[asyncio.Server] = []

    @property
    def address(self) -> int | str:
        """The port's number, or the socket's path."""
        name = self._socket.getsockname()
        return name if isinstance(name, str) else name[1]

    async def open(self) -> None:
        """Answer from now on."""
        loop = asyncio.get_running_loop()
        # The event loop accepts one caller a turn of each listener, so there are more.
        more = [self._socket.dup() for _ in range(_ACCEPTED_AT_ONCE - 1)]
        for each in (self._socket, *more):
            server = await loop.create_server(
                lambda: Connection(self._connections), sock=each, backlog=_BACKLOG
            )
            self._servers.append(server)

    async def leave(self) -> None:
        """Close to new callers; whoever got through gets to ask what they came for."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _LEAVE_SECONDS
        refuse_new(self._socket)
        await asyncio.sleep(_HANDSHAKE_SECONDS)
        while select.select([self._socket], [], [], 0)[0] and loop.time() < end:
            await asyncio.sleep(0)
        for server in self._servers:
            server.close()
        # uvloop tells of a connection one turn after it was made.
        await asyncio.sleep(_TICK_SECONDS)
        while self._connections.unheard and loop.time() < end:
            await asyncio.sleep(_TICK_SECONDS)

    async def end(self) -> None:
        """Return once all that was asked is answered."""
        await self._connections.end()

    def abort(self) -> None:
        """Leave unanswered what is not."""
        self._connections.abort()

    def sweep(self) -> None:
        """End the connections of callers who are too slow; called each second."""
        self._connections.sweep(asyncio.get_running_loop().time())


def ports(
    settings: Settings,
    service: Service,
    access: Access,
    pulse: Pulse,
    record: Record,
    instance: str,
) -> list[Port]:
    """Callers' port and the private one, already listening; raises ListenError."""
    most = _affordable(settings.connections)
    folder, tokens = settings.model, access.asks
    public = routes(service) | page.public(service.manifest, folder, tokens=tokens)
    everything = public | page.private(service, folder, image=settings.image)

    def port(listening: socket.socket, table: Table, *, private: bool) -> Port:
        bounds = Bounds(body_bytes=settings.max_body_bytes, private=private)
        app = App(
            service, table, access, pulse, record, instance=instance, bounds=bounds
        )
        seconds = settings.limits.request_seconds
        return Port(listening, Connections(app, most, seconds))

    asked = _unix(settings.socket) if settings.socket else _tcp(settings, settings.port)
    return [
        port(asked, public, private=False),
        port(_tcp(settings, settings.metrics_port), everything, private=True),
    ]


def _affordable(connections: int) -> int:
    """At most as many as there may be open files, on each of the two ports."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(16, min(connections, (hard - _SPARE_FILES) // 2))


def _tcp(settings: Settings, port: int) -> socket.socket:
    six = ":" in settings.host
    try:
        return socket.create_server(
            (settings.host, port),
            family=socket.AF_INET6 if six else socket.AF_INET,
            backlog=_BACKLOG,
            dualstack_ipv6=six,
        )
    except OSError as error:
        raise ListenError(
            f"port {port} on {settings.host} cannot be used ({error.strerror}); set "
            "SLIPWAY_PORT or SLIPWAY_METRICS_PORT to a free one"
        ) from None


def _unix(path: Path) -> socket.socket:
    """For whoever may enter its folder; what a dead server left there is replaced."""
    try:
        if path.is_socket():
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(path)) == 0:
                    raise ListenError(
                        f"SLIPWAY_SOCKET is {path}, where another server answers"
                    )
            path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(path))
        os.chmod(path, 0o666)
        listening.listen(_BACKLOG)
    except OSError as error:
        raise ListenError(
            f"SLIPWAY_SOCKET is {path}, which cannot be listened on "
            f"({error.strerror or error}); use a folder that the server may write to"
        ) from None
    return listening
