"""What the ledger's events mean together: checked in order, then asked."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .event import Event, LedgerError, Release, sha256


def file_name(position: int) -> str:
    """
    The file of the event at a position, counted from 1.

    The position is the whole name, so two writers of the same place collide (in a
    folder, and in a git merge done by hand) where they would otherwise fork.
    """
    return f"{position:06}.json"


def replay(files: Mapping[str, bytes], tip: str | None, place: str) -> list[Event]:
    """
    The events of a ledger's files in order, or a LedgerError that names the file.

    Every file is as Slipway wrote it, none is missing, each event follows the one
    before it. `tip` is a hash kept apart from the files: without it nobody would miss
    the newest ones. It may lag behind, for a writer can die before moving it.
    """
    events: list[Event] = []
    names: dict[str, str] = {}
    for stray in sorted(name for name in files if not re.fullmatch(_NAME, name)):
        raise LedgerError(f"{stray!r} in {place} is not an event's file; remove it")
    for position in range(1, len(files) + 1):
        name = file_name(position)
        if name not in files:
            raise LedgerError(f"{name} is missing from {place}; put it back")
        event = Event.read(files[name], f"{name} in {place}")
        _require_successor(event, name, names, place)
        events.append(event)
        names[sha256(files[name])] = name
    # The first event's writer may have died before it left a tip; no later one's can.
    if tip not in names and (tip is not None or len(events) > 1):
        last = file_name(len(events)) if events else "no event"
        raise LedgerError(
            f"{place} ends with {last}, which is not the newest event that was written "
            f"({tip or 'unknown'}): events after it were removed, or it was edited; "
            "put back the files that Slipway wrote"
        )
    return events


_NAME = r"\d{6,}\.json"


def _require_successor(
    event: Event, name: str, names: Mapping[str, str], place: str
) -> None:
    """`names` are the files of the events before, in order, by hash."""
    before = [*names][-1] if names else None
    if event.parent == before:
        return
    if before is None:
        problem = f"comes first, yet names {event.parent} as the event before it"
    elif event.parent is None:
        problem = f"begins a second history, though it comes after {names[before]}"
    elif event.parent in names:
        problem = f"follows {names[event.parent]}, which is not the event before it"
    else:
        problem = (
            f"names {event.parent} as the event before it, but {names[before]} is "
            f"{before}: one of the two was edited or replaced"
        )
    raise LedgerError(f"{name} in {place} {problem}; put back what Slipway wrote")


@dataclass(frozen=True)
class History:
    """
    Questions to the events of one ledger; the last verification counts.

    Last is what comes last in the ledger, unless an earlier line tells of a later
    failure: what a clone recorded while it was offline comes in late.
    """

    events: Sequence[Event]

    def last_verification(self, stack: str, digest: str) -> Event | None:
        """How the digest was last verified in the stack, with whatever settings."""
        # In dev a release may fail before it has a digest: then its recipe failed.
        recipes = {release.recipe for release in self.releases_of(digest)} - {None}
        return _last(
            event
            for event in self._verifications(stack)
            if event.release.digest == digest
            or (event.release.digest is None and event.release.recipe in recipes)
        )

    def last_for_deployment(self, stack: str, deployment: str) -> Event | None:
        """How this very deployment, settings included, was last verified."""
        events = self._verifications(stack)
        return _last(event for event in events if event.deployment == deployment)

    def last_attempt(self, stack: str, deployment: str) -> Event | None:
        """How this very deployment last ended, or that a person lets it try again."""
        return _last(
            event
            for event in reversed(self.events)
            if event.stack == stack
            and event.deployment == deployment
            and event.kind in ("verified", "failed", "retried")
        )

    def last_failure(self, stack: str) -> Event | None:
        """The newest failure in the stack that still bars its deployment."""
        for event in self._verifications(stack):
            if event.kind == "failed" and event.deployment:
                last = self.last_attempt(stack, event.deployment)
                return event if last and last.kind == "failed" else None
        return None

    def built(self, recipe: str) -> Release | None:
        """The newest image built from a recipe."""
        for event in reversed(self.events):
            if event.kind == "built" and event.release.recipe == recipe:
                return event.release
        return None

    def release_of(self, digest: str) -> Release | None:
        """The release a digest was first recorded as."""
        return next(iter(self.releases_of(digest)), None)

    def releases_of(self, digest: str) -> list[Release]:
        """Every record of a digest: a promotion may give it a version of its own."""
        return [e.release for e in self.events if e.release.digest == digest]

    def current(self, stack: str) -> Release | None:
        """The release last verified in the stack, even if it failed a check since."""
        return next(self._verified(stack), None)

    def stable(self, stack: str) -> Release | None:
        """The newest release whose last verification in the stack succeeded."""
        return next(self._standing(stack), None)

    def previous(self, stack: str) -> Release | None:
        """The newest release before the current one that did not fail since."""
        current = self.current(stack)
        for release in self._standing(stack):
            if current and release.digest != current.digest:
                return release
        return None

    def _verifications(self, stack: str) -> Iterator[Event]:
        for event in reversed(self.events):
            if event.stack == stack and event.kind in ("verified", "failed"):
                yield event

    def _verified(self, stack: str) -> Iterator[Release]:
        for event in self._verifications(stack):
            if event.kind == "verified":
                yield event.release

    def _standing(self, stack: str) -> Iterator[Release]:
        for release in self._verified(stack):
            last = self.last_verification(stack, release.digest or "")
            if last is not None and last.kind == "verified":
                yield release


def _last(newest_first: Iterable[Event]) -> Event | None:
    events = list(newest_first)
    if not events:
        return None
    failures = (e for e in events if e.kind == "failed" and e.at > events[0].at)
    return next(failures, events[0])
