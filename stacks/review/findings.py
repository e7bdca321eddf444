"""What the rule book holds against a change, and what it let pass before."""

from collections.abc import Iterator

from stacks.rules import Finding, Judged, Waiver

from . import record


def findings(before: Judged, after: Judged) -> Iterator[record.Finding]:
    """Every finding; new are those that were none, or that a waiver let pass."""
    known = {*before.open, *before.waived}
    for one in after.open:
        yield _told(one, None, one not in known)
    for one, waiver in after.waived:
        yield _told(one, waiver, (one, waiver) not in known)


def _told(one: Finding, waiver: Waiver | None, new: bool) -> record.Finding:
    told = waiver and f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
    return record.Finding(
        rule=one.rule,
        resource=one.resource,
        sentence=one.sentence,
        new=new,
        waived=told or "",
    )
