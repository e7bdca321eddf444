"""Bringing a stack to what its file says now, or back to what it said before."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from model_image.environment import Say
from stacks.observe.observer import observer_for
from stacks.observe.replica import Observer, Replica, shown
from stacks.settings.duration import in_words
from stacks.settings.image import PromotedImage
from stacks.settings.line import line_of
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings, stack_file
from stacks.settings.stack_file import Value, write_settings

from .deployment import deployment_id
from .ledger import Ledger
from .ledger.event import LedgerError, Release
from .ledger.history import History
from .recheck import recheck
from .traffic import Traffic
from .verdict import wrong
from .verification import Unproven, proven_in

Up = Callable[[str], None]
"""Brings a stack up; raises Undelivered when what it was to run is not proven."""


class Undelivered(Exception):
    """A release that does not serve; what served before does."""


class Stopped(Exception):
    """A person stopped it; run again, it goes on."""


class PutBack(Undelivered):
    """A release that failed, and what ran before it is back, verified."""


class Stranded(Exception):
    """A release that failed, and what ran before it could not be put back."""


PASSED_ON = (Stopped, PutBack, LedgerError, SettingsError)
"""What is no failure of a release: nothing is put back because of it."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Takes one stack from what it runs to a release of its ledger."""

    root: Path
    stack: str
    ledger: Ledger
    up: Up
    say: Say

    def deliver(self, release: Release, *, back: bool = False) -> None:
        """
        Name `release` in the file, bring the stack up, see that it runs, verified.

        When it does not, what the stack ran before is put back (a setting) and
        verified too: PutBack; Stranded when even that fails. On the way `back` nothing
        is watched under traffic, and nothing put back.
        """
        before, seen = self.settings().image, len(self.ledger.events())
        try:
            self.bring(naming(release))
            self._verified(release, seen)
            if not back:
                self._watch(release)
        except PASSED_ON:
            raise
        except Exception as error:
            # Whatever it was, callers must be back with what served.
            reason = self.reason(seen) or str(error)
            if back or not self.settings().watch.put_back:
                raise Undelivered(reason) from None
            self.put_back(release, reason, before)

    def bring(self, changes: Mapping[str, Value]) -> None:
        """Write the changes, then bring the stack to what its file says."""
        write_settings(self._file, changes)
        self.up(self.stack)

    def put_back(
        self, failed: Release, reason: str, before: PromotedImage | None
    ) -> None:
        """
        Bring back what the stack last verified before; raises PutBack when done.

        Where the ledger knows nothing that stands, what the file named `before` is
        brought back: a service is never removed because a new release failed.
        """
        history = History(self.ledger.events())
        line = line_of(self.root, self.settings())
        back = history.way_back(self.stack, failed.digest or "", line)
        if back is None and before and before.digest != failed.digest:
            back = Release(**before.model_dump())
        self.say(f"{self.stack}: {failed} failed ({reason}); putting back {back}")
        try:
            self.bring(naming(back))
            if back:
                self._verified(back, len(history.events))
        except PASSED_ON:
            raise
        except Exception as error:
            raise Stranded(
                f"{self.stack}: {failed} failed ({reason}), and {back} could not be "
                f"put back: {error}"
            ) from None
        self.ledger.append(
            "rolled-back",
            self.stack,
            back or failed,
            evidence={"left": failed.digest, "reason": reason, "by_itself": True},
        )
        now = f"{back} is back, verified" if back else "nothing ran before it"
        raise PutBack(f"{self.stack}: {failed} failed: {reason}; {now}")

    def settle(self, release: Release) -> None:
        """Finish what was cut off between a failure of this release and its end."""
        settings = self.settings()
        named = {one.digest for one in (settings.image, settings.canary) if one}
        if release.digest not in named or not settings.watch.put_back:
            return
        history = History(self.ledger.events())
        last = history.last_attempt(self.stack, deployment_id(release, settings))
        if last is not None and last.kind == "failed":
            given = history.admission(self.stack, release.digest or "")
            named = given.evidence.get("before") if given else None
            before = PromotedImage.model_validate(named) if named else None
            self.put_back(release, str(last.evidence.get("reason")), before)

    def _verified(self, release: Release, seen: int) -> None:
        """
        The engine proves what it makes new; what ran before that is proven here.

        `seen` events were in the ledger when this delivery began.
        """
        serving = self.serving()
        proven = {
            copy
            for event in self.ledger.events()[seen:]
            if event.kind == "verified" and event.release.digest == release.digest
            for copy in proven_in(event.evidence)
        }
        if serving and all(shown(one.id) in proven for one in serving):
            return
        found = recheck(self.stack, self.settings(), self.ledger)
        if found[0].digest != release.digest:
            raise Unproven(f"{self.stack} runs {found[0].digest}, not {release}")

    def reason(self, seen: int) -> str | None:
        """What the proof found, where it did: an engine only says that it failed."""
        for event in reversed(self.ledger.events()[seen:]):
            if event.stack == self.stack and event.kind == "failed":
                return str(event.evidence.get("reason"))
        return None

    def _watch(self, release: Release) -> None:
        """Look at what the new replicas count, while callers reach them."""
        watch = self.settings().watch
        if not watch.window:
            return
        self.say(f"{self.stack}: watching {release} for {in_words(watch.window)}")
        before, started = self.traffic(), self._started()
        time.sleep(watch.window.total_seconds())
        reason = None
        if self.unsettled(started, self.observer.replicas()):
            reason = "a replica of it did not keep running, healthy, under traffic"
        else:
            reason = wrong(self.traffic().since(before), watch)
        if reason:
            evidence = {"reason": reason}
            deployment = deployment_id(release, self.settings())
            self.ledger.append("failed", self.stack, release, deployment, evidence)
            raise Undelivered(reason)

    def _started(self) -> set[tuple[str, str]]:
        """The replicas that are well, and when each began."""
        return well(self.serving())

    def unsettled(self, before: set[tuple[str, str]], now: Iterable[Replica]) -> bool:
        """
        Whether copies that were well are not so any more.

        A platform that replaces copies itself may add and remove some: of those that
        are still there, none may have begun anew or be ill.
        """
        if not self.settings().platform.replaces:
            return well(one for one in now if one.in_rotation) != before
        known = {id for id, _ in before}
        return any(one.id in known and not well([one]) & before for one in now)

    @cached_property
    def observer(self) -> Observer:
        """What looks at the stack; one, for it is looked at each second."""
        return observer_for(self.stack, self.settings())

    def serving(self) -> list[Replica]:
        """The replicas of the stack's release that take traffic."""
        return [one for one in self.observer.replicas() if one.in_rotation]

    def traffic(self, replicas: Iterable[Replica] | None = None) -> Traffic:
        """What these replicas have counted so far; by default, those that serve."""
        counted = self.serving() if replicas is None else replicas
        return Traffic.read(self._pages(counted))

    def _pages(self, replicas: Iterable[Replica]) -> Iterator[str]:
        """What each copy counted, but for those that a platform has just removed."""
        for one in replicas:
            try:
                yield self.observer.metrics(one.id)
            except LookupError:
                if not self.settings().platform.replaces:
                    raise

    def settings(self) -> StackSettings:
        """What the stack's file says now."""
        return StackSettings.read(self.root, self.stack)

    @property
    def _file(self) -> Path:
        return stack_file(self.root, self.stack)


def naming(release: Release | None) -> Mapping[str, Value]:
    """What a stack's file says when the stack runs a release alone, or nothing."""
    return {"slipway:image": release and setting(release), "slipway:canary": None}


def setting(release: Release) -> Value:
    """`slipway:image` for a release."""
    return {
        "name": release.name,
        "version": release.version,
        "digest": release.digest or "",
    }


def well(replicas: Iterable[Replica]) -> set[tuple[str, str]]:
    """Those that run and are not unhealthy, by when they began: a restart is another.

    Its platform may not have asked yet a replica that its proof has asked.
    """
    return {
        (one.id, one.started_at)
        for one in replicas
        if one.health in ("healthy", "starting")
    }
