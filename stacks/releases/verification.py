"""Proof that a replica runs its digest, is healthy and answers its example."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from model_image.server.example import differences
from stacks.engine import EngineGone
from stacks.observe.replica import Observer, Replica, shown
from stacks.settings.service import HealthSettings

from .ledger import Ledger
from .ledger.event import Kind, Release

_PAUSE_S = 0.2
_SLACK_S = 10
"""For what comes between two of a platform's own steps."""


class Unproven(Exception):
    """A replica that may not take traffic; the text says why, in one sentence."""


class Rotation(Protocol):
    """Which replicas take traffic; the platform's own."""

    def admit(self, replica: str) -> None: ...

    def withdraw(self, replica: str) -> None: ...

    def discard(self, replica: str) -> None: ...


class Rollout(Protocol):
    """Copies that their platform replaces itself."""

    @property
    def name(self) -> str: ...

    @property
    def canary(self) -> bool: ...

    @property
    def changed(self) -> bool: ...

    def undo(self) -> None: ...


Record = Callable[[Kind, dict[str, Any]], None]
"""Writes what happened, with its evidence, to the ledger."""


def recorder(
    ledger: Ledger,
    stack: str,
    release: Release,
    deployment: str,
    *,
    canary: bool = False,
) -> Record:
    """
    Records for this deployment; the evidence knows what dev's digest is.

    A canary that is proven does not make its release the stack's.
    """

    def record(kind: Kind, evidence: dict[str, Any]) -> None:
        digest = evidence.get("digest") or release.digest
        kind = "canary" if canary and kind == "verified" else kind
        ledger.append(
            kind,
            stack,
            release.model_copy(update={"digest": digest}),
            deployment,
            evidence,
        )

    return record


@dataclass(kw_only=True)
class Verification:
    """
    Proves the replicas of one deployment, one after the other.

    A proven replica is admitted at once. When one is not proven, it and all that this
    run admitted leave the rotation, so callers are back with what served before.
    """

    observer: Observer
    digest: str | None
    """What must run; None in dev, where the image that was just built is what runs."""
    health: HealthSettings
    record: Record
    require_engine: Callable[[], None]
    """Raises EngineGone when nobody would know of what is admitted now."""
    deployment: str | None = None
    """Whose copies a rollout must end with; None where none is seen to its end."""
    begun: float = field(default_factory=time.time)
    _admitted: list[str] = field(default_factory=list)
    _tried: dict[str, Any] = field(default_factory=dict)

    def verify(self, id: str, rotation: Rotation) -> None:
        """Prove and admit the replica `id`; raises Unproven, and records both."""
        self._discard_orphans(id, rotation)
        with self._judged(lambda: self._undo(id, rotation), replica=shown(id)):
            if not self._admitted:
                self.record("deployed", {"replica": shown(id)})
            if self._look(id).restarts:
                raise Unproven(f"it does not keep running: {self._last_words(id)}")
            evidence = self.prove(id, first=not self._admitted)
            self.require_engine()
            rotation.admit(id)
            self.require_engine()
            self.record("verified", evidence)
        self._admitted.append(id)

    def try_out(self, start: Callable[[], str]) -> None:
        """
        Prove the copy that `start` makes, which callers do not reach.

        It goes whatever is found; Unproven, on record, when it is not proven.
        """
        with self._judged(lambda: None):
            id = start()
            self.record("deployed", {"replica": shown(id)})
            self._tried = self.prove(id)
            self.require_engine()

    def confirm(self, rollout: Rollout) -> None:
        """
        See every copy ready, with its digest; then, and only then, it is verified.

        When one is not, the rollout is undone and put on record: Unproven. Where the
        copies are those of before, only their number changed, which proves nothing and
        is nothing to undo.
        """
        if not rollout.changed:
            self._await_rollout(rollout)
            return
        with self._judged(rollout.undo):
            ready = self._await_rollout(rollout)
            self.require_engine()
            # Of a service that sleeps there is the copy that was tried out.
            self.record("verified", _evidence(ready) if ready else self._tried)

    @contextmanager
    def _judged(self, undo: Callable[[], None], **evidence: Any) -> Iterator[None]:
        """Put on record whatever goes wrong, and `undo` what was done: Unproven."""
        try:
            yield
        except EngineGone:
            # Nobody would know of what was done: it may not serve, nor has it failed.
            undo()
            raise
        except Exception as error:
            # Whatever else goes wrong now, callers must be back with what served.
            try:
                self.record("failed", {"reason": str(error), **evidence})
            finally:
                undo()
            if isinstance(error, Unproven):
                raise
            raise Unproven(str(error)) from error

    def _await_rollout(self, rollout: Rollout) -> list[Replica]:
        """It may stand still as long as a copy may take, and no longer."""
        canary, patience = rollout.canary, self.observer.start_s + self.health.startup_s
        seen, until = None, 0.0
        while True:
            progress = self.observer.rollout(rollout.name, canary=canary)
            if progress.complete and progress.asleep:
                return []
            if progress.complete:
                break
            if progress.failure:
                raise Unproven(progress.failure)
            if progress.counts != seen:
                seen, until = progress.counts, time.monotonic() + patience + _SLACK_S
            if time.monotonic() > until:
                raise Unproven(self.observer.stalled(canary))
            time.sleep(_PAUSE_S)
        copies = self.observer.canaries() if canary else self.observer.replicas()
        serving = [one for one in copies if one.in_rotation]
        if other := [one for one in serving if one.digest != serving[0].digest]:
            raise Unproven(f"{other[0].name} runs {other[0].digest or 'no digest'}")
        if back := [one for one in serving if self._is_another(one)]:
            raise Unproven(f"{back[0].name} is of before: its platform took it back")
        digest = serving[0].digest if serving else None
        if digest is None or digest != (self.digest or digest):
            raise Unproven(f"it runs {digest or 'nothing'}, not {self.digest}")
        return serving

    def _is_another(self, one: Replica) -> bool:
        """The same digest with other settings is another deployment."""
        return self.deployment not in (None, one.deployment)

    def prove(self, id: str, *, first: bool = True) -> dict[str, Any]:
        """
        Evidence that the replica `id` is what it should be; touches nothing.

        The first of a release is watched over the window. Its equals only have to be
        ready and to answer: what a window shows of a release it has shown by then, and
        a way back that waits for each is a slow one.
        """
        started = time.monotonic()
        ready = self._await_health(id, started)
        startup = time.monotonic() - started
        if self.digest and ready.digest != self.digest:
            raise Unproven(f"it runs {ready.digest or 'no digest'}, not {self.digest}")
        if not ready.digest:
            raise Unproven("its image has no digest, so it came from no registry")
        window = self.health.window_s if first else 0
        self._hold(ready, started + startup + window)
        self._replay(id)
        return {
            "digest": ready.digest,
            "replica": shown(id),
            "startup_s": round(startup, 1),
            "healthy_s": window,
            "example": "answered",
        }

    def _await_health(self, id: str, asked: float) -> Replica:
        """Its start has a deadline of its own, which is the platform's to say."""
        begun: float | None = None
        while True:
            replica, now = self._look(id), time.monotonic()
            if replica.health == "healthy":
                return replica
            if replica.health == "waiting":
                if now > asked + self.observer.start_s:
                    limit = f"within {self.observer.start_s:g} s"
                    raise Unproven(f"it did not start {limit}: {self._last_words(id)}")
            else:
                begun = begun or now
            late = begun is not None and now > begun + self.health.startup_s
            if replica.health == "unhealthy" or late:
                limit = f"{self.health.startup_s:g} s after its start"
                raise Unproven(f"it is not ready {limit}: {self._last_words(id)}")
            time.sleep(_PAUSE_S)

    def _hold(self, before: Replica, until: float) -> None:
        while time.monotonic() < until:
            replica = self._look(before.id)
            if replica.health != "healthy" or replica.started_at != before.started_at:
                raise Unproven(
                    f"it did not stay healthy: {self._last_words(before.id)}"
                )
            time.sleep(_PAUSE_S)

    def _look(self, id: str) -> Replica:
        try:
            replica = self.observer.replica(id)
        except LookupError as error:
            raise Unproven(str(error)) from None
        if replica.health == "blocked":
            raise Unproven(self._last_words(id))
        if replica.health in ("restarting", "stopped"):
            raise Unproven(f"it does not keep running: {self._last_words(id)}")
        return replica

    def _replay(self, id: str) -> None:
        answer = self.observer.replay(id)
        if answer["status"] != 200:
            raise Unproven(
                f"its stored example got {answer['status']}: {answer['got']}"
            )
        wrong = differences(answer["expected"], answer["got"], answer["tolerance"])
        if wrong:
            raise Unproven(f"its stored example is answered wrongly: {wrong[0]}")

    def _discard_orphans(self, id: str, rotation: Rotation) -> None:
        """
        Remove what an update left that was killed while it proved a replica.

        Pulumi forgets such a replica. It runs, takes no traffic, and is older than this
        run; what failed its proof was stopped, and is the engine's to delete.
        """
        for replica in [*self.observer.replicas(), *self.observer.canaries()]:
            left = replica.created < self.begun and replica.health != "stopped"
            if left and not replica.in_rotation and replica.id != id:
                rotation.discard(replica.id)

    def _last_words(self, id: str) -> str:
        return self.observer.last_words(id)[:300]

    def _undo(self, id: str, rotation: Rotation) -> None:
        """Withdraw all that this run brought, whatever becomes of a single one."""
        with ExitStack() as each:
            for replica in [id, *self._admitted]:
                each.callback(rotation.withdraw, replica)
        self._admitted.clear()


def proven_in(evidence: Mapping[str, Any]) -> set[str]:
    """The copies that a verification was about, as they are shown."""
    copies = evidence.get("copies") or ()
    return {str(evidence.get("replica")), *map(str, copies)}


def _evidence(ready: list[Replica]) -> dict[str, Any]:
    return {
        "digest": ready[0].digest,
        "replica": shown(ready[0].id),
        "copies": [shown(one.id) for one in ready],
        "example": "answered before any of them took traffic",
    }
