"""The lock on both doors: asked before a deployment, and proving it after."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi

from model_image.evidence import read_evidence
from model_image.package import ModelPackage
from model_image.recipe import recipe
from stacks.engine import Engine, require_engine
from stacks.machine.registry_login import log_in
from stacks.observe.observer import observer_for
from stacks.observe.replica import Observer
from stacks.settings.line import line_of
from stacks.settings.stack import StackSettings

from .admission import Request, refusal
from .deployment import deployment_id
from .ledger import Ledger, ledger_for
from .ledger.event import Release
from .ledger.history import History
from .verification import Rollout, Rotation, Verification, recorder


class Refused(Exception):
    """A deployment that may not start; nothing that runs was touched."""


class Deployment:
    """One admitted release with its settings: what it is labelled, how it is proven."""

    def __init__(
        self,
        lock: "Lock",
        release: Release,
        id: str,
        attempt: int,
        *,
        metrics: Mapping[str, float],
        canary: bool = False,
    ) -> None:
        self._lock = lock
        self._release = release
        self._metrics = metrics
        self.labels: Mapping[str, str] = {
            "slipway.model": release.name,
            "slipway.version": release.version,
            "slipway.deployment": id,
            "slipway.attempt": str(attempt),
        }
        self._verification = Verification(
            observer=lock.observer,
            digest=release.digest,
            deployment=id,
            health=lock.settings.service.health,
            record=recorder(lock.ledger, lock.stack, release, id, canary=canary),
            require_engine=require_engine,
        )

    def built(self, digest: str) -> None:
        """Write to the ledger that the image exists."""
        release = self._release.model_copy(update={"digest": digest})
        self._lock.ledger.append(
            "built",
            self._lock.stack,
            release,
            evidence={"metrics": dict(self._metrics)},
        )
        self._tell_notice()

    def verify(self, replica: str, rotation: Rotation) -> None:
        """Prove `replica`, then admit it; raises Unproven when it is not proven."""
        self._verification.verify(replica, rotation)
        self._tell_notice()

    def try_out(self, start: Callable[[], str]) -> None:
        """Prove the copy that `start` makes; raises Unproven when it is not proven."""
        self._verification.try_out(start)

    def confirm(self, rollout: Rollout) -> None:
        """See every copy in rotation; raises Unproven when one is not."""
        self._verification.confirm(rollout)
        self._tell_notice()

    def _tell_notice(self) -> None:
        if self._lock.ledger.notice:
            pulumi.log.warn(self._lock.ledger.notice)


@dataclass(frozen=True)
class Lock:
    """
    Admits releases to one stack.

    It reads the ledger before anything is registered, so a refusal touches nothing
    that runs. In a declaration, where nothing can be deployed, it admits everything.
    """

    root: Path
    stack: str
    settings: StackSettings
    engine: Engine
    observer: Observer
    ledger: Ledger

    @classmethod
    def on(cls, root: Path, stack: str, settings: StackSettings, by: Engine) -> "Lock":
        """The lock of `stack`, whose program the engine `by` runs."""
        ledger = ledger_for(root, remote=settings.ledger.remote)
        return cls(root, stack, settings, by, observer_for(stack, settings), ledger)

    @property
    def labels(self) -> Mapping[str, str]:
        """What every object of the stack is found by."""
        return {"slipway.stack": self.stack, "slipway.engine": self.engine}

    def admit(self, package: ModelPackage | None) -> Deployment | None:
        """
        The deployment of what the stack asks for, or Refused.

        That is `package` in dev and the promoted image elsewhere; None when the stack
        runs no service.
        """
        if self.engine != "declare":
            self._inspect()
        release = self._asked_for(package)
        if release is None:
            return None
        metrics = (
            read_evidence(package.path, package.identity).metrics if package else {}
        )
        return self._admitted(release, metrics=metrics)

    def admit_canary(self) -> Deployment | None:
        """The deployment of the stack's canary, or Refused; None when it has none."""
        release = self._canary()
        return self._admitted(release, canary=True) if release else None

    def _canary(self) -> Release | None:
        image, canary = self.settings.image, self.settings.canary
        if image is None or canary is None:
            return None
        return Release(name=image.name, version=canary.version, digest=canary.digest)

    def require_admitted(self) -> None:
        """Raise Refused unless what was promoted, a canary too, may be here."""
        history = History(self.ledger.events())
        for release in filter(None, (self._asked_for(None), self._canary())):
            id = deployment_id(release, self.settings)
            self._require_admitted(history, release, id)

    def _admitted(
        self,
        release: Release,
        *,
        metrics: Mapping[str, float] | None = None,
        canary: bool = False,
    ) -> Deployment:
        id = deployment_id(release, self.settings)
        attempt = 0
        if self.engine != "declare":
            history = History(self.ledger.events())
            self._require_admitted(history, release, id)
            attempt = self._attempt(history, id, canary=canary)
        return Deployment(
            self, release, id, attempt, metrics=metrics or {}, canary=canary
        )

    def _require_admitted(self, history: History, release: Release, id: str) -> None:
        request = Request(
            stack=self.stack,
            upstream=self.settings.upstream,
            release=release,
            deployment=id,
            line=line_of(self.root, self.settings),
            blind=self.ledger.blind,
        )
        if reason := refusal(history, request):
            raise Refused(reason)

    def _inspect(self) -> None:
        """Refuse what this machine, or this engine, cannot carry out."""
        if self.settings.package and not pulumi.runtime.is_dry_run():
            log_in(self.settings.registry)
        if obstacle := self.observer.obstacle():
            raise Refused(f"{self.stack}: {obstacle}")
        if others := self.observer.engines() - {self.engine}:
            raise Refused(
                f"{self.stack} was made by the {min(others)} engine and stays with it; "
                f"to move it, `python -m stacks destroy {self.stack}`, then up"
            )

    def _asked_for(self, package: ModelPackage | None) -> Release | None:
        if package:
            build = self.settings.build
            return Release(
                name=package.name,
                version=package.version,
                recipe=recipe(package, build.base, build.platforms),
                package=package.identity,
                platforms=build.platforms,
            )
        if image := self.settings.image:
            return Release(name=image.name, version=image.version, digest=image.digest)
        return None

    def _attempt(self, history: History, id: str, *, canary: bool) -> int:
        """
        A number that changes when the last attempt left something unproven.

        An engine sees no difference in a replica that was created but never proven
        (a failed proof, a kill in the middle) and would let it win. The number is in
        its labels, so it is replaced, and proven, like any other change. Where the
        platform replaces copies, a failure leaves none to be seen: the ledger has it.
        """
        if self.settings.platform.replaces:
            return history.failures(self.stack, id)
        all = self.observer.canaries() if canary else self.observer.replicas()
        mine = [one for one in all if one.deployment == id]
        proven = [one.attempt for one in mine if one.in_rotation]
        unproven = [one.attempt for one in mine if not one.in_rotation]
        newest = max(proven, default=0)
        return max(unproven) + 1 if unproven and max(unproven) >= newest else newest
