"""`preview`: what `up` would change."""

import shutil
import subprocess
from typing import Annotated

import typer

from stacks.machine.virtualenv import ROOT
from stacks.releases.lock import Refused
from stacks.review.preview import previewed
from stacks.review.record import Review
from stacks.settings.stack import StackSettings

from .argument import Stack
from .engines import stack_engine
from .prepared import prepare
from .reviewed import Format, Output, leave


def run(
    stack: Stack,
    form: Annotated[
        Format | None, typer.Option("--format", help="As a review; needs Pulumi.")
    ] = None,
    output: Output = None,
) -> None:
    """Show what `up` would change, and change nothing."""
    settings = StackSettings.read(ROOT, stack)
    if form is None and output is None:
        prepare(settings)
        stack_engine(stack).preview(stack)
        return
    leave(_review(stack, settings), form or "text", output)


def _review(stack: str, settings: StackSettings) -> Review:
    """What the CLI says, also where it fails; a pull request hears of that too."""
    if not shutil.which("pulumi"):
        raise Refused(
            f"a review of what would change in {stack} needs the Pulumi CLI; `python "
            "-m stacks diff --base main` tells what a change does without it"
        )
    command = ["pulumi", "preview", "--json", "--non-interactive", "--stack", stack]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = previewed(stack, done.stdout, done.stderr, settings, ROOT)
    return Review(source="preview", stacks=(told,))
