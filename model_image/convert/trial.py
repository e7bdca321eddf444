"""Runs a candidate beside the original, and finds what the two agree on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from model_image.server import predict
from model_image.server.manifest import Column, Input
from model_image.server.refusal import Refusal
from model_image.server.values import Array

from .edges import Edge, edges
from .original import Feature, Original, Unconvertible
from .parity import Gap, gap
from .records import records

Answers = dict[str, Array]
Run = Callable[[dict[str, Array]], Answers]


@dataclass(frozen=True)
class Trial:
    """What came of it: inputs narrowed to where both agree, and the edge rows kept."""

    inputs: tuple[Input, ...]
    answers: Answers
    """What the candidate answered to the rows."""
    gap: Gap
    edge_rows: pd.DataFrame
    edge_answers: Answers
    """What the original answered to the edge rows kept."""
    notes: tuple[str, ...]


def attempt(
    original: Original,
    expected: Answers,
    rows: pd.DataFrame,
    features: Sequence[Feature],
    inputs: tuple[Input, ...],
    run: Run,
    tolerance: float,
) -> Trial:
    """The candidate `run` on the rows and their edges; raises Unconvertible."""
    open_inputs = tuple(_opened(one) for one in inputs)
    answers = run(arrays(rows, open_inputs))
    worst = gap(expected, answers, tolerance)
    kept: list[tuple[Edge, Answers]] = []
    apart: list[Edge] = []
    refused: list[Edge] = []
    for edge in edges(features, rows):
        theirs = _answers(original, edge.rows)
        if theirs is None:
            refused.append(edge)
        elif _agrees(theirs, edge, open_inputs, run, tolerance):
            kept.append((edge, theirs))
        else:
            apart.append(edge)
    missing = {edge.column for edge, _ in kept if edge.kind == "missing"}
    closed = {edge.column for edge in refused + apart if edge.kind == "unseen"}
    narrowed = tuple(_narrowed(one, missing, closed) for one in inputs)
    frame = pd.concat([edge.rows for edge, _ in kept]) if kept else rows.iloc[:0]
    merged = {
        name: np.concatenate([theirs[name] for _, theirs in kept])
        for name in (expected if kept else ())
    }
    return Trial(narrowed, answers, worst, frame, merged, tuple(_notes(apart)))


def arrays(rows: pd.DataFrame, inputs: Sequence[Input]) -> dict[str, Array]:
    """The rows as the server would hand them to the model."""
    try:
        return predict.from_rows(records(rows), inputs)
    except Refusal as refusal:
        raise Unconvertible(
            f"a row of the sample is not one the model can be asked: {refusal.error}"
        ) from None


def _answers(original: Original, row: pd.DataFrame) -> Answers | None:
    """None where the original refuses the row, in whatever way; NaN is one."""
    try:
        answers = original.predict(row)
    except Exception:
        return None
    return None if any(map(_holds_nan, answers.values())) else answers


def _holds_nan(values: Array) -> bool:
    return values.dtype.kind == "f" and bool(np.isnan(values).any())


def _agrees(
    theirs: Answers, edge: Edge, inputs: Sequence[Input], run: Run, tolerance: float
) -> bool:
    try:
        ours = run(arrays(edge.rows, inputs))
    except Exception:
        return False
    return gap(theirs, ours, tolerance).largest <= tolerance


def _notes(apart: Sequence[Edge]) -> Iterator[str]:
    """What the converted model is not asked, or answers in its own way."""
    for kind, (what, ending) in _SAID.items():
        names = list(dict.fromkeys(edge.column for edge in apart if edge.kind == kind))
        if names:
            more = f" and {len(names) - 6} more" if len(names) > 6 else ""
            yield f"{what} in {', '.join(names[:6])}{more} {ending}"


_SAID = {
    "missing": ("a missing value", "is refused: the original answers otherwise"),
    "unseen": ("an unseen category", "is refused: the original answers otherwise"),
    "extreme": ("a value far from the sample", "may get another answer"),
}


def _opened(input: Input) -> Input:
    """The same tensor with nothing refused that its datatype can hold."""
    holds = input.datatype.startswith("FP") or input.datatype == "BYTES"
    changes: dict[str, Any] = {"missing": holds, "closed": False}
    columns = tuple(msgspec.structs.replace(one, **changes) for one in input.columns)
    return msgspec.structs.replace(input, columns=columns)


def _narrowed(input: Input, missing: set[str], closed: set[str]) -> Input:
    def column(one: Column) -> Column:
        shut = one.name in closed and bool(one.categories)
        return msgspec.structs.replace(one, missing=one.name in missing, closed=shut)

    return msgspec.structs.replace(input, columns=tuple(map(column, input.columns)))
