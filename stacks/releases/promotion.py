"""From one stack to the next: the release that was seen, by digest, through gates."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import JsonValue

from model_image.environment import Say
from stacks.observe.observer import observer_for
from stacks.settings import local_state
from stacks.settings.line import line_of
from stacks.settings.stack import StackSettings

from .gates import Outcome, Question
from .ledger import Ledger
from .ledger.author import author
from .ledger.event import Event, LedgerError, Release, Unless, now, short
from .ledger.history import History
from .lock import Refused
from .naming import released_as
from .registry.copy import Copied, copy
from .registry.images import Images


@dataclass(frozen=True)
class Move:
    """One release on its way from one stack to another, not begun."""

    question: Question
    release: Release
    """As the target will call it: out of dev it gets a version that never moves."""


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """
    Moves releases from `source` to `target`.

    Every step finds out what was done, so one that was cut off is simply run again.
    """

    root: Path
    source: str
    target: str
    ledger: Ledger
    say: Say

    def move(self, version: str, scans: Sequence[Path] = ()) -> Move:
        """What promoting `version` (or a digest) means; Refused when it is nothing."""
        source = StackSettings.read(self.root, self.source)
        target = StackSettings.read(self.root, self.target)
        if target.upstream != self.source:
            follows = target.upstream or "no stack"
            raise Refused(
                f"{self.target} follows {follows}, not {self.source}; promote --from "
                f"{follows}"
            )
        history = History(self.ledger.events())
        release = resolve(history, self.source, version)
        if target.image and target.image.name != release.name:
            raise Refused(
                f"{self.target} serves {target.image.name}, and {self.source} "
                f"{release.name}; one stack serves one model"
            )
        images = Images(source, release.name)
        digest = release.digest or ""
        question = Question(
            root=self.root,
            release=release,
            source=self.source,
            source_settings=source,
            target=self.target,
            target_settings=target,
            line=line_of(self.root, target),
            history=history,
            replicas=lambda: observer_for(self.source, source).replicas(),
            manifest=images.manifest,
            platforms=lambda: images.platforms(digest),
            author=author(self.root),
            blind=self.ledger.blind,
            scans=tuple(scans),
        )
        named = release
        if source.tier == "dev":
            version = released_as(history, release)
            named = release.model_copy(update={"version": version})
        return Move(question, named)

    def copied(self, move: Move) -> Copied | None:
        """Bring the image to the target's registry, when it is another one, and name
        it there by its version; one that names another digest is not moved."""
        source = Images(move.question.source_settings, move.release.name)
        target = Images(move.question.target_settings, move.release.name)
        digest, version = move.release.digest or "", move.release.version
        found = target.tagged(version)
        if found not in (None, digest):
            raise Refused(
                f"{target.where}:{version} names {short(found or '')} in the registry, "
                f"and {short(digest)} in the ledger; somebody moved the tag: find out "
                "who, and delete it there"
            )
        done = None
        if source.where != target.where:
            done = copy(source.repository, target.repository, digest, self.say)
        target.tag(digest, version)
        return done

    def require(
        self, move: Move, outcomes: Sequence[Outcome], overrides: Mapping[str, str]
    ) -> None:
        """Refused unless every gate passed or is overridden, for a reason."""
        failed = [one for one in outcomes if not one.passed]
        if barred := [one for one in failed if one.gate not in overrides]:
            raise Refused(
                f"{self.target}: {move.release} does not pass "
                f"{', '.join(one.gate for one in barred)} ({barred[0].got})"
            )

    def admit(
        self, move: Move, outcomes: Sequence[Outcome], overrides: Mapping[str, str]
    ) -> Event:
        """
        Write to the ledger that the release may be deployed to the target.

        Refused unless every gate passed or is overridden, for a reason; Overtaken when
        somebody else changed what the gates were asked about.
        """
        self.require(move, outcomes, overrides)
        failed = [one for one in outcomes if not one.passed]
        for one in failed:
            self.ledger.append(
                "overridden",
                self.target,
                move.release,
                evidence={**one.record(), "reason": overrides[one.gate]},
            )
        age = move.question.target_settings.gates.admission
        return self.ledger.append(
            "admitted",
            self.target,
            move.release,
            evidence={
                "from": self.source,
                "expires": (now() + age).isoformat(),
                "gates": [one.record() for one in outcomes],
                "overrides": [one.gate for one in failed],
                "before": _before(move.question.target_settings),
            },
            unless=_overtaken(move.question),
        )


def _before(settings: StackSettings) -> dict[str, JsonValue] | None:
    """What the target's file named: what a failure goes back to, if all else fails."""
    return settings.image.model_dump(mode="json") if settings.image else None


def resolve(history: History, stack: str, version: str) -> Release:
    """
    The release that a stack verified under a version, or by a digest; never by tag.

    The newest one, where a version was built more than once.
    """
    for event in reversed(history.events):
        release = event.release
        named = version in (release.version, release.digest)
        if event.stack == stack and event.kind == "verified" and named:
            return _whole(history, release)
    current = history.current(stack)
    runs = f"it runs {current}" if current else "nothing is verified there yet"
    raise Refused(f"{stack} has verified no {version}; {runs}")


def _whole(history: History, release: Release) -> Release:
    """With what only its build knows: recipe, package, platforms."""
    for known in history.releases_of(release.digest or ""):
        if known.recipe:
            return known.model_copy(update={"version": release.version})
    return release


def _overtaken(question: Question) -> Unless:
    """What others wrote since the gates were asked, where it bears on the answer."""
    # By what they say: this clone's own come after others' when the two are joined.
    known = {event.id for event in question.history.events}
    stacks = {question.target, *question.line}

    def reason(events: Sequence[Event]) -> str | None:
        for event in events:
            if event.stack not in stacks or event.kind not in _MATTERS:
                continue
            if event.id not in known:
                return (
                    f"{question.target}: {event.kind} {event.release} in {event.stack} "
                    f"by {event.by} came in between; look at `python -m stacks "
                    f"history {question.target}`, then run this again"
                )
        return None

    return reason


_MATTERS = ("admitted", "break-glass", "failed", "rolled-back", "held", "vetoed")


@contextmanager
def alone(stack: str) -> Iterator[None]:
    """One promotion or rollback of a stack at a time on this machine."""
    folder = local_state.folder()
    lock = FileLock(folder / f"moving-{stack}.lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise Refused(
            f"{stack}: another promotion or rollback of it runs on this machine; wait "
            "for it, or end it"
        ) from None
    except OSError as error:
        raise LedgerError(
            f"{folder} cannot be used ({error.strerror}); set SLIPWAY_STATE_HOME to a "
            "folder you may write to"
        ) from None
    try:
        yield
    finally:
        lock.release()
