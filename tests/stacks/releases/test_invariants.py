"""Whatever happens, in whatever order: what may run where, and why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from stacks.releases.admission import Request, refusal
from stacks.releases.ledger.event import Event, Kind, Release
from stacks.releases.ledger.history import History
from stacks.releases.ledger.replay import file_name, replay
from stacks.releases.naming import NameTaken, released_as

BEGIN = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
LINE = {"dev": None, "staging": "dev", "prod": "staging"}
BEFORE: dict[str, tuple[str, ...]] = {
    "dev": (),
    "staging": ("dev",),
    "prod": ("staging", "dev"),
}
PROMOTED = st.sampled_from(["staging", "prod"])
STACKS = st.sampled_from(list(LINE))


@dataclass
class World:
    """Stacks as their platforms have them, and the ledger that explains them."""

    events: list[Event] = field(default_factory=list)
    runs: dict[str, Release | None] = field(default_factory=lambda: dict.fromkeys(LINE))
    at: datetime = BEGIN

    @property
    def history(self) -> History:
        return History(self.events)

    def record(self, kind: Kind, stack: str, release: Release, **evidence: str) -> None:
        event = Event(
            kind=kind,
            at=self.at,
            by="ann",
            stack=stack,
            release=release,
            deployment=f"{stack}-{release.digest}",
            evidence=dict(evidence),
        )
        self.events.append(event.after(self.events[-1] if self.events else None))

    def admitted(self, stack: str, release: Release) -> bool:
        """Whether the program goes on, asked as the lock asks."""
        request = Request(
            stack=stack,
            upstream=LINE[stack],
            release=release,
            deployment=f"{stack}-{release.digest}",
            line=BEFORE[stack],
            at=self.at,
        )
        return refusal(self.history, request) is None

    def up(self, stack: str, release: Release, *, good: bool, dies: str = "") -> None:
        """What the program does for whoever runs `up`, killed where it `dies`."""
        if not self.admitted(stack, release) or dies == "at once":
            return
        if self.runs[stack] == release:
            return
        self.record("deployed", stack, release)
        if dies == "before the proof":
            return
        if not good:
            self.record("failed", stack, release, reason="it does not answer")
            return
        hold = self.history.hold(stack)
        assert hold is None or hold.release.digest == release.digest
        veto = self.history.veto((stack, *BEFORE[stack]), release)
        assert veto is None, f"{release} runs in {stack} though it is vetoed"
        self.runs[stack] = release
        self.record("verified", stack, release)


class Line(RuleBasedStateMachine):
    """Builds, promotions, rollbacks, holds, vetoes and kills, as people mix them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.releases: list[Release] = []

    def _any(self, number: int) -> Release:
        return self.releases[number % len(self.releases)]

    @rule(good=st.booleans())
    def build(self, good: bool) -> None:
        number = len(self.releases) + 1
        release = Release(
            name="wine",
            version=f"1.{number}.0",
            digest=f"sha256:{number:064x}",
            recipe=f"{number:012x}",
        )
        self.releases.append(release)
        self.world.record("built", "dev", release)
        self.world.up("dev", release, good=good)

    @precondition(lambda self: self.releases)
    @rule(
        number=st.integers(0, 9),
        stack=PROMOTED,
        good=st.booleans(),
        dies=st.sampled_from(["", "", "at once", "before the proof"]),
    )
    def promote(self, number: int, stack: str, good: bool, dies: str) -> None:
        """The gates that are always asked, then `up`; a failure is put back."""
        world, release = self.world, self._any(number)
        upstream = LINE[stack] or ""
        history = world.history
        last = history.last_verification(upstream, release.digest or "")
        passes = last is not None and last.kind == "verified"
        hold = history.hold(stack)
        held = hold is not None and not history.same(hold.release, release)
        vetoed = history.veto((stack, *BEFORE[stack]), release)
        if not passes or held or vetoed:
            return
        try:
            released_as(history, release)
        except NameTaken:  # never: every build here has a version of its own
            raise AssertionError from None
        expires = (world.at + timedelta(hours=1)).isoformat()
        world.record("admitted", stack, release, expires=expires)
        world.up(stack, release, good=good, dies=dies)

    @precondition(lambda self: self.releases)
    @rule(number=st.integers(0, 9), stack=PROMOTED, good=st.booleans())
    def edit_the_file_by_hand(self, number: int, stack: str, good: bool) -> None:
        self.world.up(stack, self._any(number), good=good)

    @rule(stack=PROMOTED, good=st.booleans(), dies=st.sampled_from(["", "at once"]))
    def roll_back(self, stack: str, good: bool, dies: str) -> None:
        world, history = self.world, self.world.history
        left = history.leaving(stack)
        back = history.way_back(stack, left.digest or "") if left else None
        if left is None or back is None:
            return
        world.record("held", stack, back, reason="odd")
        world.up(stack, back, good=good, dies=dies)
        if world.runs[stack] == back and dies == "":
            world.record("rolled-back", stack, back, left=left.digest or "")

    @precondition(lambda self: self.releases)
    @rule(number=st.integers(0, 9), stack=STACKS)
    def veto(self, number: int, stack: str) -> None:
        self.world.record("vetoed", stack, self._any(number), reason="it leaks")

    @rule(stack=STACKS)
    def hold(self, stack: str) -> None:
        if current := self.world.history.current(stack):
            self.world.record("held", stack, current, reason="holidays")

    @rule(stack=STACKS)
    def lift(self, stack: str) -> None:
        if hold := self.world.history.hold(stack):
            self.world.record("lifted", stack, hold.release, lifts=hold.id)

    @precondition(lambda self: self.releases)
    @rule(number=st.integers(0, 9), stack=STACKS)
    def a_check_fails_later(self, number: int, stack: str) -> None:
        release = self._any(number)
        if self.world.runs[stack] == release:
            self.world.record("failed", stack, release, reason="it drifted")

    @rule(minutes=st.integers(-90, 90))
    def time_passes_or_a_clock_is_set_back(self, minutes: int) -> None:
        self.world.at += timedelta(minutes=minutes)

    @invariant()
    def nothing_runs_that_its_upstream_did_not_verify(self) -> None:
        for stack, upstream in LINE.items():
            release = self.world.runs[stack]
            if upstream and release:
                assert any(
                    event.kind == "verified"
                    and event.stack == upstream
                    and event.release.digest == release.digest
                    for event in self.world.events
                ), f"{stack} runs {release}, which {upstream} never verified"

    @invariant()
    def what_runs_is_what_the_ledger_says(self) -> None:
        for stack in LINE:
            assert self.world.history.current(stack) == self.world.runs[stack]

    @invariant()
    def nothing_is_stable_that_was_not_verified_or_failed_since(self) -> None:
        for stack in LINE:
            stable = self.world.history.stable(stack)
            if stable is not None:
                outcomes = [
                    event.kind
                    for event in self.world.events
                    if event.stack == stack
                    and event.release.digest == stable.digest
                    and event.kind in ("verified", "failed")
                ]
                assert outcomes[-1] == "verified"

    @invariant()
    def the_ledger_replays(self) -> None:
        files = {
            file_name(number): event.content()
            for number, event in enumerate(self.world.events, start=1)
        }
        tip = self.world.events[-1].hash if self.world.events else None
        assert replay(files, tip, "here") == self.world.events


TestLine = Line.TestCase
TestLine.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, print_blob=True
)
pytestmark = pytest.mark.timeout(120)
