"""/predict: rows of named columns in, named answers out."""

import difflib
from collections.abc import Callable, Sequence
from typing import Any

from .manifest import Input, Manifest, Output
from .refusal import LIMIT, Mistake, Refusal, shown
from .values import ABSENT, Array, array, flat

FORMS = ("rows", "row", "columns")
"""What a request may be called by, unless the model has a column of that name."""
_FORM = '{"rows": [{"column": value, ...}, ...]}'


def arrays(request: Any, manifest: Manifest) -> dict[str, Array]:
    """The model's inputs from a decoded request; raises Refusal naming every fault."""
    known = {name: None for input in manifest.inputs for name in input.names}
    return from_rows(_rows(request, known), manifest.inputs)


def from_rows(rows: list[Any], inputs: Sequence[Input]) -> dict[str, Array]:
    """The same from the rows of a request, one object each."""
    known = {name: None for input in inputs for name in input.names}
    mistakes: list[Mistake] = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            mistakes.append(
                Mistake("(whole row)", "type", "an object", shown(row), index)
            )
        elif not row.keys() <= known.keys():
            mistakes += _unknown(row, known, index)
        if len(mistakes) >= LIMIT:
            break
    made: dict[str, Array] = {}
    if all(isinstance(row, dict) for row in rows):
        for input in inputs:
            values = _values(rows, input, mistakes)
            if len(mistakes) < LIMIT:
                made[input.name] = array(values, input, mistakes)
    if mistakes:
        raise Refusal.of(sorted(mistakes, key=lambda mistake: mistake.row or 0))
    return made


def predictions(outputs: dict[str, Array], manifest: Manifest) -> list[dict[str, Any]]:
    """One answer per row, under the names the manifest gives."""
    return shower(manifest.outputs)(outputs)


def shower(
    declared: Sequence[Output],
) -> Callable[[dict[str, Array]], list[dict[str, Any]]]:
    """What makes answers of outputs that are declared so, one per row."""
    names = [output.name for output in declared]
    columns = [(output.name, _column(output)) for output in declared]

    def show(outputs: dict[str, Array]) -> list[dict[str, Any]]:
        shown = [column(outputs[name]) for name, column in columns]
        return [dict(zip(names, row, strict=False)) for row in zip(*shown, strict=True)]

    return show


def _rows(request: Any, known: dict[str, None]) -> list[Any]:
    if not isinstance(request, dict) or not request:
        raise Refusal(422, f"the request is {shown(request)}; send {_FORM}")
    form = request.keys() & {*FORMS} - known.keys()
    if not form:
        return [request]
    if len(request) > 1:
        others = ", ".join(sorted(request.keys() - {min(form)}))
        raise Refusal(
            422, f"the request has {min(form)!r} and also {others}; send {_FORM}"
        )
    key, value = next(iter(request.items()))
    if key == "row":
        return [value]
    rows = _transposed(value) if key == "columns" else value
    if not isinstance(rows, list) or not rows:
        raise Refusal(422, f"{key!r} is {shown(value)}; give at least one row")
    return rows


def _transposed(columns: Any) -> list[dict[str, Any]]:
    if not isinstance(columns, dict) or not all(
        isinstance(values, list) for values in columns.values()
    ):
        raise Refusal(
            422, f"'columns' is {shown(columns)}; give an object of one list per column"
        )
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        least, most = (
            pick(lengths, key=lambda name: lengths[name]) for pick in (min, max)
        )
        raise Refusal(
            422,
            f"'columns' differ in length: {least} has {lengths[least]} values and "
            f"{most} has {lengths[most]}",
        )
    return [
        dict(zip(columns, row, strict=True))
        for row in zip(*columns.values(), strict=True)
    ]


def _values(rows: list[dict[str, Any]], input: Input, mistakes: list[Mistake]) -> list:
    if input.columns:
        names = input.names
        return [row.get(name, ABSENT) for row in rows for name in names]
    values: list[Any] = []
    for index, row in enumerate(rows):
        own = flat(row.get(input.name, ABSENT))
        if len(own) != input.width and len(mistakes) < LIMIT:
            expected = f"{input.width} values of shape {list(input.shape[1:])}"
            mistakes.append(
                Mistake(input.name, "shape", expected, str(len(own)), index)
            )
            own = []
        values += own
    return values


def _unknown(row: dict[str, Any], known: dict[str, None], index: int) -> list[Mistake]:
    mistakes = []
    for name in sorted(row.keys() - known.keys())[:LIMIT]:
        near = difflib.get_close_matches(name[:100], known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        mistakes.append(
            Mistake(
                name[:100],
                "unknown",
                "a column of the model",
                f"an unknown one{hint}",
                index,
            )
        )
    return mistakes


def _column(output: Output) -> Callable[[Array], list[Any]]:
    """What makes of an output a value for each row."""
    if output.labels:
        labels = dict(enumerate(output.labels))
        return lambda values: [labels[number] for number in values.ravel().tolist()]
    if output.columns:
        names = output.columns
        return lambda values: [
            dict(zip(names, row, strict=False)) for row in values.tolist()
        ]
    if output.width == 1:
        return lambda values: values.ravel().tolist()
    return lambda values: values.tolist()
