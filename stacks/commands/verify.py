"""`verify`: prove again what a stack runs."""

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger import ledger_for
from stacks.releases.recheck import recheck
from stacks.settings.stack import StackSettings

from .argument import Stack
from .console import out, say


def run(stack: Stack) -> None:
    """Prove what a stack runs (digest, health, example); the ledger records it."""
    settings = StackSettings.read(ROOT, stack)
    ledger = ledger_for(ROOT, remote=settings.ledger.remote)
    serving = recheck(stack, settings, ledger)
    if ledger.notice:
        say(ledger.notice)
    first = serving[0]
    out.print(
        f"{stack}: {first.model} {first.version} verified on {len(serving)} of "
        f"{len(serving)} replicas\n{first.digest}"
    )
