"""The life of the server: listen, load, be ready, drain, stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from .app import App, Receive, Send
from .log import Log
from .manifest import Manifest, ManifestError
from .metrics import Metrics
from .routes import Service, State
from .runner import Runner
from .settings import Settings
from .warmup import warm


class ListenError(Exception):
    """An address that cannot be listened on; the message is one sentence."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, which closes the port at once."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass
class Stops:
    """
    The signals to stop so far.

    The first starts the drain, the second ends the wait, the third ends it all.
    """

    seen: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self) -> None:
        self.seen += 1
        self._changed.set()

    async def reach(self, count: int) -> None:
        while self.seen < count:
            self._changed.clear()
            await self._changed.wait()


async def serve(settings: Settings, manifest: Manifest, log: Log, instance: str) -> int:
    """Serve until told to stop; the process's exit code."""
    stops = Stops()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stops.add)
    service = Service(manifest)
    metrics = Metrics(manifest)
    app = App(
        service,
        metrics,
        log,
        instance=instance,
        max_body_bytes=settings.max_body_bytes,
    )
    try:
        sockets = [_listen(settings, port) for port in settings.ports]
    except ListenError as error:
        log.error("stopped", error=str(error))
        return 1
    log.info("listening", ports=[each.getsockname()[1] for each in sockets])
    servers = [_server(app), _server(_metrics_app(metrics))]
    running = [
        asyncio.create_task(server.serve([each]))
        for server, each in zip(servers, sockets, strict=True)
    ]
    code = await _live(settings, service, metrics, log, stops)
    await _stop(servers, running, stops)
    log.info("stopped", code=code)
    return code


async def _live(
    settings: Settings, service: Service, metrics: Metrics, log: Log, stops: Stops
) -> int:
    """From listening to the end of the drain."""
    loading = asyncio.create_task(
        asyncio.to_thread(warm, settings.model, service.manifest, settings.threads)
    )
    stopping = asyncio.create_task(stops.reach(1))
    await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not loading.done():
        return 0
    try:
        model, seconds_per_row = loading.result()
    except ManifestError as error:
        log.error("failed to load", error=str(error))
        return 1
    service.runner = Runner(model, seconds_per_row, settings.threads, metrics.inferred)
    service.state = State.READY
    metrics.ready.set(1)
    log.info("ready", threads=settings.threads, row_us=round(seconds_per_row * 1e6, 1))
    await stopping
    service.state = State.DRAINING
    metrics.ready.set(0)
    log.info("draining", seconds=settings.drain_seconds)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stops.reach(2), settings.drain_seconds)
    return 0


async def _stop(
    servers: list[_Server], running: list[asyncio.Task[None]], stops: Stops
) -> None:
    """Finish what is being answered, then the metrics; a third signal finishes less."""
    for server, task in zip(servers, running, strict=True):
        server.should_exit = True
        impatient = asyncio.create_task(stops.reach(3))
        await asyncio.wait({task, impatient}, return_when=asyncio.FIRST_COMPLETED)
        server.force_exit = not task.done()
        impatient.cancel()
        await task


def _listen(settings: Settings, port: int) -> socket.socket:
    six = ":" in settings.host
    try:
        return socket.create_server(
            (settings.host, port),
            family=socket.AF_INET6 if six else socket.AF_INET,
            backlog=2048,
            dualstack_ipv6=six,
        )
    except OSError as error:
        raise ListenError(
            f"port {port} on {settings.host} cannot be used ({error.strerror}); set "
            "SLIPWAY_PORT or SLIPWAY_METRICS_PORT to a free one"
        ) from None


def _server(app: Any) -> _Server:
    config = uvicorn.Config(
        app,
        loop="none",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        # Longer than load balancers keep idle connections, or they see resets.
        timeout_keep_alive=75,
    )
    return _Server(config)


def _metrics_app(metrics: Metrics) -> Any:
    async def page(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        found = scope["path"] == "/metrics"
        body, kind = metrics.page() if found else (b"see /metrics\n", b"text/plain")
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        status = 200 if found else 404
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": body})

    return page
