"""What a judge says of a folder: of manifests, a file for each object, or a clone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol


class JudgeError(Exception):
    """A judge that could not judge; the text says why."""


@dataclass(frozen=True, order=True, kw_only=True)
class Finding:
    """What one check holds against one object."""

    judge: str
    check: str
    object: str
    """`Kind/name`; of pipelines `Workflow/name` and `Action/name`."""
    text: str

    def __str__(self) -> str:
        return f"{self.judge} {self.check} on {self.object}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All that a judge found, and the checks that had an object to look at."""

    findings: frozenset[Finding] = frozenset()
    evaluated: frozenset[str] = frozenset()

    def __or__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            findings=self.findings | other.findings,
            evaluated=self.evaluated | other.evaluated,
        )


class Judge(Protocol):
    """A checker that others made, and that knows nothing of this project."""

    name: ClassVar[str]

    def verdict(self, folder: Path) -> Verdict:
        """Judge the objects of a folder; raises JudgeError where it cannot."""
        ...

    def checks(self, folders: Sequence[Path]) -> Mapping[str, str]:
        """Every check that it has for such folders, with what it is about."""
        ...


class WorkflowJudge(Protocol):
    """One that looks at a clone's pipelines."""

    name: ClassVar[str]

    def findings(self, root: Path) -> frozenset[Finding]:
        """What is wrong in a clone; raises JudgeError where it cannot judge."""
        ...
