"""A model that goes wrong in the way a request asks for."""

import json
from pathlib import Path

from model_image.server.manifest import Column, Input, Output
from tests.own_package import lock, own_package

EATEN_BYTES = 8 << 20
"""What `eats` keeps each time."""
_PREDICTOR = f"""
import os
import time

class Predictor:
    def load(self, folder):
        self.kept = []

    def predict(self, frame):
        for fault in set(frame.fault):
            getattr(self, fault)()
        return {{"doubled": 2 * frame.age}}

    def none(self):
        pass

    def slow(self):
        time.sleep(0.4)

    def hangs(self):
        time.sleep(3600)

    def raises(self):
        raise ValueError("asked for")

    def eats(self):
        self.kept.append(b"x" * {EATEN_BYTES})

    def gives_back(self):
        self.kept.clear()

    def burns(self):
        end = time.process_time() + 0.3
        while time.process_time() < end:
            pass

    def exits(self):
        os._exit(9)
"""
_PROFILE = {
    "rows": 1000,
    "inputs": {
        "age": {
            "kind": "distribution",
            "edges": [10.0, 20.0, 30.0, 40.0, 50.0],
            "counts": [160, 170, 170, 170, 170, 160],
            "missing": 0,
        },
        "fault": {"kind": "categories", "values": {"none": 1000}, "missing": 0},
    },
    "outputs": {
        "doubled": {
            "kind": "distribution",
            "edges": [20.0, 40.0, 60.0, 80.0, 100.0],
            "counts": [160, 170, 170, 170, 170, 160],
            "missing": 0,
        },
    },
}


def faulty(folder: Path, version: str = "1.0.0") -> Path:
    """The package, in this folder; `fault` names what goes wrong, or `none`."""
    request, answer = {"fault": "none", "age": 2.0}, {"doubled": 4.0}
    example = {"request": request, "response": {"predictions": [answer]}}
    files = {
        "code/predictor.py": _PREDICTOR,
        "example.json": json.dumps(example | {"tolerance": 1e-6}),
        "profile.json": json.dumps(_PROFILE),
        "requirements.txt": lock(),
    }
    return own_package(
        folder,
        files,
        name="faulty",
        version=version,
        inputs=(
            Input("fault", "BYTES", (-1, 1), (Column("fault"),)),
            Input("age", "FP64", (-1, 1), (Column("age"),)),
        ),
        outputs=(Output("doubled", "FP64", (-1,)),),
    )


def asking(fault: str = "none", *, age: float = 25.0, rows: int = 1) -> bytes:
    """A request of /predict."""
    row = {"fault": fault, "age": age}
    return json.dumps({"rows": [row] * rows}).encode()
