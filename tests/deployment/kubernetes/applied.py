"""Stacks brought up on a cluster without Pulumi: the same program, locks and proofs."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from components.kubernetes.proof import Proof
from stacks.observe.replica import Replica
from stacks.offline import declare
from stacks.releases.delivery import Delivery, Undelivered
from stacks.releases.ledger import Ledger, ledger_for
from stacks.releases.ledger.event import Release, now
from stacks.releases.lock import Deployment, Lock
from stacks.releases.verification import Unproven
from stacks.render.manifests import rendered
from stacks.settings.cluster import Cluster
from stacks.settings.stack import StackSettings
from tests.deployment.kubernetes.objects import Object, apply, path_of


@dataclass
class Applied:
    """
    One stack, brought to what its file says as an engine would.

    What the program declares is applied by the server; where it declares hooks, the
    proofs behind them are called.
    """

    root: Path
    stack: str
    secrets: dict[str, str] = field(default_factory=dict)
    here: dict[str, Object] = field(default_factory=dict)
    """What was applied, by its path."""

    def up(self) -> None:
        """Raises Refused or Unproven, as a program and its hooks do."""
        settings = self.settings
        lock = Lock.on(self.root, self.stack, settings, "pulumi")
        admitted = lock.admit(None)
        canary = lock.admit_canary()
        wanted = {path_of(one): one for one in self.objects(admitted, canary)}
        for path, one in wanted.items():
            if one["kind"] != "Deployment":
                apply(self.cluster, one)
                continue
            checks = canary if _is_canary(one) else admitted
            assert checks is not None
            proof = self._proof(one, checks, canary=checks is canary)
            proof.before(self.here.get(path), one)
            apply(self.cluster, one)
            changed = self.here.get(path) != one
            self.here[path] = one
            if changed:
                proof.after()
        for path in set(self.here) - set(wanted):
            self.cluster.delete(path)
        self.here = wanted

    def objects(
        self, admitted: Deployment | None = None, canary: Deployment | None = None
    ) -> list[Object]:
        """All that the program declares for the cluster."""
        declared = declare(self.root, self.stack)
        manifests = rendered(self.stack, declared, self.settings.reference)
        own = {"slipway.engine": "pulumi"}
        made = [_labelled(one, own) for one in manifests.objects]
        for one in made:
            checks = canary if _is_canary(one) else admitted
            if checks and one["kind"] == "Deployment":
                one["spec"]["template"]["metadata"]["labels"] |= checks.labels
        secrets = [self._secret(one) for one in manifests.secrets]
        return sorted([*secrets, *made], key=lambda one: one["kind"] != "Namespace")

    def admit(self, version: str, digest: str, name: str = "wine") -> Release:
        """Let a release in past the gates, which are other tests' to look at."""
        release = Release(name=name, version=version, digest=digest)
        expires = (now() + self.settings.gates.admission).isoformat()
        evidence = {"reason": "a test", "expires": expires}
        self.ledger.append("break-glass", self.stack, release, evidence=evidence)
        return release

    def delivery(self) -> Delivery:
        """What takes the stack to a release, or back."""

        def up(stack: str) -> None:
            try:
                self.up()
            except Unproven as error:
                raise Undelivered(str(error)) from None

        return Delivery(
            root=self.root, stack=self.stack, ledger=self.ledger, up=up, say=print
        )

    def serving(self) -> list[Replica]:
        """Its pods that take traffic."""
        return self.delivery().serving()

    def destroy(self) -> None:
        """Remove its namespace, and all that is in it."""
        self.cluster.delete(f"/api/v1/namespaces/{self.cluster.namespace}")

    @property
    def settings(self) -> StackSettings:
        return StackSettings.read(self.root, self.stack)

    @property
    def ledger(self) -> Ledger:
        return ledger_for(self.root)

    @cached_property
    def cluster(self) -> Cluster:
        platform = self.settings.platform
        assert platform.kind == "kubernetes"
        return Cluster(platform)

    def _proof(self, one: Object, checks: Deployment, *, canary: bool) -> Proof:
        settings = self.settings
        assert settings.platform.kind == "kubernetes"
        return Proof(
            called=one["metadata"]["name"],
            platform=settings.platform,
            health=settings.service.health,
            checks=checks,
            canary=canary,
        )

    def _secret(self, one: dict[str, Any]) -> Object:
        place = {"name": one["name"], "namespace": self.cluster.namespace}
        values = {key: self.secrets[key] for key in one["keys"]}
        return {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": place,
            "type": one["type"],
            "stringData": values,
        }


def _is_canary(one: Object) -> bool:
    return one["kind"] == "Deployment" and one["metadata"]["name"].endswith("-canary")


def _labelled(value: Any, labels: dict[str, str]) -> Any:
    """With other values of the labels that are there already."""
    match value:
        case dict():
            return {
                key: labels[key] if key in labels else _labelled(one, labels)
                for key, one in value.items()
            }
        case list():
            return [_labelled(one, labels) for one in value]
    return value
