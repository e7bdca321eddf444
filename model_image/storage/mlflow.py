"""Models of an MLflow registry, downloaded by MLflow itself in an environment apart."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from filelock import FileLock

from model_image import cache
from model_image.environment import Say, environment
from model_image.errors import PackError

from .reference import RegisteredModel, without_secrets

_LOCK = Path(__file__).with_name("mlflow.txt")
_DOWNLOAD = """
import sys
from mlflow.artifacts import download_artifacts
download_artifacts(artifact_uri=sys.argv[1], dst_path=sys.argv[2])
"""
_SECRETS = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")


def download(model: RegisteredModel, say: Say) -> Path:
    """
    The folder of a registered model, as MLFLOW_TRACKING_URI has it now.

    A registry promises no digest, so it is downloaded each time; `pack` gives what
    comes of it an identity.
    """
    registry = os.environ.get("MLFLOW_TRACKING_URI", "")
    if not registry:
        raise PackError(
            f"{model} needs a registry; set MLFLOW_TRACKING_URI to the address of yours"
        )
    name = hashlib.sha256(f"{registry}\n{model}".encode()).hexdigest()[:16]
    folder = cache.folder("mlflow") / name
    python = environment(_LOCK, say)
    say(f"downloading {model}")
    with (
        FileLock(f"{folder}.lock"),
        tempfile.TemporaryDirectory(dir=folder.parent) as scratch,
    ):
        _run(python, model, Path(scratch))
        shutil.rmtree(folder, ignore_errors=True)
        _model_in(Path(scratch), model).rename(folder)
    return folder


def _run(python: Path, model: RegisteredModel, target: Path) -> None:
    command = [str(python), "-I", "-c", _DOWNLOAD, str(model), str(target)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if line.strip()]
        reason = without_secrets((lines or ["no reason given"])[-1].strip())
        for secret in filter(None, map(os.environ.get, _SECRETS)):
            reason = reason.replace(secret, "...")
        raise PackError(
            f"{model} cannot be had from MLFLOW_TRACKING_URI "
            f"({reason[:200]}); check the name, the version and the address"
        )


def _model_in(folder: Path, model: RegisteredModel) -> Path:
    """Where the model's own file is: MLflow may add a folder of its own around it."""
    for found in sorted(folder.rglob("MLmodel")):
        return found.parent
    raise PackError(f"{model} is no MLflow model: it has no MLmodel file")
