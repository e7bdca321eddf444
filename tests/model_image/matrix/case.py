"""A model as a data scientist hands it over, and what its own library answers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ROWS = 20
_CASE = "case.json"


class Case(NamedTuple):
    """Files and settings to pack, and rows with the answers that must come back."""

    name: str
    files: list[Path]
    settings: dict[str, Any]
    rows: list[dict[str, Any]]
    answers: list[dict[str, Any]]


class Desk:
    """Where one model is left: what `pack` is given, and what it must then answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def leave(
        self,
        files: Sequence[str],
        sample: pd.DataFrame,
        answers: Sequence[dict[str, Any]],
        **settings: Any,
    ) -> None:
        """`answers` are those to the first rows of `asked(sample)`."""
        sample.to_csv(self.folder / "sample.csv", index=False)
        rows = [_sendable(one) for one in asked(sample).to_dict("records")]
        case = {
            "files": list(files),
            "settings": settings,
            "rows": rows,
            "answers": list(answers),
        }
        (self.folder / _CASE).write_text(json.dumps(case, default=_plain))


def left(folder: Path) -> Case:
    """What a training process left in a folder."""
    case = json.loads((folder / _CASE).read_text())
    settings = {"data": folder / "sample.csv", **case["settings"]}
    for key in ("code", "requirements"):
        if key in settings:
            settings[key] = folder / settings[key]
    files = [folder / name for name in case["files"]]
    return Case(folder.name, files, settings, case["rows"], case["answers"])


def asked(sample: pd.DataFrame) -> pd.DataFrame:
    """The rows that are asked, evenly taken from the sample."""
    return sample.iloc[:: max(1, len(sample) // ROWS)].iloc[:ROWS]


def classified(model: Any, given: Any, classes: Any) -> list[dict[str, Any]]:
    """A classifier's answers as they are served."""
    labels = np.asarray(model.predict(given)).tolist()
    chances = np.asarray(model.predict_proba(given)).tolist()
    names = [str(one) for one in classes]
    return [
        {"label": label, "probabilities": dict(zip(names, row, strict=True))}
        for label, row in zip(labels, chances, strict=True)
    ]


def named(name: str, values: Any) -> list[dict[str, Any]]:
    """A single output's answers as they are served."""
    return [{name: one} for one in np.asarray(values).tolist()]


def _sendable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if one != one else one for name, one in row.items()}


def _plain(value: Any) -> Any:
    return value.item()
