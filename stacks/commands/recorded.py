"""The ledger that a command works with, and what its user must know of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from stacks.machine.virtualenv import ROOT
from stacks.releases.ledger import Ledger, ledger_for
from stacks.settings.stack import StackSettings

from .console import say


@contextmanager
def ledger_of(settings: StackSettings | None) -> Iterator[Ledger]:
    """The ledger, as a stack's file has it shared; at the end, its notice is told."""
    ledger = ledger_for(ROOT, remote=settings.ledger.remote if settings else None)
    yield ledger
    if ledger.notice:
        say(ledger.notice)
