"""Back to a release that was verified here: a hold first, then the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model_image.environment import Say
from stacks.settings.line import line_of
from stacks.settings.stack import StackSettings

from .delivery import Delivery, Stranded, Undelivered
from .ledger import Ledger
from .ledger.event import Event, Release
from .ledger.history import History
from .lock import Refused
from .publication import publish


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """
    Takes a stack back, in an order that no pipeline can undo.

    The hold is written before anything moves: whatever would take the stack forward
    again is refused from then on. Soak, hours and approvals are not asked, health is.
    """

    root: Path
    stack: str
    ledger: Ledger
    deliver: Callable[[], Delivery]
    say: Say

    def release(self, version: str | None) -> Release:
        """What to go back to: the one asked for, else the last one verified here."""
        settings = StackSettings.read(self.root, self.stack)
        if settings.upstream is None:
            raise Refused(
                f"{self.stack} builds what it runs; name the package of before in its "
                f"file, then run python -m stacks up {self.stack}"
            )
        history = History(self.ledger.events())
        if version is not None:
            standing = list(history.standing(self.stack))
            for one in standing:
                if version in (one.version, one.digest):
                    return one
            known = ", ".join(sorted({one.version for one in standing})) or "nothing"
            raise Refused(
                f"{self.stack} can not go back to {version}: it stands verified on "
                f"{known} there"
            )
        if begun := _unfinished(history, self.stack):
            return begun.release
        left, line = history.leaving(self.stack), line_of(self.root, settings)
        if left and (back := history.way_back(self.stack, left.digest or "", line)):
            return back
        raise Refused(f"{self.stack} has verified nothing else to go back to")

    def run(self, release: Release, reason: str) -> None:
        """Hold the stack at the release, then bring it there, verified."""
        history = History(self.ledger.events())
        begun = _unfinished(history, self.stack)
        if begun is None or begun.release.digest != release.digest:
            left = history.leaving(self.stack)
            evidence = {
                "reason": reason,
                "rollback": True,
                "left": left.digest if left else None,
            }
            begun = self.ledger.append("held", self.stack, release, evidence=evidence)
        try:
            self.deliver().deliver(release, back=True)
        except Undelivered as error:
            raise Stranded(
                f"{self.stack} could not be taken back to {release}: {error}; it is "
                "held there, and what ran before still runs"
            ) from None
        told = {"reason": reason, "left": begun.evidence.get("left")}
        self.ledger.append("rolled-back", self.stack, release, evidence=told)
        settings = StackSettings.read(self.root, self.stack)
        publish(self.stack, settings, release, self.ledger, self.say)


def _unfinished(history: History, stack: str) -> Event | None:
    """The hold of a rollback that was cut off before its end, if it still counts."""
    hold = history.hold(stack)
    if hold is None or not hold.evidence.get("rollback"):
        return None
    later = history.events[history.events.index(hold) + 1 :]
    mine = [event for event in later if event.stack == stack]
    if any(event.kind == "rolled-back" for event in mine):
        return None
    return hold if history.stands(stack, hold.release.digest or "") else None
