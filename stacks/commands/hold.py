"""`hold`: keep a stack at what it runs, until the hold is lifted."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger.history import History
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .recorded import ledger_of

Reason = Annotated[str | None, typer.Option("--reason", help="Why, for others.")]
Lift = Annotated[bool, typer.Option("--lift", help="End the hold.")]


def run(stack: Stack, reason: Reason = None, lift: Lift = False) -> None:
    """Let nothing but what a stack runs be deployed to it, or end that."""
    settings = StackSettings.read(ROOT, stack)
    with ledger_of(settings) as ledger:
        history = History(ledger.events())
        hold = history.hold(stack)
        if lift:
            if hold is None:
                raise Refused(f"{stack} is not held")
            evidence = {"lifts": hold.id, "reason": reason}
            ledger.append("lifted", stack, hold.release, evidence=evidence)
            told = f"{stack} is no longer held at {hold.release}"
        else:
            if reason is None:
                raise typer.BadParameter("others need a --reason")
            release = history.current(stack)
            if release is None:
                raise Refused(f"{stack} has verified nothing that it could be held at")
            ledger.append("held", stack, release, evidence={"reason": reason})
            told = f"{stack} is held at {release}"
    out.print(told)
