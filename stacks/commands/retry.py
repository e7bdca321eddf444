"""`retry`: let a deployment that failed verification be tried again."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger.history import History
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .recorded import ledger_of

Reason = Annotated[str, typer.Option("--reason", help="Why it should do better now.")]


def run(stack: Stack, reason: Reason) -> None:
    """Let the deployment that last failed in a stack be tried again by the next up."""
    settings = StackSettings.read(ROOT, stack)
    with ledger_of(settings) as ledger:
        failure = History(ledger.events()).last_failure(stack)
        if failure is None:
            raise Refused(
                f"{stack}: nothing has failed verification here since it last passed"
            )
        ledger.append(
            "retried", stack, failure.release, failure.deployment, {"reason": reason}
        )
    out.print(f"{failure.release} may be tried again: python -m stacks up {stack}")
