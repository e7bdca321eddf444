"""`compose`: a stack's service as a Compose file, with an application beside it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from stacks.compose.file import MARK, compose_text
from stacks.compose.source import Source
from stacks.machine.virtualenv import ROOT
from stacks.offline import declare
from stacks.releases.built import image_of
from stacks.releases.lock import Refused
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .output import one_sentence, write

Output = Annotated[Path, typer.Option(help="Where the file is written.")]
_DEFAULT = Path("docker-compose.yaml")


def run(stack: Stack, output: Output = _DEFAULT) -> None:
    """Write a Compose file with the model, an application that calls it, Prometheus."""
    settings = StackSettings.read(ROOT, stack)
    _require_service(stack, settings)
    _require_ours(output)
    declared = declare(ROOT, stack)
    source = Source(
        stack=stack,
        settings=settings,
        declared=declared,
        image=image_of(ROOT, stack, settings, declared),
        clone=os.path.relpath(ROOT, output.absolute().parent),
    )
    write(output, compose_text(source))
    out.print(f"wrote {output}; next: docker compose --file {output} up")


def _require_service(stack: str, settings: StackSettings) -> None:
    if settings.platform.kind != "local":
        raise Refused(
            f"{stack} runs on {settings.platform.kind}; `python -m stacks render "
            f"{stack}` writes its manifests"
        )
    if settings.tier == "shared":
        raise Refused(f"{stack} runs no service; name a stack that does")
    if settings.image is None and settings.package is None:
        raise Refused(
            f"{stack} has no slipway:image, for nothing is promoted to it yet; name a "
            "stack that runs a model"
        )


def _require_ours(output: Path) -> None:
    """Only a file that this command wrote is written over."""
    with one_sentence(output):
        if output.exists() and not output.read_bytes().startswith(MARK.encode()):
            raise Refused(
                f"{output} exists and was not made by this command; name another file "
                "with --output"
            )
