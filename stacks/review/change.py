"""All that a change does, from two revisions of the clone."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from model_image.errors import PackError
from stacks.rules.waivers import FILE, read_waivers
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings, stack_names

from .bytecode import compiled
from .compared import compared
from .declared import Declared, declared
from .findings import idle
from .record import Review, StackReview
from .release import Releases, fetch
from .revision import commit_of, merge_base, unpack
from .sandboxes import Sandboxes


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
        how: dict[str, Any] = {"seconds": seconds, "trusted": trusted}
        with (
            TemporaryDirectory(prefix="slipway-") as scratch,
            Sandboxes(self.root, Path(scratch), **how) as sandboxes,
        ):
            for stack in _asked(self.root, stacks):
                sandboxes.of(self.root, stack)  # what they import is there by then
            revisions = parted, self.head and tip
            roots = Path(scratch, "before"), Path(scratch, "after")
            # One after the other, so that no program of the change can do a thing
            # while the base's still run, and the change is unpacked meanwhile.
            with ThreadPoolExecutor(1) as pool:
                whole = [*map(partial(pool.submit, self._unpack), revisions, roots)]
                before, after = (
                    _declared(root, done, stacks, sandboxes)
                    for root, done in zip(roots, whole, strict=True)
                )
            told = tuple(
                compared(one, before.get(one), after.get(one), releases)
                for one in sorted({*before, *after})
            )
            left = () if stacks else _idle(roots[1], told)
        return Review(
            source="diff",
            before=f"{self.base} ({parted[:10]})",
            after=f"{self.head} ({tip[:10]})" if self.head else "as it is on disk",
            contained=not trusted,
            stacks=told,
            idle=left,
        )

    def _unpack(self, revision: str | None, folder: Path) -> None:
        unpack(self.root, revision, folder)
        compiled(folder)


def _asked(root: Path, stacks: Sequence[str]) -> list[str]:
    return [one for one in stack_names(root) if not stacks or one in stacks]


def _declared(
    root: Path, unpacked: Future[None], stacks: Sequence[str], sandboxes: Sandboxes
) -> dict[str, Declared]:
    unpacked.result()
    asked = _asked(root, stacks)
    _fetch(root, asked)
    return declared(root, asked, sandboxes)


def _idle(root: Path, told: Sequence[StackReview]) -> tuple[str, ...]:
    with suppress(SettingsError):  # which every stack says of itself
        return tuple(idle(read_waivers(root / FILE), told))
    return ()


def _fetch(root: Path, stacks: Sequence[str]) -> None:
    """Packages that are kept elsewhere; of what fails here its program says more."""
    for stack in stacks:
        with suppress(SettingsError, PackError):
            fetch(root, StackSettings.read(root, stack))
