"""Rows of data for a model: the user's own, or made from what the model says."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .original import Feature, Unconvertible
from .task import Task

ROWS = 200_000
"""As many rows as a profile is made from."""
_MADE = 200


def given(task: Task, texts: Sequence[str] = ()) -> pd.DataFrame | None:
    """
    The user's rows without the columns that are answers, if there are any.

    What `texts` names is text to the model, whatever it looks like.
    """
    if not task.sample:
        return None
    rows = read(Path(task.sample), texts)
    absent = [name for name in task.target if name not in rows]
    if absent:
        raise Unconvertible(
            f"the sample has no column {absent[0]!r}, which --target names; it has "
            f"{', '.join(map(str, rows.columns[:8]))}"
        )
    return rows.drop(columns=task.target)


def read(path: Path, texts: Sequence[str] = ()) -> pd.DataFrame:
    """
    The rows of a CSV, TSV, JSON or NumPy file, ROWS at most.

    Text is of dtype object; true and false are 1 and 0, as models take them.
    """
    try:
        frame = _read(path, texts)
    except (OSError, ValueError, KeyError, pd.errors.ParserError) as error:
        reason = str(error).partition("\n")[0]
        raise Unconvertible(
            f"the sample {path.name} cannot be read: {reason}"
        ) from None
    if frame.empty:
        raise Unconvertible(f"the sample {path.name} has no rows; give at least one")
    frame.columns = [str(name) for name in frame.columns]
    return pd.DataFrame({str(name): _plain(frame[name]) for name in frame})


def _read(path: Path, texts: Sequence[str]) -> pd.DataFrame:
    kind = path.suffix.lower()
    if kind in (".json", ".jsonl", ".ndjson"):
        text = path.read_text()
        if kind != ".json":
            return pd.DataFrame([json.loads(one) for one in text.splitlines() if one])
        return _from_json(json.loads(text))
    if kind in (".npy", ".npz"):
        return _from_numpy(path)
    separator = "\t" if kind == ".tsv" else ","
    types: Any = dict.fromkeys(texts, str)
    return pd.read_csv(path, sep=separator, nrows=ROWS, dtype=types)


def _from_json(given: Any) -> pd.DataFrame:
    """A list of rows, the rows of a request, or columns and data as pandas splits."""
    if not isinstance(given, dict):
        return pd.DataFrame(given)
    if "data" in given:
        return pd.DataFrame(given["data"], columns=given.get("columns"))
    return pd.DataFrame(given["rows"])


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


def _column(feature: Feature, random: np.random.Generator) -> Any:
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


def _plain(column: Any) -> pd.Series:
    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biuf":
        return column.astype(np.int64) if dtype.kind == "b" else column
    present = column.dropna()
    if len(present) and all(isinstance(one, bool | np.bool_) for one in present):
        return column.astype(np.float64)
    return column.astype(object)
