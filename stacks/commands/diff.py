"""`diff`: what a change does to every stack, without a credential."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.offline.contained import require_containment
from stacks.releases.ledger import ledger_for
from stacks.releases.ledger.history import History
from stacks.review.change import Change
from stacks.review.release import Releases

from .console import say
from .reviewed import Format, Output, leave

Stacks = Annotated[list[str] | None, typer.Argument(help="All, when none is named.")]


def run(
    stacks: Stacks = None,
    base: Annotated[
        str, typer.Option(help="The revision that the change starts from.")
    ] = "HEAD",
    head: Annotated[
        str | None, typer.Option(help="Where it ends; else the clone as it stands.")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How it is told.")] = "text",
    output: Output = None,
    answers: Annotated[
        bool, typer.Option(help="Ask both versions of a model for answers, isolated.")
    ] = True,
    trusted: Annotated[
        bool, typer.Option("--trusted", help="Do not contain the programs.")
    ] = False,
    seconds: Annotated[
        float, typer.Option(help="How long the programs may take, all together.")
    ] = 120,
) -> None:
    """
    Say what a change does: releases, resources, limits, alerts, permissions.

    Both revisions are declared where they see no network, no environment and no file
    of this machine. Exit 1 where a program fails or a rule is newly broken.
    """
    if not trusted:
        require_containment()
    releases = Releases(_history, say, answers=answers)
    change = Change(root=ROOT, base=base, head=head)
    review = change.review(stacks or [], releases, seconds=seconds, trusted=trusted)
    leave(review, form, output)


def _history() -> History:
    return History(ledger_for(ROOT).events())
