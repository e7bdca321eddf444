"""What the rule book holds against a change, and what it let pass before."""

from collections.abc import Iterator, Sequence

from stacks.rules import Finding, Judged, Waiver
from stacks.rules.waivers import OURS

from . import record


def findings(before: Judged, after: Judged) -> Iterator[record.Finding]:
    """Every finding; new are those that were none, or that a waiver let pass."""
    known = {*before.open, *before.waived}
    for one in after.open:
        yield _told(one, None, one not in known)
    for one, waiver in after.waived:
        yield _told(one, waiver, (one, waiver) not in known)


def idle(
    waivers: Sequence[Waiver], stacks: Sequence[record.StackReview]
) -> Iterator[str]:
    """Waivers of rules that are about nothing, where these are all stacks there are."""
    if any(stack.error for stack in stacks):
        return  # what was not declared may have needed them
    found = [
        (one.rule, f"{stack.stack}/{one.resource}")
        for stack in stacks
        for one in stack.findings
    ]
    for waiver in waivers:
        about = any(waiver.is_about(OURS, *finding) for finding in found)
        if waiver.judge == OURS and not about:
            yield str(waiver)


def _told(one: Finding, waiver: Waiver | None, new: bool) -> record.Finding:
    told = waiver and f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
    return record.Finding(
        rule=one.rule,
        resource=one.resource,
        sentence=one.sentence,
        new=new,
        waived=told or "",
    )
