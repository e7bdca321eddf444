"""Runs a candidate beside the original, and finds what the two agree on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
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
Ask = Callable[[pd.DataFrame], Answers]


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
    for edge, theirs, ours in _both(
        list(edges(features, rows)),
        original.predict,
        lambda changed: run(arrays(changed, open_inputs)),
    ):
        if theirs is None or any(map(_holds_nan, theirs.values())):
            refused.append(edge)
        elif ours and gap(theirs, ours, tolerance).largest <= tolerance:
            kept.append((edge, theirs))
        else:
            apart.append(edge)
    missing = _named([edge for edge, _ in kept], "missing")
    closed = _named(refused + apart, "unseen")
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


def _both(
    found: list[Edge], original: Ask, candidate: Ask
) -> Iterator[tuple[Edge, Answers | None, Answers | None]]:
    """What each answers to each edge; None where it refuses, in whatever way."""
    for _, kind in groupby(sorted(found, key=_kind), key=_kind):
        alike = list(kind)
        given = (_asked(alike, original), _asked(alike, candidate))
        yield from zip(alike, *given, strict=True)


def _asked(edges: list[Edge], ask: Ask) -> list[Answers | None]:
    """All edges in one call where that goes well, else in two halves."""
    try:
        together = ask(pd.concat([edge.rows for edge in edges]))
    except Exception:
        if len(edges) == 1:
            return [None]
        half = len(edges) // 2
        return _asked(edges[:half], ask) + _asked(edges[half:], ask)
    ends = np.cumsum([len(edge.rows) for edge in edges])
    return [
        {name: values[end - len(edge.rows) : end] for name, values in together.items()}
        for edge, end in zip(edges, ends, strict=True)
    ]


def _kind(edge: Edge) -> str:
    return edge.kind


def _named(edges: Sequence[Edge], kind: str) -> set[str]:
    return {name for edge in edges if edge.kind == kind for name in edge.columns}


def _holds_nan(values: Array) -> bool:
    """NaN as an answer refuses a row too."""
    return values.dtype.kind == "f" and bool(np.isnan(values).any())


def _notes(apart: Sequence[Edge]) -> Iterator[str]:
    """What the converted model is not asked, or answers in its own way."""
    for kind, (what, ending) in _SAID.items():
        edges = (edge.columns for edge in apart if edge.kind == kind)
        names = list(dict.fromkeys(chain.from_iterable(edges)))
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
