"""All that a change does, from two revisions of the clone."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from model_image.errors import PackError
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings, stack_names

from .bytecode import compiled
from .compared import compared
from .declared import declared
from .record import Review
from .release import Releases, fetch
from .revision import commit_of, merge_base, unpack


@dataclass(frozen=True, kw_only=True)
class Change:
    """From where `base` and `head` parted to `head`; None is the clone as it stands."""

    root: Path
    base: str
    head: str | None

    def review(
        self,
        stacks: Sequence[str],
        releases: Releases,
        *,
        seconds: float,
        trusted: bool,
    ) -> Review:
        """What it does to these stacks, or to all; raises RevisionError."""
        tip = commit_of(self.root, self.head or "HEAD")
        parted = merge_base(self.root, commit_of(self.root, self.base), tip)
        with TemporaryDirectory(prefix="slipway-") as scratch:
            roots = Path(scratch, "before"), Path(scratch, "after")
            with ThreadPoolExecutor() as pool:
                revisions = parted, self.head and tip
                list(pool.map(self._unpack, revisions, roots))
            names = sorted({*stack_names(roots[0]), *stack_names(roots[1])})
            asked = [one for one in names if not stacks or one in stacks]
            for root in roots:
                _fetch(root, asked)
            before, after = declared(
                [(root, asked) for root in roots], seconds=seconds, trusted=trusted
            )
            told = tuple(
                compared(one, before.get(one), after.get(one), releases)
                for one in asked
            )
        return Review(
            source="diff",
            before=f"{self.base} ({parted[:10]})",
            after=f"{self.head} ({tip[:10]})" if self.head else "as it is on disk",
            contained=not trusted,
            stacks=told,
        )

    def _unpack(self, revision: str | None, folder: Path) -> None:
        unpack(self.root, revision, folder)
        compiled(folder)


def _fetch(root: Path, stacks: Sequence[str]) -> None:
    """Packages that are kept elsewhere; of what fails here its program says more."""
    for stack in {*stacks} & {*stack_names(root)}:
        with suppress(SettingsError, PackError):
            fetch(root, StackSettings.read(root, stack))
