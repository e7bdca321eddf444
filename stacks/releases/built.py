"""Which image a stack runs, told without an engine."""

from pathlib import Path

from stacks.offline import Declaration
from stacks.settings.stack import StackSettings

from .ledger import ledger_for
from .ledger.history import History
from .lock import Refused


def image_of(
    root: Path, stack: str, settings: StackSettings, declared: Declaration
) -> str:
    """What the stack runs, by digest: promoted, or the last that was built of it."""
    if settings.image:
        return settings.reference
    image = declared.only("docker-build:index:Image", "model").inputs
    ledger = ledger_for(root, remote=settings.ledger.remote)
    release = History(ledger.events()).built(image["labels"]["slipway.recipe"])
    if release is None:
        raise Refused(
            f"{stack}: {settings.package} is not built as it is now; `python -m stacks "
            f"up {stack}` builds it"
        )
    return f"{settings.repository(release.name)}@{release.digest}"
