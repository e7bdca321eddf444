"""`verify`: prove again what a stack runs."""

from stacks.machine.virtualenv import ROOT
from stacks.releases.recheck import recheck
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out
from .recorded import ledger_of


def run(stack: Stack) -> None:
    """Prove what a stack runs (digest, health, example); the ledger records it."""
    settings = StackSettings.read(ROOT, stack)
    with ledger_of(settings) as ledger:
        serving = recheck(stack, settings, ledger)
    first = serving[0]
    out.print(
        f"{stack}: {first.model} {first.version} verified on {len(serving)} of "
        f"{len(serving)} replicas\n{first.digest}"
    )
