"""What commands that move a stack hand to the releases: this machine, its engine."""

from stacks.machine.virtualenv import ROOT
from stacks.offline.errors import Interrupted, OfflineError
from stacks.releases.delivery import Delivery, Stopped, Undelivered
from stacks.releases.ledger import Ledger
from stacks.settings.stack import StackSettings

from .console import say
from .engines import PulumiFailed, stack_engine
from .prepared import bring_up_shared, prepare


def delivery_of(stack: str, ledger: Ledger) -> Delivery:
    """What brings the stack to what its file says, on this machine."""
    return Delivery(root=ROOT, stack=stack, ledger=ledger, up=_up, say=say)


def _up(stack: str) -> None:
    settings = StackSettings.read(ROOT, stack)
    prepare(settings)
    bring_up_shared(settings)
    try:
        stack_engine(stack).up(stack)
    except Interrupted as error:
        raise Stopped(str(error)) from None
    except OfflineError as error:
        raise Undelivered(str(error)) from None
    except PulumiFailed as error:
        raise Undelivered(f"pulumi up ended with {error.code}") from None
