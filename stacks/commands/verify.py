"""`verify`: prove again what a stack runs."""

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger import ledger_for
from stacks.releases.recheck import recheck
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out


def run(stack: Stack) -> None:
    """Prove what a stack runs (digest, health, example); the ledger records it."""
    serving = recheck(stack, StackSettings.read(ROOT, stack), ledger_for(ROOT))
    first = serving[0]
    out.print(
        f"{stack}: {first.model} {first.version} verified on {len(serving)} of "
        f"{len(serving)} replicas\n{first.digest}"
    )
