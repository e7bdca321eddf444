"""A model beside an application, in a pod that is the application's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pulumi

from stacks.settings.image import PromotedImage
from stacks.settings.service import ServiceSettings

from .pod import (
    IDENTITY,
    METRICS_PORT,
    PORT,
    ContainerArgs,
    container_of,
    probes,
    volumes_of,
)

Manifest = dict[str, Any]
URL = "MODEL_URL"
"""What the application finds in its environment."""
_FOLDER = "/run/slipway"
_SOCKET = f"{_FOLDER}/model.sock"
_HEALTH = ["python", "-m", "model_image.server.health"]
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"
_GRACE_S = 30


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """
    A model that answers one application, through a Unix socket or on localhost.

    It is ready before the application starts, is restarted without it, and ends after
    it. It is as locked down as a pod of its own would be, whatever the application's
    pod allows, and needs nothing of that pod's `securityContext`.
    """

    repository: str
    """Where its images are kept, as in `registry.example.com/team/wine`."""
    image: PromotedImage
    """The release, as `slipway:image` of a stack says it."""
    settings: ServiceSettings = field(default_factory=ServiceSettings)
    """All but `replicas`: there are as many as there are pods."""
    reached: Literal["socket", "localhost"] = "socket"
    """By the socket, with the private port on the pod's address; or on loopback all."""
    secrets: pulumi.Input[str] | None = None
    """A Secret of the namespace; its keys, or those `settings` names, become files."""

    def __post_init__(self) -> None:
        if self.settings.secrets and self.secrets is None:
            names = ", ".join(self.settings.secrets)
            raise ValueError(f"settings name {names}; `secrets` must name their Secret")
        if self.settings.drain_s >= self.settings.stop_s:
            raise ValueError("stop_s of the settings must be longer than drain_s")

    @property
    def url(self) -> str:
        """Where the application finds the model."""
        if self.reached == "socket":
            return f"unix:{_SOCKET}"
        return f"http://127.0.0.1:{self._env['SLIPWAY_PORT']}"

    @property
    def ports(self) -> list[int]:
        """Of the pod's ports those that the application cannot have."""
        metrics = int(self._env["SLIPWAY_METRICS_PORT"])
        if self.reached == "socket":
            return [metrics]
        return [int(self._env["SLIPWAY_PORT"]), metrics]

    @property
    def container(self) -> Manifest:
        """An init container that goes on: what Kubernetes calls a sidecar."""
        made = container_of(self._args, None)
        mounts = [
            *map(_own, made["volumeMounts"]),
            # Where something is mounted, the cluster mounts no token of the pod's.
            {"name": "model-nothing", "mountPath": _TOKEN, "readOnly": True},
        ]
        if self.reached == "socket":
            mounts.append({"name": "model-socket", "mountPath": _FOLDER})
            (metrics,) = self.ports
            made["ports"] = [{"name": "model-metrics", "containerPort": metrics}]
        return {
            **made,
            "restartPolicy": "Always",
            "securityContext": {**made["securityContext"], **IDENTITY},
            "volumeMounts": mounts,
            # The kubelet itself reaches neither a socket nor the pod's loopback.
            **probes(self.settings, lambda _: {"exec": {"command": [*_HEALTH]}}),
        }

    @property
    def volumes(self) -> list[Manifest]:
        """Of the pod."""
        # The model's container alone mounts its secrets; the pod's group is not ours.
        volumes = [*map(_own, volumes_of(self._args, secret_mode=0o444))]
        for one in volumes:
            if "secret" in one and self.settings.secrets:
                names = self.settings.secrets
                one["secret"]["items"] = [{"key": key, "path": key} for key in names]
        volumes.append(_in_memory("model-nothing"))
        if self.reached == "socket":
            volumes.append(_in_memory("model-socket"))
        return volumes

    @property
    def mounts(self) -> list[Manifest]:
        """Of the application's container: enough to connect, and no more."""
        if self.reached == "localhost":
            return []
        return [{"name": "model-socket", "mountPath": _FOLDER, "readOnly": True}]

    @property
    def _args(self) -> ContainerArgs:
        name, version = self.image.name, self.image.version
        return ContainerArgs(
            image=f"{self.repository}@{self.image.digest}",
            settings=self.settings.model_copy(update={"env": self._env}),
            release={"slipway.model": name, "slipway.version": version},
            secrets=self.secrets,
        )

    @property
    def _env(self) -> dict[str, str]:
        # Said in full: a Service called `slipway` gives its neighbours a SLIPWAY_PORT.
        ports = {"SLIPWAY_PORT": f"{PORT}", "SLIPWAY_METRICS_PORT": f"{METRICS_PORT}"}
        listening = {"SLIPWAY_SOCKET": _SOCKET}
        if self.reached == "localhost":
            listening = {"SLIPWAY_SOCKET": "", "SLIPWAY_HOST": "127.0.0.1"}
        return {**ports, **self.settings.env, **listening}


def beside(
    pod: Mapping[str, Any], sidecar: Sidecar, application: str | None = None
) -> Manifest:
    """
    The pod spec with the model in it, and with its address in the container called
    `application`, or in each of `containers` without one.

    `pod` is a manifest, spelled as in YAML, and stays as it is. Raises ValueError
    where that would go wrong later, and say less.
    """
    asking = [one for one in pod["containers"] if application in (None, one["name"])]
    if mistakes := [*_mistakes(pod, sidecar, asking)]:
        raise ValueError("; ".join(mistakes))
    told = {one["name"]: _told(one, sidecar) for one in asking}
    grace_s = pod.get("terminationGracePeriodSeconds", _GRACE_S)
    return {
        **pod,
        "initContainers": [*pod.get("initContainers", []), sidecar.container],
        "containers": [told.get(one["name"], one) for one in pod["containers"]],
        "volumes": [*pod.get("volumes", []), *sidecar.volumes],
        "terminationGracePeriodSeconds": grace_s + sidecar.settings.stop_s,
    }


def _told(container: Manifest, sidecar: Sidecar) -> Manifest:
    env = [*container.get("env", []), {"name": URL, "value": sidecar.url}]
    mounts = [*container.get("volumeMounts", []), *sidecar.mounts]
    return {**container, "env": env, "volumeMounts": mounts}


def _mistakes(
    pod: Mapping[str, Any], sidecar: Sidecar, asking: list[Manifest]
) -> Iterator[str]:
    if not asking:
        yield "none of the pod's containers is the application that was named"
    parts = [pod, *pod.get("initContainers", []), *pod["containers"]]
    for key in (key for part in parts for key in part if "_" in key):
        yield f"{key} is not how a manifest says it; write it as in YAML"
    for container in pod["containers"]:
        for port in container.get("ports", []):
            if port["containerPort"] in sidecar.ports:
                yield (
                    f"{container['name']} has port {port['containerPort']}, which the "
                    "model takes; set SLIPWAY_PORT or SLIPWAY_METRICS_PORT in the env "
                    "of its settings"
                )
    for container in asking:
        if any(one["name"] == URL for one in container.get("env", [])):
            yield f"{container['name']} has a {URL} of its own; leave it out"


def _own(named: Manifest) -> Manifest:
    """The application may have a volume of that name too."""
    return {**named, "name": f"model-{named['name']}"}


def _in_memory(name: str) -> Manifest:
    return {"name": name, "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}}
