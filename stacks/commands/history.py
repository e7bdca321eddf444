"""`history`: what happened to a stack's releases, newest first."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger import ledger_for
from stacks.releases.ledger.event import Event
from stacks.settings.stack import StackSettings

from .argument import Json
from .console import out, say

Stacks = Annotated[str | None, typer.Argument(help="All, when none is named.")]
Count = Annotated[int, typer.Option("-n", min=1, help="How many.")]
_SIGN = {
    "verified": "green",
    "failed": "red",
    "vetoed": "red",
    "held": "yellow",
    "rolled-back": "yellow",
    "overridden": "yellow",
    "break-glass": "red",
}


def run(stack: Stacks = None, n: Count = 30, as_json: Json = False) -> None:
    """Show what happened, who did it and why: all of it is in the ledger."""
    remote = StackSettings.read(ROOT, stack).ledger.remote if stack else None
    ledger = ledger_for(ROOT, remote=remote)
    events = [one for one in ledger.events() if stack in (None, one.stack)][-n:]
    if ledger.notice:
        say(ledger.notice)
    if as_json:
        out.print_json(data=[_record(one) for one in events])
        return
    table = Table(box=None, pad_edge=False)
    for column in ("WHEN (UTC)", "STACK", "WHAT", "RELEASE", "BY", "WHY"):
        table.add_column(column, overflow="fold")
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
