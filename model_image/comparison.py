"""Two versions of a model side by side: schema, metrics, needs and answers."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import gettempdir
from typing import Self

import msgspec

from .answers import answers
from .changes import (
    Step,
    Taken,
    Weight,
    asked_version,
    changes,
    is_bold_enough,
    step,
    taken,
)
from .disagreement import Disagreement, disagreement
from .environment import Say
from .evidence import Evidence, read_evidence
from .made_rows import suggested
from .package import ModelPackage
from .rows import read
from .scratch import scratch

_NEEDS = {
    "seconds for a row": "row_seconds",
    "seconds to load": "load_seconds",
    "memory (MB)": "memory_mb",
}


class Version(msgspec.Struct, frozen=True):
    """One of the two."""

    name: str
    version: str
    identity: str

    @classmethod
    def of(cls, package: ModelPackage) -> Self:
        """What names this package."""
        return cls(package.name, package.version, package.identity)


class SchemaChange(msgspec.Struct, frozen=True):
    """One change of the schema, and whether callers may fail because of it."""

    sentence: str
    weight: Weight
    breaking: bool


class Figures(msgspec.Struct, frozen=True):
    """A figure of both, where known."""

    old: float | None
    new: float | None

    @property
    def difference(self) -> float | None:
        """How much more the new version has."""
        if self.old is None or self.new is None:
            return None
        return self.new - self.old


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that `diff` tells of two packages."""

    old: Version
    new: Version
    changes: tuple[SchemaChange, ...]
    step_asked: Step
    step_taken: Taken
    version_asked: str
    allowed: bool
    """False where a breaking change comes without the step that it asks for."""
    metrics: dict[str, Figures]
    measured: dict[str, Figures]
    answers: Disagreement


def compared(
    old: ModelPackage, new: ModelPackage, data: Path | None, say: Say
) -> Comparison:
    """Compare two packages, on these rows or on those that they suggest."""
    sample = read(data) if data else suggested(old, new)
    with scratch(Path(gettempdir())) as work:
        said = [
            answers(one, sample.known_to(one.manifest), work / side, say)
            for side, one in (("old", old), ("new", new))
        ]
    known = [read_evidence(one.path, one.identity) for one in (old, new)]
    before, after = old.manifest, new.manifest
    return Comparison(
        old=Version.of(old),
        new=Version.of(new),
        changes=tuple(
            SchemaChange(one.sentence, one.weight, one.breaking)
            for one in changes(before, after)
        ),
        step_asked=step(before, after),
        step_taken=taken(before, after),
        version_asked=asked_version(before, after),
        allowed=is_bold_enough(before, after),
        metrics=_figures(*(one.metrics for one in known)),
        measured=_figures(*map(_needs, known)),
        answers=disagreement(sample, *said),
    )


def _figures(old: Mapping[str, float], new: Mapping[str, float]) -> dict[str, Figures]:
    return {name: Figures(old.get(name), new.get(name)) for name in {**old, **new}}


def _needs(evidence: Evidence) -> dict[str, float]:
    found = evidence.measured
    return {name: getattr(found, key) for name, key in _NEEDS.items()} if found else {}
