"""`history`: what happened to a stack's releases, newest first."""

from typing import Annotated, Any

import typer
from rich.markup import escape

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger.event import Event
from stacks.releases.lock import Refused
from stacks.releases.registry.mirror import mirrored
from stacks.settings.stack import StackSettings

from .argument import Json
from .console import columns, out
from .recorded import ledger_of

Stacks = Annotated[str | None, typer.Argument(help="All, when none is named.")]
OfImage = Annotated[
    bool, typer.Option("--image", help="Of the stack's release, without the ledger.")
]
Count = Annotated[int, typer.Option("-n", min=1, help="How many.")]
_COLUMNS = ("WHEN (UTC)", "STACK", "WHAT", "RELEASE", "BY", "WHY")
_SIGN = {
    "verified": "green",
    "failed": "red",
    "vetoed": "red",
    "held": "yellow",
    "rolled-back": "yellow",
    "overridden": "yellow",
    "break-glass": "red",
}


def run(
    stack: Stacks = None, n: Count = 30, image: OfImage = False, as_json: Json = False
) -> None:
    """Show what happened, who did it and why: all of it is in the ledger."""
    events = _of_image(stack) if image else _of_ledger(stack)
    events = events[-n:]
    if as_json:
        out.print_json(data=[_record(one) for one in events])
        return
    table = columns(*_COLUMNS, overflow="fold")
    for one in reversed(events):
        colour = _SIGN.get(one.kind, "default")
        table.add_row(
            f"{one.at:%Y-%m-%d %H:%M:%S}",
            one.stack,
            f"[{colour}]{one.kind}[/{colour}]",
            str(one.release),
            escape(one.by),
            escape(_why(one)),
        )
    out.print(table)


def _of_ledger(stack: str | None) -> list[Event]:
    with ledger_of(StackSettings.read(ROOT, stack) if stack else None) as ledger:
        return [one for one in ledger.events() if stack in (None, one.stack)]


def _of_image(stack: str | None) -> list[Event]:
    settings = StackSettings.read(ROOT, stack) if stack else None
    if settings is None or settings.image is None:
        raise Refused("name a stack that has a slipway:image: its image is asked")
    return mirrored(settings, settings.image.name, settings.image.digest)


def _record(event: Event) -> dict[str, Any]:
    return {"hash": event.hash, **event.model_dump(mode="json", by_alias=True)}


def _why(event: Event) -> str:
    evidence = event.evidence
    if event.kind == "admitted":
        gates = evidence.get("gates")
        count = len(gates) if isinstance(gates, list) else 0
        return f"from {evidence.get('from')}, {count} gates"
    if event.kind == "overridden":
        return f"{evidence.get('gate')}: {evidence.get('reason')}"
    return str(evidence.get("reason") or "")
