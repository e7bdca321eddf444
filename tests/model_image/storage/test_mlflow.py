"""A model of an MLflow registry becomes a folder that `pack` takes."""

import subprocess
from pathlib import Path

import pytest

from model_image.environment import environment
from model_image.errors import PackError
from model_image.storage import mlflow
from model_image.storage.fetch import fetch

_REGISTER = """
import sys
from mlflow import MlflowClient
client = MlflowClient()
client.create_registered_model("fraud")
client.create_model_version("fraud", sys.argv[1])
"""


def test_without_a_registry_it_says_which_variable_to_set(
    said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)

    with pytest.raises(PackError, match=r"models:/fraud/1 .* set MLFLOW_TRACKING_URI"):
        fetch("models:/fraud/1", said.append)


@pytest.mark.parametrize(
    "secret", ["MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN"]
)
def test_mlflows_reason_is_given_without_a_secret(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, secret: str
):
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\necho 'no https://me:hush@r as hush-token' >&2; exit 1\n"
    )
    python.chmod(0o755)
    monkeypatch.setattr(mlflow, "environment", lambda lock, say: python)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://me:hush@r.example")
    monkeypatch.setenv(secret, "hush-token")

    with pytest.raises(
        PackError, match=r"\(no https://\.\.\.@r as \.\.\.\)"
    ) as refused:
        fetch("models:/fraud/1", said.append)

    assert "hush" not in str(refused.value)


@pytest.mark.proof
def test_a_registered_model_is_downloaded_by_mlflow_itself(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"file://{tmp_path}/registry")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    model = tmp_path / "model"
    model.mkdir()
    (model / "MLmodel").write_text("flavors: {}\n")
    (model / "model.pkl").write_bytes(b"pickled")
    python = environment(Path(mlflow.__file__).with_name("mlflow.txt"), said.append)
    subprocess.run([python, "-c", _REGISTER, model], check=True, capture_output=True)

    folder = fetch("models:/fraud/1", said.append)

    assert (folder / "model.pkl").read_bytes() == b"pickled"
    assert fetch("models:/fraud/1", said.append) == folder
    with pytest.raises(PackError, match="version=2"):
        fetch("models:/fraud/2", said.append)
