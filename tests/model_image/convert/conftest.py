"""Conversion in this process, without the sandbox, for models of scikit-learn."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from model_image.convert import worker
from model_image.convert.task import Draft, Task


class Converted(NamedTuple):
    """What the worker made: its draft, and the folder of the package."""

    draft: Draft
    package: Path

    def column(self, name: str) -> Any:
        """One column of the inputs."""
        columns = (one for tensor in self.draft.inputs for one in tensor.columns)
        return next(one for one in columns if one.name == name)


Convert = Callable[..., Converted]


@pytest.fixture
def convert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Convert:
    """Pickles models, one file each, and converts them as the sandbox would."""

    def converted(*models: Any, rows: pd.DataFrame | None = None, **task: Any):
        files = []
        for at, model in enumerate(models):
            files.append(tmp_path / f"{at}.pkl")
            files[-1].write_bytes(pickle.dumps(model))
        if rows is not None:
            rows.to_csv(tmp_path / "sample.csv", index=False)
            task["sample"] = str(tmp_path / "sample.csv")
        output = tmp_path / "output"
        output.mkdir()
        monkeypatch.setattr(worker, "OUTPUT", output)
        monkeypatch.setattr(worker, "PACKAGE", output / "package")
        draft = worker.convert(Task("sklearn", [str(one) for one in files], **task))
        return Converted(draft, output / "package")

    return converted
