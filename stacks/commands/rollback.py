"""`rollback`: take a stack back to a release that was verified in it."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.promotion import alone
from stacks.releases.pull_request import pull_request
from stacks.releases.rollback import Rollback
from stacks.settings.stack import StackSettings

from .argument import Stack, Yes
from .console import ask, out, say
from .delivered import delivery_of
from .recorded import ledger_of
from .requested import requested

To = Annotated[
    str | None, typer.Option("--to", help="A version; else the one verified before.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the ledger.")]
Open = Annotated[
    bool, typer.Option("--open", help="Ask on GitHub for the file to say so too.")
]


def run(
    stack: Stack,
    to: To = None,
    reason: Reason = "rolled back",
    opened: Open = False,
    yes: Yes = False,
) -> None:
    """Take a stack back, verified, and hold it there; no gate is asked but health."""
    settings = StackSettings.read(ROOT, stack)
    with ledger_of(settings) as ledger:
        rollback = Rollback(
            root=ROOT,
            stack=stack,
            ledger=ledger,
            deliver=lambda: delivery_of(stack, ledger),
            say=say,
        )
        with alone(stack):
            release = rollback.release(to)
            if not yes:
                ask(f"take {stack} back to {release}?")
            rollback.run(release, reason)
    out.print(
        f"{stack} runs {release}, verified, and is held there; when it may go forward "
        f"again: python -m stacks hold {stack} --lift"
    )
    if opened:
        made = pull_request(ROOT, stack, release, (), back=reason)
        out.print(f"{stack} in its file: {requested(made, opened=True)}", markup=False)
