"""Somebody's application in a cluster, with a model in its pod."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.kubernetes.sidecar import Sidecar, beside
from stacks.settings.image import PromotedImage
from stacks.settings.service import ServiceSettings
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.conftest import HEALTH
from tests.deployment.kubernetes.objects import Object, apply
from tests.deployment.watching import until

_SETTINGS = {"cpu": 0.2, "health": HEALTH}
_RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "runAsUser": 20002,
    "runAsGroup": 20002,
    "seccompProfile": {"type": "RuntimeDefault"},
}


@dataclass(frozen=True)
class Shop:
    """A namespace of somebody who has an application, and wants a model beside it."""

    stack: Applied
    digests: Mapping[str, str]
    """By model and version."""

    def sidecar(self, release: str = "wine 1.0.0", **given: Any) -> Sidecar:
        name, version = release.split()
        digest = self.digests[release]
        image = PromotedImage(name=name, version=version, digest=digest)
        settings = ServiceSettings.model_validate(_SETTINGS | given.pop("settings", {}))
        repository = self.stack.settings.repository(name)
        return Sidecar(repository=repository, image=image, settings=settings, **given)

    def spec(self, sidecar: Sidecar, command: list[str], **more: Any) -> Object:
        """The model's own image is the application's, for the Python in it."""
        shop = {
            "name": "shop",
            "image": sidecar.container["image"],
            "command": command,
            "securityContext": _RESTRICTED,
            "volumeMounts": [
                {"name": "application", "mountPath": "/application"},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        }
        files = {"name": "application", "configMap": {"name": "application"}}
        volumes = [files, {"name": "tmp", "emptyDir": {}}]
        return beside({"containers": [shop], "volumes": volumes, **more}, sidecar)

    def make(self, name: str, spec: Object) -> None:
        self.apply("v1", "Pod", name, spec=spec)

    def apply(self, version: str, kind: str, name: str, **content: Any) -> None:
        metadata = {"name": name, "namespace": self.stack.cluster.namespace}
        made = {"apiVersion": version, "kind": kind, "metadata": metadata, **content}
        apply(self.stack.cluster, made)

    def path(self, name: str) -> str:
        return self.stack.cluster.path("pods", name)

    def pod(self, name: str) -> Object:
        found = self.stack.cluster.get(self.path(name))
        assert found is not None
        return found

    def lines(self, name: str, container: str = "shop") -> list[str]:
        state = status_of(self.pod(name), container).get("state", {})
        if not state or "waiting" in state:
            return []
        return list(self.stack.cluster.log(name, container))

    def until_answered(self, name: str) -> None:
        begun = time.monotonic()
        until(lambda: self.lines(name), f"{name} asks")
        first = self.lines(name)[0]
        print(f"{name}: after {time.monotonic() - begun:.1f} s {first[:60]}")
        assert first.startswith("200 in"), first

    def python(self, name: str, container: str, program: str) -> str:
        command = ["python", "-c", program]
        code, told = self.stack.cluster.run(name, container, command)
        assert code == 0, told
        return told.strip()

    def open_ports(self, name: str) -> list[int]:
        """Of the model's two ports those that answer on the pod's own address."""
        address = self.pod(name)["status"]["podIP"]
        told = self.python(
            name,
            "shop",
            "import socket\n"
            "def is_open(port):\n"
            f"    return socket.socket().connect_ex(({address!r}, port)) == 0\n"
            "print([port for port in (8080, 9090) if is_open(port)])",
        )
        return json.loads(told)


def status_of(pod: Object, container: str) -> Any:
    """Of a container; empty while there is none."""
    kinds = ("initContainerStatuses", "containerStatuses")
    both = (one for kind in kinds for one in pod["status"].get(kind, []))
    return next((one for one in both if one["name"] == container), {})
