"""MLflow's own command, for a model that it saved itself."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from validated_model import FOLDER


def serve(variant: str, save: Callable[[str], None]) -> NoReturn:
    """Become `mlflow models serve`; what it serves is saved the first time."""
    folder = FOLDER / f"mlflow-{variant}"
    if not folder.exists():
        made = Path(tempfile.mkdtemp(dir=FOLDER)) / "model"
        save(str(made))
        made.rename(folder)
    port = os.environ["BENCHMARK_PORT"]
    words = ["--host", "127.0.0.1", "--port", port, "--workers", "1"]
    model = ["--model-uri", str(folder), "--env-manager", "local"]
    os.environ["PATH"] = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    command = Path(sys.executable).with_name("mlflow")
    os.execv(command, [str(command), "models", "serve", *model, *words])
