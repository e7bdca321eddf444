"""`preview`: what `up` would change."""

from stacks.machine.virtualenv import ROOT
from stacks.settings.stack import StackSettings

from .argument import Stack
from .engines import stack_engine
from .prepared import prepare


def run(stack: Stack) -> None:
    """Show what `up` would change, and change nothing."""
    prepare(StackSettings.read(ROOT, stack))
    stack_engine(stack).preview(stack)
