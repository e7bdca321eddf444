"""The life of the server: listen, load, be ready, drain, stop."""

import asyncio
import contextlib
import gc
import signal
from dataclasses import dataclass, field
from time import perf_counter

from .access import Access, AccessError, jwt, open_access, tokens
from .inference import Runner
from .listen import ListenError, Port, ports
from .log import Log
from .manifest import EXAMPLE, Manifest, ManifestError
from .metrics import Metrics
from .profile import read_profile
from .pulse import Pulse
from .record import Record
from .replay import replay
from .request_log import RequestLog
from .settings import Callers, Settings
from .state import Service, State
from .telemetry import traces
from .telemetry.minute import Minute
from .warmup import warm


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
    try:
        access = _access(settings.callers)
        metrics = Metrics(
            manifest,
            read_profile(settings.model, manifest),
            drift_rows=settings.drift_rows,
            release=settings.release,
        )
        service = Service(manifest, metrics)
        pulse = Pulse(settings.limits.queue_seconds)
        record = _record(settings, service, log)
        listening = ports(settings, service, access, pulse, record, instance)
    except (AccessError, ListenError, ManifestError) as error:
        log.error("stopped", error=str(error))
        return 1
    sweeps = (port.sweep for port in listening)
    pulse.each_second(metrics.flush, record.each_second, *sweeps)
    pulse.start()
    log.info("listening", ports=[port.address for port in listening])
    for port in listening:
        await port.open()
    code = await _live(settings, service, log, stops)
    pulse.stop()
    await _stop(listening, stops)
    record.end()
    log.info("stopped", code=code)
    return code


def _access(callers: Callers) -> Access:
    if callers.tokens:
        return tokens(callers.tokens)
    if callers.jwks:
        return jwt(callers.jwks, callers.audience, callers.issuer)
    return open_access()


def _record(settings: Settings, service: Service, log: Log) -> Record:
    manifest = service.manifest
    name = settings.service or manifest.name
    # Without the version, or an alarm on it would end with each release.
    minute = Minute(log, service.metrics, {"service": name}, perf_counter())
    about = {
        "slipway.model.name": manifest.name,
        "slipway.model.version": manifest.version,
    }
    return Record(
        service.metrics,
        RequestLog(log, payloads=settings.log_payloads),
        minute,
        traces.start(settings.traces, name, about),
    )


async def _live(settings: Settings, service: Service, log: Log, stops: Stops) -> int:
    """From listening to the end of the drain."""
    limits = settings.limits
    loading = asyncio.create_task(
        asyncio.to_thread(warm, settings.model, service.manifest, limits.threads)
    )
    stopping = asyncio.create_task(stops.reach(1))
    await asyncio.wait({loading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not loading.done():
        return 0
    try:
        model, pace = loading.result()
    except ManifestError as error:
        log.error("failed to load", error=str(error))
        return 1
    service.runner = Runner(model, pace, limits, service.metrics)
    service.metrics.row_seconds = pace.seconds(1)
    # What is there now stays for good; looking through it again would stop requests.
    gc.collect()
    gc.freeze()
    service.state = State.READY
    log.info(
        "ready",
        threads=limits.threads,
        row_us=round(pace.seconds(1) * 1e6, 1),
        batches=pace.batches_gain,
    )
    telling = settings.log_example and asyncio.create_task(_tell(settings, log))
    await stopping
    if telling:
        telling.cancel()
    service.state = State.DRAINING
    log.info("draining", seconds=settings.drain_seconds)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stops.reach(2), settings.drain_seconds)
    return 0


async def _tell(settings: Settings, log: Log) -> None:
    """The answer to the stored example, as callers get it; whoever reads it judges."""
    example = settings.model / EXAMPLE
    try:
        told = await asyncio.to_thread(replay, settings.environment, example)
    except Exception as error:
        log.error("example", error=f"the example got no answer: {error}")
    else:
        log.info("example", **told)


async def _stop(listening: list[Port], stops: Stops) -> None:
    """Finish what is being answered, then the metrics; a third signal finishes less."""
    for port in listening:
        await port.leave()
        ending = asyncio.create_task(port.end())
        impatient = asyncio.create_task(stops.reach(3))
        await asyncio.wait({ending, impatient}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            port.abort()
        impatient.cancel()
        await ending
