"""All stacks before all judges, and who the judges of pipelines are."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import stacks, waivers
from .actionlint import Actionlint
from .checkov import Checkov
from .kube_score import KubeScore
from .kubernetes_validate import KubernetesValidate
from .manifests import Object, write
from .shellcheck import Shellcheck
from .trivy import Trivy
from .verdict import Finding, Judge, Verdict, WorkflowJudge
from .waivers import Waiver
from .zizmor import Zizmor

JUDGES: Sequence[Judge] = (
    KubernetesValidate(),
    KubeScore(),
    Checkov(),
    Trivy(trusted=[stacks.REGISTRY]),
)
WORKFLOW_JUDGES: Sequence[WorkflowJudge] = (Actionlint(), Shellcheck(), Zizmor())


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What one judge said, and what it could have said."""

    judge: str
    checks: Mapping[str, str]
    verdict: Verdict
    seconds: float

    @property
    def never_evaluated(self) -> dict[str, str]:
        """The checks that had no object to look at, with what they are about."""
        evaluated = self.verdict.evaluated
        return {id_: self.checks[id_] for id_ in self.checks if id_ not in evaluated}


def review(objects: Mapping[str, Iterable[Object]], scratch: Path) -> list[Heard]:
    """Each stack by itself, for objects of another must not stand in for its own."""
    folders = [write(its, scratch / name) for name, its in objects.items()]
    return [heard(judge, folders) for judge in JUDGES]


def heard(judge: Judge, folders: Sequence[Path]) -> Heard:
    """One judge on all folders; the time is that of the verdicts alone."""
    checks = judge.checks(folders)
    started = time.monotonic()
    verdict = Verdict()
    for folder in folders:
        verdict |= judge.verdict(folder)
    seconds = time.monotonic() - started
    return Heard(judge=judge.name, checks=checks, verdict=verdict, seconds=seconds)


def findings(of: Iterable[Heard]) -> list[Finding]:
    """Those of all judges."""
    return sorted(finding for one in of for finding in one.verdict.findings)


def waived() -> tuple[Waiver, ...]:
    """What is let pass of what these judges say of stacks."""
    return waivers.read(judge.name for judge in JUDGES)
