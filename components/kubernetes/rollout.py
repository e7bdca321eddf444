"""The way back of a Deployment whose new pods are not what they should be."""

from dataclasses import dataclass

from stacks.settings.cluster import Cluster, Manifest

_REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True)
class DeploymentRollout:
    """One Deployment, as the checks that follow its rollout need it."""

    cluster: Cluster
    name: str
    canary: bool = False

    def undo(self) -> None:
        """
        Give the Deployment the pods that it had before, as `kubectl rollout undo` does.

        What was never anything else runs on for inspection: its pods take no traffic
        while they are not ready.
        """
        deployment = self.cluster.get(self._path)
        if deployment is None:
            return
        sets = self.cluster.list(
            f"{self._apps}/replicasets", deployment["spec"]["selector"]["matchLabels"]
        )
        before = _before(deployment, sets)
        if before is None:
            return
        template = before["spec"]["template"]
        template["metadata"]["labels"].pop("pod-template-hash", None)
        self.cluster.replace(self._path, "/spec/template", template)

    def forget(self, stack: str) -> None:
        """
        Remove the Deployment of a stack whose engine does not know it, and it alone.

        An engine that was killed while it made it would find it there already. Its
        pods run on, and the Deployment that is made next takes them over.
        """
        found = self.cluster.get(self._path)
        if found and found["metadata"].get("labels", {}).get("slipway.stack") == stack:
            self.cluster.delete(self._path, alone=True)

    @property
    def _apps(self) -> str:
        return f"/apis/apps/v1/namespaces/{self.cluster.namespace}"

    @property
    def _path(self) -> str:
        return f"{self._apps}/deployments/{self.name}"


def _before(deployment: Manifest, sets: list[Manifest]) -> Manifest | None:
    """The newest set of pods but the one that is being rolled out."""
    uid = deployment["metadata"]["uid"]
    mine = [one for one in sets if _owner(one) == uid]
    mine.sort(key=lambda one: int(one["metadata"]["annotations"][_REVISION]))
    return mine[-2] if len(mine) > 1 else None


def _owner(one: Manifest) -> str | None:
    return next((o["uid"] for o in one["metadata"].get("ownerReferences", [])), None)
