"""What the ledger's events mean together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import JsonValue

from .event import Event, Release

_GIVEN = ("break-glass", "deployed", "canary", "verified")


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

    def failures(self, stack: str, deployment: str) -> int:
        """How often this very deployment was not proven."""
        return sum(
            event.stack == stack
            and event.deployment == deployment
            and event.kind == "failed"
            for event in self.events
        )

    def last_failure(self, stack: str) -> Event | None:
        """The newest failure in the stack that still bars its deployment."""
        for event in self._verifications(stack):
            if event.kind == "failed" and event.deployment:
                last = self.last_attempt(stack, event.deployment)
                if last and last.kind == "failed":
                    return event
        return None

    def stands(self, stack: str, digest: str) -> bool:
        """Whether the digest was verified in the stack and did not fail there since."""
        last = self.last_verification(stack, digest)
        return last is not None and last.kind == "verified"

    def serving_since(self, stack: str, digest: str) -> datetime | None:
        """Since when the stack's every event says that it runs the digest, verified."""
        since = None
        for event in self._verifications(stack):
            mine = event.release.digest == digest
            if mine and event.kind == "verified":
                since = event.at
            elif mine or event.kind == "verified":
                break
        return since

    def admission(self, stack: str, digest: str) -> Event | None:
        """What last let the digest into the stack: its gates, or a broken glass."""
        for event in reversed(self.events):
            here = event.stack == stack and event.release.digest == digest
            if here and event.kind in ("admitted", "break-glass"):
                return event
        return None

    def approvals(self, stack: str, digest: str) -> list[Event]:
        """Who said that the digest may come to the stack."""
        return [
            event
            for event in self.events
            if event.kind == "approved"
            and event.stack == stack
            and event.release.digest == digest
        ]

    def last_veto(self, stacks: Iterable[str], release: Release) -> Event | None:
        """The last time that the release was vetoed in these, lifted since or not."""
        return next(self._vetoes(stacks, release), None)

    def hold(self, stack: str) -> Event | None:
        """The order that nothing but its release may be deployed to the stack."""
        for event in reversed(self.events):
            if event.stack == stack and event.kind == "held":
                return event if self._counts(event) else None
        return None

    def veto(self, stacks: Iterable[str], release: Release) -> Event | None:
        """The order that bars the release from one of these stacks."""
        vetoes = self._vetoes(stacks, release)
        return next((veto for veto in vetoes if self._counts(veto)), None)

    def _vetoes(self, stacks: Iterable[str], release: Release) -> Iterator[Event]:
        """Newest first."""
        line = set(stacks)
        for event in reversed(self.events):
            barred = event.kind == "vetoed" and event.stack in line
            if barred and self.same(event.release, release):
                yield event

    def _counts(self, order: Event) -> bool:
        lifts = (e.evidence.get("lifts") for e in self.events if e.kind == "lifted")
        return order.id not in set(lifts)

    def same(self, one: Release, other: Release) -> bool:
        """By digest or, for what dev is yet to build, by recipe."""
        if one.digest and other.digest:
            return one.digest == other.digest
        return bool(self._recipes(one) & self._recipes(other))

    def _recipes(self, release: Release) -> set[str]:
        known = [release, *self.releases_of(release.digest or "")]
        return {one.recipe for one in known if one.recipe}

    def built(self, recipe: str) -> Release | None:
        """The newest image built from a recipe."""
        for event in reversed(self.events):
            if event.kind == "built" and event.release.recipe == recipe:
                return event.release
        return None

    def metrics(self, digest: str) -> dict[str, JsonValue]:
        """What the package's evidence said of the model when the image was built."""
        for event in reversed(self.events):
            if event.kind == "built" and event.release.digest == digest:
                found = event.evidence.get("metrics")
                return found if isinstance(found, dict) else {}
        return {}

    def release_of(self, digest: str) -> Release | None:
        """The release a digest was first recorded as."""
        return next(iter(self.releases_of(digest)), None)

    def named(
        self, stacks: Iterable[str], version: str, name: str | None = None
    ) -> list[Release]:
        """
        The images that go by a version (or a digest) in the first of these stacks that
        knows any, newest first; `name` is the model's.
        """
        for stack in stacks:
            found: dict[str, Release] = {}
            for event in reversed(self.events):
                release = event.release
                if event.stack != stack or name not in (None, release.name):
                    continue
                if release.digest and version in (release.version, release.digest):
                    found.setdefault(release.digest, release)
            if found:
                return list(found.values())
        return []

    def releases_of(self, digest: str) -> list[Release]:
        """Every record of a digest: a promotion may give it a version of its own."""
        return [e.release for e in self.events if e.release.digest == digest]

    def current(self, stack: str) -> Release | None:
        """The release last verified in the stack, even if it failed a check since."""
        return next(self._verified(stack), None)

    def stable(self, stack: str) -> Release | None:
        """The newest release whose last verification in the stack succeeded."""
        return next(self.standing(stack), None)

    def previous(self, stack: str) -> Release | None:
        """The newest release before the current one that did not fail since."""
        current = self.current(stack)
        for release in self.standing(stack):
            if current and release.digest != current.digest:
                return release
        return None

    def leaving(self, stack: str) -> Release | None:
        """The release that the stack was last given, whatever became of it."""
        for event in reversed(self.events):
            if event.stack == stack and event.kind in _GIVEN:
                return event.release
        return None

    def way_back(
        self, stack: str, leaving: str, line: Iterable[str] = ()
    ) -> Release | None:
        """
        The newest release that stands in the stack and is not the one it leaves.

        Nor is it vetoed there, or in the `line` of stacks before it.

        One that was left by a rollback before is not gone back to, unless it was
        verified again since.
        """
        left = {leaving}
        for event in reversed(self.events):
            if event.stack != stack:
                continue
            if event.kind == "rolled-back":
                left.add(str(event.evidence.get("left")))
            digest = event.release.digest or ""
            if event.kind != "verified" or digest in left:
                continue
            left.add(digest)  # looked at once
            barred = self.veto((stack, *line), event.release)
            if not barred and self.stands(stack, digest):
                return event.release
        return None

    def _verifications(self, stack: str) -> Sequence[Event]:
        """Newest first; sorted out once, for every question asks for them."""
        return self._outcomes.get(stack, [])

    @cached_property
    def _outcomes(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = {}
        for event in reversed(self.events):
            if event.kind in ("verified", "failed"):
                found.setdefault(event.stack, []).append(event)
        return found

    def _verified(self, stack: str) -> Iterator[Release]:
        for event in self._verifications(stack):
            if event.kind == "verified":
                yield event.release

    def standing(self, stack: str) -> Iterator[Release]:
        """What was verified in the stack and did not fail there since, newest first."""
        for release in self._verified(stack):
            if self.stands(stack, release.digest or ""):
                yield release


def _last(newest_first: Iterable[Event]) -> Event | None:
    events = list(newest_first)
    if not events:
        return None
    failures = (e for e in events if e.kind == "failed" and e.at > events[0].at)
    return next(failures, events[0])
