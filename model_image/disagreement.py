"""Where two models' answers to the same rows are not the same."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from .convert.answer import Answers
from .rows import Sample

TOLERANCE = 1e-5
"""Numbers closer than this, relative above 1, count as the same answer."""


class OutputGap(msgspec.Struct, frozen=True, kw_only=True):
    """How two versions' answers under one name differ."""

    output: str
    differing: int
    """Rows with another answer."""
    largest: float | None
    """Of numbers."""
    where: str
    """The row and the value that differ most, or that differ first."""


class Disagreement(msgspec.Struct, frozen=True, kw_only=True):
    """How two versions answered the same rows."""

    source: str
    rows: int
    compared: int
    refused_by_old: int
    refused_by_new: int
    first_refusals: tuple[str, ...]
    outputs: tuple[OutputGap, ...]


def disagreement(sample: Sample, old: Answers, new: Answers) -> Disagreement:
    """What the two said of each row that both took, output by output."""
    both = sorted(old.given.keys() & new.given.keys())
    pairs = {row * sample.step: (old.given[row], new.given[row]) for row in both}
    names = [
        name
        for name in (old.given[both[0]] if both else ())
        if name in new.given[both[0]]
    ]
    return Disagreement(
        source=sample.source,
        rows=len(sample.rows),
        compared=len(both),
        refused_by_old=len(old.refused),
        refused_by_new=len(new.refused),
        first_refusals=tuple(
            f"the {side} one: {next(iter(answers.refused.values()))}"
            for side, answers in (("old", old), ("new", new))
            if answers.refused
        ),
        outputs=tuple(_gap(name, pairs) for name in names),
    )


def _gap(name: str, pairs: Mapping[int, tuple[Any, Any]]) -> OutputGap:
    differing, largest, where = 0, None, ""
    for row, (old, new) in pairs.items():
        differs = False
        for path, a, b in _leaves(old[name], new[name], name):
            apart = abs(a - b) if _is_number(a) and _is_number(b) else None
            differs |= a != b if apart is None else apart > TOLERANCE * max(1, abs(a))
            if apart is None:
                where = where or (_place(path, row, a, b) if a != b else "")
            elif largest is None or apart > largest:
                largest, where = apart, _place(path, row, a, b)
        differing += differs
    return OutputGap(output=name, differing=differing, largest=largest, where=where)


def _leaves(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """The single values that both answers have under the same name or place."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                yield from _leaves(old[key], new[key], f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        for at, pair in enumerate(zip(old, new, strict=False)):
            yield from _leaves(*pair, f"{path}[{at}]")
    else:
        yield path, old, new


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _place(path: str, row: int, old: Any, new: Any) -> str:
    return f"row {row}, {path}: {_shown(old)} became {_shown(new)}"


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)[:60]
