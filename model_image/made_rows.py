"""Rows that a package itself suggests: its example's, and some made from its schema."""

import random
from typing import Any

from .convert.task import Rows
from .errors import PackError
from .package import ModelPackage
from .rows import Sample
from .server import predict
from .server.example import ExampleError, read_example
from .server.manifest import EXAMPLE, Column, Input, Manifest
from .server.profile import Categories, Distribution, Profile
from .server.refusal import Refusal
from .server.values import Array

MADE = 200
_MISSING = 0.05
_WORDS = ("the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog")


def suggested(old: ModelPackage, new: ModelPackage) -> Sample:
    """Both stored examples, and rows that the old version's schema allows."""
    rows = [*example_rows(old), *example_rows(new)]
    source = f"{len(rows)} rows of the stored examples and {MADE} made from the schema"
    return Sample([*rows, *made(old)], source)


def example_rows(package: ModelPackage) -> Rows:
    """The rows of the stored request, whichever of its forms it has."""
    path = package.path / EXAMPLE
    try:
        arrays = predict.arrays(read_example(path).request, package.manifest)
    except ExampleError as error:
        raise PackError(str(error)) from None
    except Refusal as refusal:
        raise PackError(
            f"the request in {path} does not fit the model: {refusal.error}"
        ) from None
    return _rows(arrays, package.manifest)


def made(package: ModelPackage) -> Rows:
    """Rows like those of training, as far as the package tells; the same each time."""
    dice = random.Random(0)
    seen = package.profile()
    columns = {
        column.name: [_value(tensor, column, seen, dice) for _ in range(MADE)]
        for tensor in package.manifest.inputs
        for column in tensor.columns or (Column(tensor.name),)
    }
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]


def _value(tensor: Input, column: Column, seen: Profile, dice: random.Random) -> Any:
    if not tensor.columns and tensor.width > 1:
        return [_single(tensor.datatype, 0, 1, dice) for _ in range(tensor.width)]
    if column.missing and dice.random() < _MISSING:
        return None
    known = seen.inputs.get(column.name)
    if column.categories:
        return dice.choice(column.categories)
    if tensor.datatype == "BYTES" and isinstance(known, Categories) and known.values:
        return dice.choice(list(known.values))
    return _single(tensor.datatype, *_range(column, known, dice), dice)


def _range(column: Column, known: Any, dice: random.Random) -> tuple[float, float]:
    """Where a number may fall: one of the profile's bins, all of which held as many."""
    if isinstance(known, Distribution) and len(known.edges) > 1:
        at = dice.randrange(len(known.edges) - 1)
        return known.edges[at], known.edges[at + 1]
    if column.low is not None and column.high is not None:
        return column.low, column.high
    return -2.0, 2.0


def _single(datatype: str, low: float, high: float, dice: random.Random) -> Any:
    if datatype == "BYTES":
        return " ".join(dice.choices(_WORDS, k=6))
    if datatype == "BOOL":
        return dice.random() < 0.5
    if "INT" in datatype:
        whole = dice.randint(round(low), round(high))
        return abs(whole) if datatype.startswith("U") else whole
    return round(dice.uniform(low, high), 6)


def _rows(arrays: dict[str, Array], manifest: Manifest) -> Rows:
    columns: dict[str, list[Any]] = {}
    for tensor in manifest.inputs:
        values = arrays[tensor.name]
        if tensor.columns:
            parts = values.reshape(len(values), tensor.width).T
            columns |= dict(zip(tensor.names, map(_plain, parts), strict=True))
        else:
            columns[tensor.name] = values.tolist()
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]


def _plain(values: Array) -> list[Any]:
    """Without NaN, which JSON does not know."""
    return [None if value != value else value for value in values.tolist()]
