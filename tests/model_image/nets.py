"""Networks trained by their own library in its own environment, packed and served."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits, load_wine

from model_image.environment import environment
from model_image.evidence import read_evidence
from model_image.isolated_server import server_command
from model_image.pack import pack
from model_image.package import ModelPackage
from model_image.settings import PackSettings
from tests.estate import free_port

ROOT = Path(__file__).parents[2]


def trained(converter: str, script: str, folder: Path) -> Path:
    """
    The folder, with what the script saved in it.

    It finds real data there: wine.csv with kinds.npy, and digits.npy with figures.npy.
    """
    wine: Any = load_wine(as_frame=True)
    wine.data.to_csv(folder / "wine.csv", index=False)
    np.save(folder / "kinds.npy", wine.target.to_numpy())
    digits: Any = load_digits()
    np.save(folder / "digits.npy", (digits.images[:, None] / 16).astype("float32"))
    np.save(folder / "figures.npy", digits.target)
    (folder / "train.py").write_text(script)
    lock = ROOT / "model_image" / "convert" / f"{converter}.txt"
    subprocess.run(
        [environment(lock, print), "-W", "ignore", "train.py"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "CUDA_VISIBLE_DEVICES": ""},
        check=True,
        timeout=600,
    )
    return folder


def packed(model: Path, sample: Path | None = None, **more: Any) -> ModelPackage:
    """The package of this model, in a folder beside it."""
    told = {"name": "net", "version": "1.0.0", "data": sample, **more}
    target = model.with_name(f"{model.name}-{more.get('flavour', 'onnx')}")
    return pack([model], PackSettings(**told), target, print)


def largest_difference(package: ModelPackage) -> float:
    """Between the package and the original, as packing found it."""
    evidence = read_evidence(package.path, package.identity)
    assert evidence.parity
    assert evidence.parity.rows > 0
    return evidence.parity.largest_difference


def records(sample: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file, as a caller sends them."""
    return pd.read_csv(sample).to_dict(orient="records")


def answers(package: ModelPackage, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the package's server answers to these rows, in its own environment."""
    with _serving(package) as client:
        response = client.post("/predict", json={"rows": rows})
        assert response.status_code == 200, response.text
        return response.json()["predictions"]


@contextmanager
def _serving(package: ModelPackage) -> Iterator[httpx.Client]:
    port = free_port()
    command = server_command(package, port, free_port(), print)
    # What isolates the server is a process too; both are to be told to stop.
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    try:
        lines = (json.loads(line) for line in process.stdout)
        assert any(line["event"] == "ready" for line in lines), "it never was ready"
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)
