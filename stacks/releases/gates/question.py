"""What every gate is asked: may this release go from there to here, now?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from model_image.server.manifest import Manifest
from stacks.observe.replica import Replica
from stacks.releases.ledger.event import Event, Release, now
from stacks.releases.ledger.history import History
from stacks.settings.stack import StackSettings


@dataclass(frozen=True, kw_only=True)
class Question:
    """A release on its way, and all that may be looked at to judge it."""

    root: Path
    """The clone, where reports and lists of people are."""
    release: Release
    source: str
    source_settings: StackSettings
    target: str
    target_settings: StackSettings
    line: tuple[str, ...]
    """The target's upstream and all before it."""
    history: History
    replicas: Callable[[], list[Replica]]
    """What runs in the source now."""
    manifest: Callable[[str], Manifest]
    """The manifest of the model in the image with this digest, from the registry."""
    platforms: Callable[[], tuple[str, ...]]
    """What the release's image was built for, from the registry."""
    author: str
    """Who asks."""
    blind: str | None = None
    """Why others' orders cannot be seen now."""
    scans: tuple[Path, ...] = ()
    """Reports that were named beside those in the clone."""
    at: datetime = field(default_factory=now)

    @property
    def digest(self) -> str:
        return self.release.digest or ""

    @property
    def incumbent(self) -> Release | None:
        """What the target runs now, as its last verification says."""
        return self.history.current(self.target)

    @property
    def serving(self) -> Event | None:
        """How the release was last verified in the source."""
        return self.history.last_verification(self.source, self.digest)
