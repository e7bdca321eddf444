"""From the rows of a chunk to the model's answers, and to why some have none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from .. import predict
from ..flavours import Model
from ..manifest import Manifest
from ..refusal import Mistake, Refusal
from ..values import Array
from . import answer
from .rows import WHOLE, Rows

Tensors = dict[str, Array]


class Reject(msgspec.Struct, frozen=True):
    """A row without an answer: which it is, why, and what stood there."""

    row: int
    """Counted from 1 over the whole input."""
    mistakes: list[Mistake]
    values: Any


@dataclass(frozen=True)
class Scored:
    """What came of a chunk."""

    good: Array
    """The places of the rows with an answer, in order."""
    given: Tensors
    outputs: Tensors
    rejects: list[Reject]


@dataclass(frozen=True)
class Scorer:
    """A loaded model asked chunk by chunk, from several threads at once."""

    model: Model
    manifest: Manifest

    def score(self, rows: Rows, start: int) -> Scored:
        """Every row has an answer or is among the rejects, whatever the others are."""
        given, doubt = self._tensors(rows)
        wrong = {index: [mistake] for index, mistake in rows.broken.items()}
        for index in np.flatnonzero(doubt).tolist():
            if index in wrong:
                continue
            try:
                made = predict.from_rows([rows.values(index)], self.manifest.inputs)
            except Refusal as refusal:
                wrong[index] = refusal.mistakes
                continue
            for name, value in made.items():
                given[name][index] = value[0]
        good = _without(np.arange(len(rows)), wrong)
        outputs, failed = self._answers(_picked(given, good), good)
        wrong |= failed
        if failed:
            good = _without(good, failed)
        return Scored(
            good,
            _picked(given, good),
            outputs,
            [_reject(rows, start, index, wrong[index]) for index in sorted(wrong)],
        )

    def _tensors(self, rows: Rows) -> tuple[Tensors, Array]:
        given: Tensors = {}
        doubt = np.zeros(len(rows), bool)
        for input in self.manifest.inputs:
            given[input.name], unsure = rows.tensor(input)
            doubt |= unsure
        return given, doubt

    def _answers(
        self, given: Tensors, good: Array
    ) -> tuple[Tensors, dict[int, list[Mistake]]]:
        """The outputs, and the rows that the model fails on, found by halving."""
        failed: dict[int, list[Mistake]] = {}
        parts = self._run(given, good, failed) if len(good) else []
        outputs = {
            output.name: np.concatenate(
                [part[output.name] for part in parts] or [answer.nothing(output)]
            )
            for output in self.manifest.outputs
        }
        return outputs, failed

    def _run(
        self, given: Tensors, places: Array, failed: dict[int, list[Mistake]]
    ) -> list[Tensors]:
        try:
            made = self.model.run(given)
            return [
                {
                    output.name: answer.held(output, made[output.name], len(places))
                    for output in self.manifest.outputs
                }
            ]
        except Exception as error:
            if len(places) == 1:
                got = f"{type(error).__name__}: {error}"
                expected = "a row that the model answers"
                mistake = Mistake(WHOLE, "type", expected, got[:500])
                failed[int(places[0])] = [mistake]
                return []
        middle = len(places) // 2
        return [
            part
            for half in (slice(middle), slice(middle, None))
            for part in self._run(
                {name: values[half] for name, values in given.items()},
                places[half],
                failed,
            )
        ]


def _without(places: Array, wrong: Iterable[int]) -> Array:
    return places[~np.isin(places, list(wrong))]


def _picked(given: Tensors, good: Array) -> Tensors:
    return {
        name: values if len(values) == len(good) else values[good]
        for name, values in given.items()
    }


def _reject(rows: Rows, start: int, index: int, mistakes: list[Mistake]) -> Reject:
    own = [msgspec.structs.replace(mistake, row=None) for mistake in mistakes]
    return Reject(start + index + 1, own, rows.shown(index))
