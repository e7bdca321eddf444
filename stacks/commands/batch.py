"""`batch`: a job of a stack's file, begun now."""

from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out, say

Name = Annotated[str, typer.Argument(help="The job, as slipway:batch names it.")]
Detach = Annotated[bool, typer.Option("--detach", help="Do not wait for its end.")]

_ELSEWHERE = {
    True: "one machine, where the image does it: docs/batch.md",
    False: "a cloud, whose scheduler begins its jobs; slipway:batch says when",
}
"""By whether it is one machine."""


def run(stack: Stack, name: Name, detach: Detach = False) -> None:
    """Begin a batch job of a stack over its cluster, and follow it to its end."""
    settings = StackSettings.read(ROOT, stack)
    if settings.platform.kind != "kubernetes":
        raise Refused(
            f"{stack} runs on {_ELSEWHERE[settings.platform.kind == 'local']}"
        )
    # Its client takes a third of a second to import, which other commands need not.
    from stacks.observe.kubernetes.job import Job

    job = Job(stack, settings, name)
    job.begin()
    out.print(job.name)
    if not detach:
        job.follow(lambda done, all: say(f"{done} of {all} shards are done"))
