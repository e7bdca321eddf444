"""One row of a card's tables: a value that the model takes or gives."""

from collections.abc import Iterator
from dataclasses import dataclass

from model_image.server.manifest import Column, Input, Manifest, Output
from model_image.server.profile import Categories, Distribution, Profile

from .text import number

Seen = Distribution | Categories | None

_TYPES = {"BOOL": "true or false", "BYTES": "text"}


@dataclass(frozen=True)
class Field:
    """A named value."""

    name: str
    type: str
    datatype: str
    range: str
    """Of the sample, or the size of a tensor; empty where nothing is known."""
    choices: tuple[str, ...]
    closed: bool
    missing: bool
    seen: Seen


@dataclass(frozen=True)
class OutputFields:
    """An output, with a row for each class or column of it."""

    name: str
    type: str
    datatype: str
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    seen: Seen
    parts: tuple[Field, ...]


def input_fields(manifest: Manifest, profile: Profile) -> tuple[Field, ...]:
    """Every value of a row, in the order of the manifest."""
    return tuple(
        _input_field(tensor, column, profile)
        for tensor in manifest.inputs
        for column in tensor.columns or (Column(tensor.name),)
    )


def _input_field(tensor: Input, column: Column, profile: Profile) -> Field:
    return Field(
        column.name,
        _type(tensor.datatype),
        tensor.datatype,
        _range(tensor, column),
        tuple(str(one) for one in column.categories),
        column.closed,
        column.missing,
        profile.inputs.get(column.name),
    )


def _range(tensor: Input, column: Column) -> str:
    if not tensor.columns and len(tensor.shape) > 1:
        return f"{' by '.join(map(str, tensor.shape[1:]))} values"
    if column.low is None or column.high is None:
        return ""
    return f"{number(column.low)} to {number(column.high)}"


def output_fields(manifest: Manifest, profile: Profile) -> tuple[OutputFields, ...]:
    """Every output, in the order of the manifest."""
    return tuple(
        OutputFields(
            output.name,
            _type("BYTES" if output.labels else output.datatype),
            output.datatype,
            output.shape[1:],
            output.labels,
            profile.outputs.get(output.name),
            tuple(_parts(output, profile)),
        )
        for output in manifest.outputs
    )


def _parts(output: Output, profile: Profile) -> Iterator[Field]:
    for name in output.columns:
        seen = profile.outputs.get(f"{output.name}.{name}")
        kind = _type(output.datatype)
        yield Field(name, kind, output.datatype, "", (), False, False, seen)


def _type(datatype: str) -> str:
    whole = "whole number" if "INT" in datatype else "number"
    return _TYPES.get(datatype, whole)
