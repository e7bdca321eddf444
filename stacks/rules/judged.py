"""What the rule book says of a stack, once the waivers have been heard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from stacks.settings.stack import StackSettings

from .book import Finding, broken
from .declared import Asked, read
from .told import Resource
from .waivers import FILE, OURS, Waiver, read_waivers


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Every finding of a stack, once: it is either open or waived."""

    open: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    """Each with the first waiver that is about it and holds today."""
    expired: tuple[str, ...]
    """A sentence for each waiver that is about what is open, and holds no more."""


def judged(
    root: Path, stack: str, resources: Sequence[Resource], today: date
) -> Judged:
    """What these resources break of the clone's stack; raises SettingsError."""
    asked = Asked.of(StackSettings.read(root, stack))
    findings = broken(read(resources, asked), asked)
    return sorted_out(findings, stack, read_waivers(root / FILE), today)


def sorted_out(
    findings: Iterable[Finding], stack: str, waivers: Sequence[Waiver], today: date
) -> Judged:
    """The findings of a stack by whether a waiver lets them pass today."""
    left: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    expired: dict[str, None] = {}
    for finding in dict.fromkeys(findings):
        name = f"{stack}/{finding.resource}"
        about = [one for one in waivers if one.is_about(OURS, finding.rule, name)]
        if good := [one for one in about if not one.fault(today)]:
            waived.append((finding, good[0]))
        else:
            left.append(finding)
            expired |= {fault: None for one in about if (fault := one.fault(today))}
    return Judged(open=tuple(left), waived=tuple(waived), expired=tuple(expired))
