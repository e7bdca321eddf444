"""`dashboard`: a Grafana dashboard of what a stack runs."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from components.dashboard import dashboard
from model_image.server.manifest import Manifest
from stacks.machine.virtualenv import ROOT
from stacks.observe.observer import observer_for
from stacks.releases.lock import Refused
from stacks.releases.registry.images import Images
from stacks.settings.cloud import CloudPlatform
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .output import write

Output = Annotated[
    Path | None, typer.Option(help="Where it is written; else it is printed.")
]


def run(stack: Stack, output: Output = None) -> None:
    """Write a Grafana dashboard of the model that a stack runs, to import anywhere."""
    text = json.dumps(dashboard(_manifest(stack)), indent=1)
    if output is None:
        typer.echo(text)
        return
    write(output, text)
    out.print(f"wrote {output}; import it in Grafana, with a Prometheus as `slipway`")


def _manifest(stack: str) -> Manifest:
    settings = StackSettings.read(ROOT, stack)
    observer = observer_for(stack, settings)
    replicas = observer.replicas()
    if not replicas:
        raise Refused(f"{stack} runs no replica, so there is no model to show")
    if isinstance(settings.platform, CloudPlatform):  # no copy can be asked for a file
        return Images(settings, replicas[0].model).manifest(replicas[0].digest)
    # The server that runs it has read the same file.
    return msgspec.json.decode(observer.manifest(replicas[0].id), type=Manifest)
