"""What changes for callers in what a model takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from model_image.server.manifest import Column, Input

from .change import Change


@dataclass(frozen=True)
class Field:
    """One value of a row, with what the tensor that carries it says."""

    column: Column
    tensor: str
    datatype: str
    form: tuple[int, ...] | None
    """The shape of a value that is a tensor by itself; None for one of a column."""


def input_changes(old: Sequence[Input], new: Sequence[Input]) -> Iterator[Change]:
    """Column by column for /predict, then tensor by tensor for the v2 protocol."""
    before, after = _fields(old), _fields(new)
    for name, field in before.items():
        if name in after:
            yield from _field_changes(field, after[name])
        else:
            yield Change(f"input {name!r} is removed", "major")
    for name, field in after.items():
        if name not in before:
            yield _added(field)
    yield from _layout_changes(old, new, before.keys() & after.keys())


def _fields(inputs: Sequence[Input]) -> dict[str, Field]:
    fields = {}
    for tensor in inputs:
        form = None if tensor.columns else tensor.shape[1:]
        for column in tensor.columns or (Column(tensor.name),):
            fields[column.name] = Field(column, tensor.name, tensor.datatype, form)
    return fields


def _added(field: Field) -> Change:
    """
    Breaking even where the value may be missing.

    /predict lets callers leave such a column out, but a v2 request without it has a
    tensor too few, or one of the wrong shape.
    """
    name = field.column.name
    if field.column.missing:
        how = "which callers of the v2 protocol do not send"
    else:
        how = "which callers do not send"
    return Change(f"input {name!r} is new, {how}", "major")


def _field_changes(old: Field, new: Field) -> Iterator[Change]:
    name = f"input {old.column.name!r}"
    if old.datatype != new.datatype:
        yield Change(f"{name} is {new.datatype}, no longer {old.datatype}", "major")
    if old.form != new.form:
        forms = f"{_form(new.form)}, no longer {_form(old.form)}"
        yield Change(f"{name} is {forms}", "major")
    if old.column.missing and not new.column.missing:
        yield Change(f"{name} may no longer be missing", "major")
    if new.column.missing and not old.column.missing:
        yield Change(f"{name} may be missing", "minor")
    yield from _category_changes(name, old.column, new.column)
    if (old.column.low, old.column.high) != (new.column.low, new.column.high):
        ranges = f"{_range(new.column)}, before {_range(old.column)}"
        yield Change(f"{name} was seen {ranges}", "patch")


def _category_changes(name: str, old: Column, new: Column) -> Iterator[Change]:
    gone = [one for one in old.categories if one not in new.categories]
    more = [one for one in new.categories if one not in old.categories]
    if new.closed and not old.closed:
        yield Change(f"{name} now takes only {_listed(new.categories)}", "major")
    elif new.closed and gone:
        yield Change(f"{name} no longer takes {_listed(gone)}", "major")
    elif not new.closed and gone:
        yield Change(f"{name} has not seen {_listed(gone)} in training", "patch")
    if old.closed and not new.closed:
        yield Change(f"{name} takes any value", "minor")
    elif old.closed and more:
        yield Change(f"{name} also takes {_listed(more)}", "minor")
    elif not new.closed and more:
        yield Change(f"{name} has seen {_listed(more)} in training", "patch")


def _layout_changes(
    old: Sequence[Input], new: Sequence[Input], kept: set[str]
) -> Iterator[Change]:
    """What the columns alone do not show: the tensors that a v2 request is made of."""
    after = {tensor.name: tensor for tensor in new}
    for tensor in old:
        before = [name for name in tensor.names if name in kept]
        if not before:
            continue
        if tensor.name not in after:
            yield _v2(f"the tensor {tensor.name!r} is gone; its values come otherwise")
            continue
        other = after[tensor.name]
        now = [name for name in other.names if name in kept]
        if set(before) != set(now):
            yield _v2(f"the tensor {tensor.name!r} no longer has the same columns")
        elif before != now:
            yield _v2(f"the columns of the tensor {tensor.name!r} are in another order")
        elif tensor.columns and len(tensor.shape) != len(other.shape):
            shapes = f"{list(other.shape)}, no longer {list(tensor.shape)}"
            yield _v2(f"the tensor {tensor.name!r} has the shape {shapes}")


def _v2(sentence: str) -> Change:
    return Change(f"{sentence} (for callers of the v2 protocol)", "major")


def _form(form: tuple[int, ...] | None) -> str:
    return "a column" if form is None else f"a tensor of {list(form)}"


def _range(column: Column) -> str:
    if column.low is None or column.high is None:
        return "in no stated range"
    return f"from {column.low:g} to {column.high:g}"


def _listed(values: Sequence[Any]) -> str:
    more = f" and {len(values) - 5} more" if len(values) > 5 else ""
    return ", ".join(repr(one) for one in values[:5]) + more
