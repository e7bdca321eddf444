"""Every server of the benchmark: how it is started, asked, and known to be ready."""

import sys
from dataclasses import dataclass
from pathlib import Path

from model_image.environment import environment, locked
from model_image.package import ModelPackage

from .forms import Form, inputs, named_columns, plain_rows, tensors
from .models import Model

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
OURS = "slipway"
CEILING = "ceiling"
_OUR_FLAVOUR = "slipway-python"
_INFER = "/v2/models/{model}/infer"


@dataclass(frozen=True)
class Server:
    """One way to serve a model: a peer's program, or the module of Slipway's own."""

    name: str
    title: str
    form: Form
    path: str
    ready: str
    peer: str = ""
    program: str = ""

    @property
    def is_stock(self) -> bool:
        """Whether it serves scikit-learn's model instead of ONNX."""
        return self.program == "stock" or self.name == _OUR_FLAVOUR

    def serves(self, model: Model) -> bool:
        """Whether there is such a model for it."""
        if self.name == _OUR_FLAVOUR:
            return (model.folder / "own-package").exists()
        return model.is_native or not self.is_stock

    def package(self, model: Model) -> ModelPackage:
        """Whose inputs its requests are made for."""
        is_own = self.name == _OUR_FLAVOUR
        return model.own_package if is_own else model.package

    def address(self, model: Model) -> str:
        """The path that is asked for an answer."""
        return self.path.format(model=model.name)

    def command(self, model: Model, ports: tuple[int, int, int]) -> list[str]:
        """What starts it; the first time its environment is installed."""
        if not self.peer:
            python = _python_of(self.package(model))
            return [str(python), "-m", "model_image.server"]
        program = PEERS / self.peer / f"{self.program}.py"
        return [str(_python_of_peer(self.peer)), str(program)]

    def settings(self, model: Model, ports: tuple[int, int, int]) -> dict[str, str]:
        """Its environment, but for what every process has."""
        port, second, third = map(str, ports)
        if not self.peer:
            return {
                "SLIPWAY_HOST": "127.0.0.1",
                "SLIPWAY_MODEL": str(self.package(model).path),
                "SLIPWAY_PORT": port,
                "SLIPWAY_METRICS_PORT": second,
                # No peer bounds its queue, so requests may wait as long here.
                "SLIPWAY_QUEUE_SECONDS": "30",
            }
        return {
            "BENCHMARK_MODEL": str(model.folder),
            "BENCHMARK_PORT": port,
            "BENCHMARK_SECOND_PORT": second,
            "BENCHMARK_THIRD_PORT": third,
            "PYTHONPATH": str(PEERS / "validated"),
        }


def _peer(peer: str, title: str, form: Form, path: str, ready: str) -> list[Server]:
    """A peer twice: with what it has for scikit-learn, and around onnxruntime."""
    return [
        Server(f"{peer}-{name}", title, form, path, ready, peer, program)
        for name, program in (("stock", "stock"), ("onnx", "with_onnx"))
    ]


_ready = "/v2/health/ready"
_fastapi = Server(
    "fastapi-stock", "FastAPI", plain_rows, "/predict", "/ready", "fastapi", "stock"
)
SERVERS = {
    server.name: server
    for server in [
        Server(OURS, "Slipway", tensors, _INFER, _ready),
        Server(
            "slipway-predict", "Slipway, /predict", named_columns, "/predict", _ready
        ),
        Server(_OUR_FLAVOUR, "Slipway, `python` flavour", tensors, _INFER, _ready),
        Server(CEILING, "raw ASGI", tensors, _INFER, "/ready", "ceiling", "with_onnx"),
        _fastapi,
        Server(
            "fastapi-onnx",
            "FastAPI",
            tensors,
            _INFER,
            "/ready",
            "fastapi",
            "with_onnx",
        ),
        *_peer("mlserver", "MLServer", tensors, _INFER, _ready),
        *_peer("kserve", "KServe", tensors, _INFER, _ready),
        *_peer("bentoml", "BentoML", plain_rows, "/predict", "/readyz"),
        *_peer("litserve", "LitServe", plain_rows, "/predict", "/health"),
        *_peer("mlflow", "MLflow", inputs, "/invocations", "/ping"),
        *_peer("ray", "Ray Serve", plain_rows, "/predict", "/predict"),
    ]
}


def _python_of(package: ModelPackage) -> Path:
    if package.brings_requirements:
        return environment(package.lock, print)
    return Path(sys.executable)


def _python_of_peer(peer: str) -> Path:
    """The peer's own environment."""
    requirements = PEERS / peer / "requirements.txt"
    if not requirements.exists():
        return Path(sys.executable)
    return environment(locked(requirements.read_text(), print), print)
