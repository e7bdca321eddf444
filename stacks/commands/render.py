"""`render`: a stack's service as plain Kubernetes manifests."""

from pathlib import Path
from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.offline import declare
from stacks.releases.built import image_of
from stacks.releases.lock import Lock, Refused
from stacks.render.manifests import rendered
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .output import write

Output = Annotated[
    Path | None, typer.Option(help="Where the file is written; else it is printed.")
]


def run(stack: Stack, output: Output = None) -> None:
    """Write what a stack runs in its cluster as manifests, for GitOps and reviews."""
    settings = StackSettings.read(ROOT, stack)
    if settings.platform.kind != "kubernetes":
        raise Refused(
            f"{stack} runs on the {settings.platform.kind} platform; manifests are of "
            "stacks that run on kubernetes"
        )
    if settings.tier == "shared" or not (settings.image or settings.package):
        raise Refused(f"{stack} runs no service, for nothing is promoted to it yet")
    # What the lock refuses to `up` must not come in by another door.
    Lock.on(ROOT, stack, settings, "declare").require_admitted()
    declared = declare(ROOT, stack)
    text = rendered(stack, declared, image_of(ROOT, stack, settings, declared)).text()
    if output is None:
        out.file.write(text)
        return
    write(output, text)
    out.print(f"wrote {output}; next: kubectl apply --server-side --filename {output}")
