"""What the judges' findings are once the waivers have been heard."""

from collections.abc import Iterable
from datetime import date

from stacks.rules.waivers import FILE, OURS, Waiver, read_waivers
from tests.estate import ROOT

from .verdict import Finding


def read(judges: Iterable[str] | None = None) -> tuple[Waiver, ...]:
    """Those of the clone, or of some judges alone."""
    named = None if judges is None else {*judges}
    every = read_waivers(ROOT / FILE)
    return tuple(one for one in every if named is None or one.judge in named)


def unwaived(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> list[Finding]:
    """What no waiver that is still good is about."""
    good = [one for one in waivers if not one.fault(today)]
    return sorted(one for one in findings if not any(_waives(w, one) for w in good))


def mistakes(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> list[str]:
    """What is wrong with the waivers themselves, a sentence for each."""
    found = list(findings)
    told = []
    for one in waivers:
        if fault := one.fault(today):
            told.append(fault)
        # What our own rules find depends on the stack, and no stack is judged here.
        used = one.judge == OURS or any(_waives(one, finding) for finding in found)
        if not used:
            told.append(f"{one}, waives nothing any more: remove it")
    return told


def _waives(one: Waiver, finding: Finding) -> bool:
    return one.is_about(finding.judge, finding.check, finding.object)
