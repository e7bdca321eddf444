"""Which path answers what; a path not here is a 404."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import infer, infer_reader, infer_request, predict
from .inference import Runner
from .manifest import Manifest
from .message import Answer, Reply, Request, told
from .reader import reader
from .refusal import Refusal
from .state import Service, State
from .values import Arrays


@dataclass(frozen=True, slots=True)
class Route:
    """One path: its name in metrics, its method, and what answers it."""

    name: str
    answer: Callable[[Request], Answer]
    method: str = "GET"
    guarded: bool = False
    """Whether a caller must show a token where the server asks for one."""


Table = dict[str, Route]


def routes(service: Service) -> Table:
    """Every path of the port that callers use, by its exact text."""
    manifest = service.manifest
    model = f"/v2/models/{manifest.name}"
    table = {
        "/": plain("index", lambda: told(_index(manifest)), guarded=True),
        "/predict": Route("predict", _predict(service), "POST", guarded=True),
        "/v2": plain("metadata", lambda: told(_SERVER)),
        "/v2/health/live": plain("health", lambda: _live(service)),
        "/v2/health/ready": plain("health", lambda: _ready(service)),
        "/v2/health/startup": plain("health", lambda: _started(service)),
    }
    infer_answer = _infer(service)
    for base in (model, f"{model}/versions/{manifest.version}"):
        table[base] = plain(
            "metadata", lambda: told(infer.metadata(manifest)), guarded=True
        )
        table[f"{base}/ready"] = plain("health", lambda: _model_ready(service))
        table[f"{base}/infer"] = Route("infer", infer_answer, "POST", guarded=True)
    return table


def plain(name: str, reply: Callable[[], Reply], *, guarded: bool = False) -> Route:
    """A route whose reply does not depend on the request."""
    return Route(name, lambda request: reply(), guarded=guarded)


def not_found(path: str, service: Service) -> Refusal:
    """The 404 for a path that is not in the table."""
    manifest = service.manifest
    error = f"there is nothing at {path[:200]}; GET / lists what there is"
    if path.startswith("/v2/models/"):
        error = (
            f"this server has the model {manifest.name!r} in version "
            f"{manifest.version}, and nothing at {path[:200]}"
        )
    return Refusal(404, error)


def _predict(service: Service) -> Callable[[Request], Answer]:
    manifest, metrics = service.manifest, service.metrics
    model = {"name": manifest.name, "version": manifest.version}
    read, show = reader(manifest), predict.shower(manifest.outputs)

    def answer(request: Request) -> Answer:
        runner = service.running
        arrays = read(request.body)
        outputs = runner.run_now(arrays)
        if outputs is None:
            return later(request, arrays, runner)
        return reply(request, arrays, outputs)

    async def later(request: Request, arrays: Arrays, runner: Runner) -> Reply:
        return reply(request, arrays, await runner.run(arrays))

    def reply(request: Request, arrays: Arrays, outputs: Arrays) -> Reply:
        metrics.seen(arrays, outputs)
        return told({"predictions": show(outputs), "model": model, "id": request.id})

    return answer


def _infer(service: Service) -> Callable[[Request], Answer]:
    manifest, metrics = service.manifest, service.metrics
    read = infer_reader.reader(manifest)

    def answer(request: Request) -> Answer:
        runner = service.running
        asked, arrays = read(request.body, request.headers)
        wanted = infer.wanted(asked, manifest)
        names = tuple([output.name for output in wanted])
        outputs = runner.run_now(arrays, names)

        def reply(outputs: Arrays) -> Reply:
            metrics.seen(arrays, outputs)
            return infer.reply(asked, outputs, wanted, manifest, request.id)

        async def later() -> Reply:
            seconds = infer_request.seconds_allowed(asked)
            return reply(await runner.run(arrays, names, seconds))

        return later() if outputs is None else reply(outputs)

    return answer


_SERVER = {"name": "slipway", "version": "2", "extensions": ["binary_tensor_data"]}


def _index(manifest: Manifest) -> dict[str, Any]:
    return {
        "model": {
            "name": manifest.name,
            "version": manifest.version,
            "identity": manifest.identity,
            "description": manifest.description,
        },
        "predict": "POST /predict",
        "infer": f"POST /v2/models/{manifest.name}/infer",
        "metadata": f"GET /v2/models/{manifest.name}",
        "ready": "GET /v2/health/ready",
        "openapi": "GET /openapi.json",
        "docs": "GET /docs",
    }


def _live(service: Service) -> Reply:
    return told({"live": service.live}, 200 if service.live else 503)


def _ready(service: Service) -> Reply:
    ready, state = service.ready, service.state.value
    content = {"live": service.live, "ready": ready, "state": state}
    return told(content, 200 if ready else 503)


def _started(service: Service) -> Reply:
    started = service.state is not State.STARTING
    return told({"started": started}, 200 if started else 503)


def _model_ready(service: Service) -> Reply:
    ready = service.ready
    content = {"name": service.manifest.name, "ready": ready}
    return told(content, 200 if ready else 503)
