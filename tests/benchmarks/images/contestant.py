"""The three ways from a model to an image, each by its maker's own Dockerfile."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.models import Model
from tests.benchmarks.servers import OURS, PEERS, ROOT, SERVERS, Server

from .command import run
from .dockerfile import changed
from .layers import Marks
from .recipe import Recipe
from .version import Version

IMAGE = ROOT / "model_image"
_HERE = Path(__file__).parent / "peers"
_VALIDATED = PEERS / "validated" / "validated_model.py"

Make = Callable[[Version, Path], Recipe]


@dataclass(frozen=True)
class Contestant:
    """What is built of a version, and how its container is asked."""

    name: str
    server: Server
    port: int
    marks: Marks
    recipe: Make
    """What builds a version; it may write into the (empty) folder."""
    has_base: bool = True
    """Whether its lowest layers are the base's own."""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.server.title


def server_image(base: str) -> Recipe:
    """Slipway's server image, by the shipped Dockerfile."""
    source = IMAGE / "server"
    given = {"BASE": base, "SOURCE_DATE_EPOCH": "0"}
    return Recipe(source / "Dockerfile", source, given)


def contestants(server: str, base: str, model: Model) -> list[Contestant]:
    """All three; `server` is the reference of Slipway's server image."""
    bentoml, mlflow = SERVERS["bentoml-onnx"], SERVERS["mlflow-onnx"]
    return [
        Contestant(
            "slipway",
            SERVERS[OURS],
            8080,
            SLIPWAY_MARKS,
            _slipway(server),
            has_base=False,
        ),
        Contestant("bentoml", bentoml, 3000, BENTOML_MARKS, _bentoml(base, model)),
        Contestant("mlflow", mlflow, 8080, MLFLOW_MARKS, _mlflow(base, model)),
    ]


SLIPWAY_MARKS = (
    (r"/root-fs/", "base"),
    (r"/dependencies/", "dependencies"),
    (r"/code/", "code"),
    (r"/tmp/layer/", "model"),
)
BENTOML_MARKS = ((r"^COPY .*\. \./( |$)", "model"), (r"^RUN", "dependencies"))
MLFLOW_MARKS = ((r"^COPY .*/opt/ml/model( |$)", "model"), (r"^RUN", "dependencies"))


def _slipway(server: str) -> Make:
    def make(version: Version, folder: Path) -> Recipe:
        dockerfile = IMAGE / "Dockerfile"
        return Recipe(dockerfile, version.package.path, {"SERVER": server})

    return make


def _bentoml(base: str, model: Model) -> Make:
    def make(version: Version, folder: Path) -> Recipe:
        python = _python("bentoml-onnx", model)
        context = folder / "context"
        env = {
            "BENTOML_HOME": str(folder / "home"),
            "BENTOML_DO_NOT_TRACK": "True",
            # It locks with uv, which this project has beside its own Python.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        run(python, _HERE / "bentoml" / "stored.py", version.file, env=env)
        # It refuses to build where a folder above is hidden, as that of a cache may be.
        with tempfile.TemporaryDirectory() as name:
            source = Path(name, "service")
            shutil.copytree(_HERE / "bentoml" / "service", source)
            shutil.copy(_VALIDATED, source)
            run(python.with_name("bentoml"), "build", folder=source, env=env)
        run(python, _HERE / "bentoml" / "context.py", context, env=env)
        made = context / "env" / "docker" / "Dockerfile"
        return _altered(made, context, folder, base)

    return make


def _mlflow(base: str, model: Model) -> Make:
    def make(version: Version, folder: Path) -> Recipe:
        python = _python("mlflow-onnx", model)
        saved = folder / "saved"
        run(python, _HERE / "mlflow" / "saved.py", version.file, saved, _VALIDATED)
        words = ["models", "generate-dockerfile", "-m", saved, "-d", folder / "made"]
        run(python, "-m", "mlflow", *words)
        made = folder / "made" / "Dockerfile"
        return _altered(made, made.parent, folder, base)

    return make


def _altered(made: Path, context: Path, folder: Path, base: str) -> Recipe:
    text, changes = changed(made.read_text(), base)
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(text)
    return Recipe(dockerfile, context, changes=changes)


def _python(server: str, model: Model) -> Path:
    """That of the peer's own environment, as the other benchmarks make it."""
    return Path(SERVERS[server].command(model, (0, 0, 0))[0])
