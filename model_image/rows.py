"""Rows to ask two versions of a model: a person's own, or what the packages suggest."""

import csv
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .convert.task import Rows
from .errors import PackError
from .server.manifest import Manifest

MOST = 1000
"""As many rows as two models are compared on."""
_READ = 200_000
_ABSENT = {"", "na", "n/a", "nan", "null", "none"}


@dataclass(frozen=True)
class Sample:
    """Rows, and in words where they come from."""

    rows: Rows
    source: str
    step: int = 1
    """How many rows of the source each stands for."""
    is_text: bool = False
    """Whether all values are still text, as in a CSV."""

    def known_to(self, manifest: Manifest) -> Rows:
        """
        The rows as one would ask this model: no column that it does not know.

        Text gets the type that the manifest gives its column, so that a model of
        another version is asked the same, each in its own terms.
        """
        types = {
            name: tensor.datatype for tensor in manifest.inputs for name in tensor.names
        }
        return [dict(self._fitted(row, types)) for row in self.rows]

    def _fitted(
        self, row: Mapping[str, Any], types: Mapping[str, str]
    ) -> Iterator[tuple[str, Any]]:
        for name, value in row.items():
            if name in types:
                yield name, _typed(value, types[name]) if self.is_text else value


def read(path: Path) -> Sample:
    """
    The rows of a CSV, TSV, JSON or JSON lines file, MOST at most, evenly chosen.

    Read here and not in a sandbox: it is text, two models must be asked the very same
    rows, and the types that a CSV lacks are in the manifests. Raises PackError.
    """
    kind = path.suffix.lower()
    try:
        if kind in (".json", ".jsonl", ".ndjson"):
            rows = _json_rows(path.read_text(), lines=kind != ".json")
        else:
            rows = _csv_rows(path, "\t" if kind == ".tsv" else ",")
    except (OSError, ValueError, csv.Error) as error:
        raise PackError(f"{path} cannot be read as rows: {error}") from None
    if not rows:
        raise PackError(f"{path} has no rows; give at least one")
    step = math.ceil(len(rows) / MOST)
    chosen = rows[::step]
    some = f"{len(chosen)} of " if step > 1 else ""
    source = f"{some}the {len(rows)} rows of {path.name}"
    return Sample(chosen, source, step, is_text=kind in ("", ".csv", ".tsv", ".txt"))


def _json_rows(text: str, *, lines: bool) -> Rows:
    if lines:
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    else:
        rows = json.loads(text)
        rows = rows.get("rows") if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it holds no list of objects; give one object per row")
    return rows[:_READ]


def _csv_rows(path: Path, separator: str) -> Rows:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, delimiter=separator, restkey="")
        return list(islice(reader, _READ))


def _typed(value: str | None, datatype: str) -> Any:
    """The text as its column's type; what does not fit stays text, to be refused."""
    if value is None or value.strip().lower() in _ABSENT:
        return None
    if datatype == "BYTES":
        return value
    if datatype == "BOOL":
        return {"true": True, "1": True, "false": False, "0": False}.get(
            value.strip().lower(), value
        )
    try:
        number = float(value)
        return int(number) if "INT" in datatype and number.is_integer() else number
    except ValueError:
        return value
