"""What a registry is told of a stack that is verified."""

from msgspec import MsgspecError

from model_image.environment import Say
from model_image.errors import PackError
from stacks.settings.stack import StackSettings

from .ledger import Ledger
from .ledger.event import LedgerError, Release
from .ledger.history import History
from .naming import moving_tags
from .registry.images import Images
from .registry.mirror import mirror


def publish(
    stack: str, settings: StackSettings, release: Release, ledger: Ledger, say: Say
) -> None:
    """
    Tell in the registry what is verified in a stack.

    `1.4`, `1` and `latest` go forward only. The stack's own tag and prod's `stable`
    follow what runs, back too. What the ledger knows of the release is attached to the
    image. A registry that takes none of it is told of: the release runs all the same.
    """
    history = History(ledger.events())
    if ledger.blind:  # whether a tag goes back cannot be seen
        say(f"the registry is not told that {stack} runs {release}: {ledger.blind}")
        return
    tags = [*moving_tags(history, release), stack]
    if settings.tier == "prod":
        tags.append("stable")
    tags = [tag for tag in tags if settings.registry.moves(tag)]
    try:
        Images(settings, release.name).tag(release.digest or "", *tags)
        mirror(settings, release, history)
    except (PackError, LedgerError, MsgspecError) as error:
        say(f"the registry does not know yet that {stack} runs {release}: {error}")
