"""A model that takes the time it is told to, and goes wrong when it is asked to."""

import json
from pathlib import Path

from model_image.server.manifest import Column, Input, Output
from tests.own_package import own_package

STUCK, FATAL = 99.0, 66.0
_PREDICTOR = f"""
import json
import os
import time

class Predictor:
    def load(self, folder):
        pace = json.loads((folder / "pace.json").read_text())
        self.fixed, self.per_row = pace["fixed"], pace["per_row"]

    def predict(self, frame):
        time.sleep(self.fixed + self.per_row * len(frame))
        if (frame.age == {STUCK}).any():
            time.sleep(3600)
        if (frame.age == {FATAL}).any():
            os._exit(9)
        if (frame.age < 0).any():
            raise ValueError("nobody is younger than nothing")
        return {{"doubled": 2 * frame.age}}
"""


def moody(folder: Path, *, fixed: float = 0.0, per_row: float = 0.0) -> Path:
    """
    The package, in this folder: seconds that each run and each of its rows take.

    An age below 0 makes the model raise, STUCK never come back, FATAL end the process.
    """
    pace = json.dumps({"fixed": fixed, "per_row": per_row})
    request, answer = {"age": 2.0}, {"doubled": 4.0}
    example = {"request": request, "response": {"predictions": [answer]}}
    files = {
        "code/predictor.py": _PREDICTOR,
        "artifacts/pace.json": pace,
        "example.json": json.dumps(example | {"tolerance": 1e-6}),
    }
    return own_package(
        folder,
        files,
        name="moody",
        inputs=(Input("age", "FP64", (-1, 1), (Column("age"),)),),
        outputs=(Output("doubled", "FP64", (-1,)),),
    )


def asking(*ages: float) -> bytes:
    """A request of /predict."""
    return json.dumps({"rows": [{"age": age} for age in ages]}).encode()
