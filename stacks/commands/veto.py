"""`veto`: bar a release from a stack and from all that follow it."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger.history import History
from stacks.releases.lock import Refused
from stacks.releases.naming import only
from stacks.settings.line import line_of
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .recorded import ledger_of

Version = Annotated[str, typer.Argument(help="The release's version, or its digest.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for others.")]
Lift = Annotated[bool, typer.Option("--lift", help="End the veto.")]


def run(
    stack: Stack, version: Version, reason: Reason = None, lift: Lift = False
) -> None:
    """Bar a release from a stack, and from every stack after it; or end that."""
    settings = StackSettings.read(ROOT, stack)
    with ledger_of(settings) as ledger:
        history = History(ledger.events())
        release = only(history, (stack, *line_of(ROOT, settings)), version, settings)
        if lift:
            veto = history.veto([stack], release)
            if veto is None:
                raise Refused(f"{release} is not vetoed in {stack}")
            evidence = {"lifts": veto.id, "reason": reason}
            ledger.append("lifted", stack, release, evidence=evidence)
            told = f"{release} may go to {stack} again, when its gates pass"
        else:
            if reason is None:
                raise typer.BadParameter("others need a --reason")
            ledger.append("vetoed", stack, release, evidence={"reason": reason})
            told = (
                f"{release} may not be deployed to {stack}, nor to any stack after it"
            )
    out.print(told)
