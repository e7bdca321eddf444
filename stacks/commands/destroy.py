"""`destroy`: remove what a stack runs."""

from typing import Annotated

import typer

from stacks.machine.docker import require_docker
from stacks.machine.stored import remove_stored
from stacks.machine.virtualenv import ROOT
from stacks.observe.monitoring import watched_now
from stacks.releases.lock import Refused
from stacks.settings.kubernetes import KubernetesPlatform
from stacks.settings.stack import StackSettings

from .argument import Stack, Yes
from .console import say
from .engines import stack_engine

Data = Annotated[
    bool, typer.Option("--data", help="Also remove what is stored: images, volumes.")
]


def run(stack: Stack, data: Data = False, yes: Yes = False) -> None:
    """Remove what a stack runs; what it stored stays, unless --data says otherwise."""
    settings = StackSettings.read(ROOT, stack)
    what = "everything it runs and stores" if data else "everything it runs"
    if not yes:
        typer.confirm(f"Destroy {stack}: {what}?", abort=True)
    if settings.platform.kind == "local":
        require_docker(say)
        _require_unwatched(stack, settings)
    elif settings.platform.kind == "kubernetes" and settings.tier != "shared":
        _require_alone(stack, settings.platform)
    stack_engine(stack).destroy(stack, data=data)
    if data and settings.platform.kind == "local":
        remove_stored(stack, settings)


def _require_alone(stack: str, platform: KubernetesPlatform) -> None:
    """In the cluster that is meant, and in a namespace that takes no others along."""
    from stacks.observe.kubernetes.obstacles import others_in
    from stacks.settings.cluster import Cluster

    others = others_in(stack, Cluster(platform))
    if others and platform.create_namespace:
        raise Refused(
            f"{stack} owns the namespace {platform.namespace}, in which is "
            f"{', '.join(others)} too; destroy that first"
        )


def _require_unwatched(stack: str, settings: StackSettings) -> None:
    """What others are in cannot go first, and half of it would be gone by then."""
    if settings.tier != "shared":
        return
    if others := watched_now(stack, settings.monitoring.port):
        raise Refused(
            f"{stack} watches {', '.join(others)}; destroy that first, or take "
            "slipway:monitoring.port out of its file and bring it up"
        )
