"""Where a stack is otherwise than its file and its program say."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stacks.observe.observer import observer_for
from stacks.observe.registry import answers
from stacks.observe.replica import Observer
from stacks.offline import declare
from stacks.settings.stack import StackSettings

from .ledger import ledger_for
from .ledger.history import History
from .standing import Standing, standing


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """One stack, compared with all that is declared of it."""

    stack: str
    standing: Standing | None
    """None of a shared stack, which runs no release."""
    diverged: tuple[str, ...]
    """A sentence each; none where everything that was looked at is as declared."""
    remedy: str | None
    """What puts it back."""
    not_looked_at: tuple[str, ...]
    """The kinds of what is declared and was not compared: nothing is claimed of it."""

    def record(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


def divergence(root: Path, stack: str) -> Divergence:
    """Ask the ledger, the program and the platform; raises what keeps one from it."""
    settings = StackSettings.read(root, stack)
    observer = observer_for(stack, settings)
    stands = None
    if settings.tier != "shared":
        stands = stands_now(root, stack, settings, observer)
    changes = observer.changed_by_hand(declare(root, stack).resources)
    diverged = (*_divergences(settings, stands), *changes.found)
    by_hand = _put_back(stack, observer) if changes.found else _BRING.format(stack)
    return Divergence(
        stack=stack,
        standing=stands,
        diverged=diverged,
        remedy=by_hand if diverged else None,
        not_looked_at=changes.not_looked_at,
    )


def stands_now(
    root: Path, stack: str, settings: StackSettings, observer: Observer
) -> Standing:
    """How the stack stands, asked of the ledger and of its platform."""
    history = History(ledger_for(root, remote=settings.ledger.remote).events())
    return standing(stack, settings, history, observer.replicas(), observer.canaries())


def _divergences(settings: StackSettings, stands: Standing | None) -> Iterator[str]:
    if stands is None and not answers(settings.registry.address):
        yield f"the registry at {settings.registry.address} does not answer"
    if stands and stands.divergence:
        yield stands.divergence


def _put_back(stack: str, observer: Observer) -> str:
    """
    What an engine compares is what it did last, and not what somebody did since.

    Of what is gone the offline engine learns, and Pulumi by a refresh.
    """
    engines = observer.engines()
    if "pulumi" in engines:
        return (
            f"`pulumi up --refresh --stack {stack}` puts back what is declared; what "
            "nobody declares is taken away where it was made"
        )
    if engines:
        return (
            f"{_BRING.format(stack)} where it is gone; what was changed is removed "
            "first (`docker rm --force`)"
        )
    return _BRING.format(stack)


_BRING = "`python -m stacks up {}` puts it back"
