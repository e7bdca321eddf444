"""A package with a user's own class and a requirement of its own, for tests."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from model_image.converters import own_requirements
from model_image.environment import locked
from model_image.server.manifest import (
    EXAMPLE,
    MANIFEST,
    REQUIREMENTS,
    Column,
    Input,
    Manifest,
    Output,
    file_digest,
)

PREDICTOR = """
import json
from tabulate import tabulate
from units import doubled

class Predictor:
    def load(self, folder):
        self.form = json.loads((folder / "form.json").read_text())

    def predict(self, frame):
        assert not (frame.age < 0).any(), "nobody is younger than nothing"
        rows = frame.itertuples(index=False)
        shown = [tabulate([row], tablefmt=self.form, missingval="?") for row in rows]
        return {"shown": shown, "doubled": doubled(frame.age)}
"""
UNITS = "def doubled(values):\n    return values * 2\n"
INPUTS = (
    Input("city", "BYTES", (-1, 1), (Column("city", True, ("Bergen", "Oslo"), True),)),
    Input("age", "FP64", (-1, 1), (Column("age", missing=True),)),
)
OUTPUTS = (Output("shown", "BYTES", (-1,)), Output("doubled", "FP64", (-1,)))
ANSWER = {"shown": "Oslo  3.5", "doubled": 7.0}


def lock(*own: str) -> str:
    """What a package with these requirements locks: the server's part and its own."""
    return locked(own_requirements(own), lambda line: None).read_text()


def own_package(
    folder: Path,
    files: Mapping[str, str | bytes] | None = None,
    answer: Any = None,
    **manifest: Any,
) -> Path:
    """A package in this folder, of the class above unless other files are given."""
    content: dict[str, str | bytes] = {
        REQUIREMENTS: "",
        "code/predictor.py": PREDICTOR,
        "code/units.py": UNITS,
        "artifacts/form.json": '"plain"',
        EXAMPLE: json.dumps(
            {
                "request": {"city": "Oslo", "age": 3.5},
                "response": {"predictions": [answer or ANSWER]},
                "tolerance": 1e-6,
            }
        ),
        **(files or {}),
    }
    for name, held in content.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held if isinstance(held, bytes) else held.encode())
    described: dict[str, Any] = {
        "name": "visitors",
        "version": "1.0.0",
        "flavour": "python",
        "entry": "predictor:Predictor",
        "inputs": INPUTS,
        "outputs": OUTPUTS,
    }
    whole = Manifest(
        schema=1,
        description="Shows a visitor, and an age twice.",
        licence="none",
        source="none",
        files={name: file_digest(folder / name) for name in content},
        **(described | manifest),
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(whole))
    return folder
