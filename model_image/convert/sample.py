"""Rows of data for a model: the user's own, or made from what the model says."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from .original import Feature, Unconvertible
from .task import Task

ROWS = 200_000
"""As many rows as a profile is made from."""
_MADE = 200


def given(task: Task) -> pd.DataFrame | None:
    """The user's rows without the columns that are answers, if there are any."""
    if not task.sample:
        return None
    rows = read(Path(task.sample))
    absent = [name for name in task.target if name not in rows]
    if absent:
        raise Unconvertible(
            f"the sample has no column {absent[0]!r}, which --target names; it has "
            f"{', '.join(map(str, rows.columns[:8]))}"
        )
    return rows.drop(columns=task.target)


def read(path: Path) -> pd.DataFrame:
    """The rows of a CSV, TSV, JSON or NumPy file, text as objects; ROWS at most."""
    try:
        frame = _read(path)
    except (OSError, ValueError, KeyError, pd.errors.ParserError) as error:
        reason = str(error).partition("\n")[0]
        raise Unconvertible(
            f"the sample {path.name} cannot be read: {reason}"
        ) from None
    if frame.empty:
        raise Unconvertible(f"the sample {path.name} has no rows; give at least one")
    frame.columns = [str(name) for name in frame.columns]
    texts = [name for name in frame if not _is_plain(frame[name].dtype)]
    return frame.astype(dict.fromkeys(texts, object))


def _read(path: Path) -> pd.DataFrame:
    kind = path.suffix.lower()
    if kind in (".json", ".jsonl", ".ndjson"):
        text = path.read_text()
        if kind != ".json":
            return pd.DataFrame([json.loads(one) for one in text.splitlines() if one])
        rows = json.loads(text)
        return pd.DataFrame(rows["rows"] if isinstance(rows, dict) else rows)
    if kind in (".npy", ".npz"):
        return _from_numpy(path)
    return pd.read_csv(path, sep="\t" if kind == ".tsv" else ",", nrows=ROWS)


def _from_numpy(path: Path) -> pd.DataFrame:
    """A matrix becomes columns; arrays of more dimensions a column of arrays."""
    given = np.load(path, allow_pickle=False)
    arrays = {"": given} if isinstance(given, np.ndarray) else dict(given)
    columns = {}
    for name, values in arrays.items():
        if values.ndim == 1:
            columns[name or "feature_0"] = values
        elif values.ndim == 2 and len(arrays) == 1:
            columns |= {f"feature_{at}": part for at, part in enumerate(values.T)}
        else:
            columns[name or "input"] = list(values)
    return pd.DataFrame(columns).iloc[:ROWS]


def made(features: Sequence[Feature]) -> pd.DataFrame:
    """Rows that the schema allows, the same each time."""
    random = np.random.default_rng(0)
    return pd.DataFrame({one.name: _column(one, random) for one in features})


def _column(feature: Feature, random: np.random.Generator) -> Sequence:
    if feature.categories:
        return [
            feature.categories[at]
            for at in random.integers(len(feature.categories), size=_MADE)
        ]
    if feature.kind == "text":
        words = [
            "the",
            "quick",
            "brown",
            "fox",
            "jumps",
            "over",
            "a",
            "lazy",
            "dog",
            "again",
            "today",
        ]
        return [" ".join(random.choice(words, 6)) for _ in range(_MADE)]
    if feature.kind == "tensor":
        shape = (_MADE, *feature.shape)
        if "INT" in feature.datatype:
            return list(random.integers(0, 2, shape))
        return list(random.random(shape).astype(np.float32))
    if feature.kind == "whole":
        return random.integers(0, 10, _MADE)
    scales = random.choice([0.1, 1.0, 10.0], _MADE)
    return np.round(random.normal(size=_MADE) * scales, 4)


def _is_plain(dtype: object) -> bool:
    return isinstance(dtype, np.dtype) and dtype.kind in "biuf"
