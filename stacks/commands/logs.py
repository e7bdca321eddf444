"""`logs`: what the replicas of a stack say."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.observe.observer import observer_for
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings

from .argument import Stack

Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")]


def run(stack: Stack, follow: Follow = False) -> None:
    """Print the log of a stack's newest replica, or follow it."""
    observer = observer_for(stack, StackSettings.read(ROOT, stack))
    replicas = observer.replicas()
    if not replicas:
        raise Refused(f"{stack} runs no replica")
    for text in observer.logs(replicas[0].id, follow=follow):
        typer.echo(text, nl=False)
