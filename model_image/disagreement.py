"""Where two models' answers to the same rows are not the same."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    values = [
        Value(row, *leaf)
        for row, (old, new) in pairs.items()
        for leaf in _leaves(old[name], new[name], name)
    ]
    if not values:
        where = "no value has the same name in both"
        return OutputGap(output=name, differing=0, largest=None, where=where)
    worst = max(values, key=lambda value: value.apart)
    return OutputGap(
        output=name,
        differing=len({value.row for value in values if value.differs}),
        largest=worst.apart if worst.is_number else None,
        where=str(worst) if worst.apart else "",
    )


@dataclass(frozen=True)
class Value:
    """One value of an answer, as both versions gave it."""

    row: int
    path: str
    old: Any
    new: Any

    def __str__(self) -> str:
        became = f"{_shown(self.old)} became {_shown(self.new)}"
        return f"row {self.row}, {self.path}: {became}"

    @property
    def is_number(self) -> bool:
        """Whether a difference can be measured."""
        return {type(self.old), type(self.new)} <= {int, float}

    @property
    def apart(self) -> float:
        """How far; infinitely where it is something else."""
        if self.is_number:
            return abs(self.old - self.new)
        return 0.0 if self.old == self.new else math.inf

    @property
    def differs(self) -> bool:
        """Whether it is another answer, and not the same one with another rounding."""
        if self.is_number:
            return self.apart > TOLERANCE * max(1.0, abs(self.old))
        return self.old != self.new


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


def _shown(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else repr(value)[:60]
