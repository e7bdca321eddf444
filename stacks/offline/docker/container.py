"""A container: the thing that runs."""

import base64
import io
import tarfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from docker.errors import APIError, NotFound

from ..diff import unordered
from ..errors import StepFailed
from ..plan import Resource
from ..registration import Registration
from ..values import Unknown, contains, revealed
from .client import OPERATION, answered
from .container_request import PROPERTIES, request
from .handler import Handler, Made, Tell
from .shapes import only

_LIMITS = {
    "cpuSet": ("cpuset_cpus", "CpusetCpus"),
    "cpuShares": ("cpu_shares", "CpuShares"),
    "memory": ("mem_limit", "Memory"),
    "memoryReservation": ("mem_reservation", "MemoryReservation"),
    "memorySwap": ("memswap_limit", "MemorySwap"),
}
_RESTART = ("restart", "maxRetryCount")
_MANNERS = {"destroyGraceSeconds", "mustRun", "start", "wait", "waitTimeout"}
"""What concerns this engine's ways with a container, and not the container."""
_ORDERED = ("command", "entrypoints")
"""The lists whose order means something."""
_POLL_S = 0.2


class ContainerHandler(Handler):
    """
    docker:index/container:Container.

    A container that does not start, or get healthy where `wait` asks for it, is
    removed and the step fails; Pulumi's provider would keep it, and take it for
    good in the next update. A changed health check or tmpfs replaces the container;
    the provider reports an update and changes nothing.
    """

    known = PROPERTIES | {"name", "networksAdvanced", "uploads", *_MANNERS}
    in_place = frozenset({*_LIMITS, *_RESTART, *_MANNERS})
    delete_first = True
    autonamed = True

    def check(self, new: Registration, old: Resource | None) -> dict[str, Any]:
        inputs = super().check(new, old)
        if not contains(inputs, Unknown):
            request(revealed(inputs))
        return inputs

    def comparable(self, inputs: dict[str, Any]) -> dict[str, Any]:
        return {
            name: unordered(value)
            if isinstance(value, list) and name not in _ORDERED
            else value
            for name, value in inputs.items()
        }

    def create(self, inputs: dict[str, Any], operation: str, tell: Tell) -> Made:
        api = self.engine.api
        body = request(inputs)
        body.setdefault("Labels", {})[OPERATION] = operation
        made = api.create_container_from_config(body, inputs["name"])["Id"]
        self._connect(made, inputs.get("networksAdvanced", []))
        for upload in inputs.get("uploads", []):
            api.put_archive(made, "/", _archive(self.engine.root, upload))
        if inputs.get("start", True):
            api.start(made)
            self._await(made, inputs)
        return Made(made, _told(api.inspect_container(made)))

    def _connect(self, container: str, networks: list[dict[str, Any]]) -> None:
        if networks:
            try:
                self.engine.api.disconnect_container_from_network(container, "bridge")
            except APIError as error:
                if "is not connected" not in str(error.explanation):
                    raise
        for network in only(networks, "name", "aliases", "ipv4Address"):
            self.engine.api.connect_container_to_network(
                container,
                network["name"],
                aliases=network.get("aliases"),
                ipv4_address=network.get("ipv4Address"),
            )

    def _await(self, container: str, inputs: dict[str, Any]) -> None:
        deadline = time.monotonic() + inputs.get("waitTimeout", 60)
        while True:
            state = self.engine.api.inspect_container(container)["State"]
            if not state["Running"] and inputs.get("mustRun", True):
                raise StepFailed(
                    f"{inputs['name']} ended with code {state['ExitCode']} right after "
                    f"its start{self._last_words(container)}"
                )
            health = state.get("Health", {"Status": "there is no health check"})
            if not inputs.get("wait") or health["Status"] == "healthy":
                return
            if time.monotonic() > deadline or "Log" not in health:
                raise StepFailed(
                    f"{inputs['name']} is not healthy ({health['Status']})"
                    f"{self._last_words(container)}"
                )
            time.sleep(_POLL_S)

    def _last_words(self, container: str) -> str:
        text = self.engine.api.logs(container, tail=3).decode(errors="replace")
        return f"; its last words: {' | '.join(text.split(chr(10)))}" if text else ""

    def update(
        self, old: Resource, inputs: dict[str, Any], operation: str, tell: Tell
    ) -> dict[str, Any]:
        if lifted := sorted(
            name for name in _LIMITS if name in old.inputs.keys() - inputs
        ):
            raise StepFailed(
                f"Docker cannot lift {lifted[0]} from a running container; give it a "
                "value, or list it in replace_on_changes"
            )
        host = request(inputs).get("HostConfig", {})
        limits = {
            _LIMITS[name][0]: host[_LIMITS[name][1]] for name in inputs.keys() & _LIMITS
        }
        restart = host.get("RestartPolicy", {"Name": "no"})
        self.engine.api.update_container(old.id, restart_policy=restart, **limits)
        return old.outputs

    def delete(self, old: Resource) -> None:
        self._remove(old.id, old.inputs.get("destroyGraceSeconds", 0))

    def _remove(self, container: str, grace: int = 0) -> None:
        with suppress(NotFound):
            self.engine.api.stop(container, timeout=grace)
            self.engine.api.remove_container(container, v=True, force=True)

    def undo(self, operation: str) -> None:
        for container in self.engine.containers(f"{OPERATION}={operation}"):
            with answered("undoing a container"):
                self._remove(container["Id"])

    def existing(self) -> set[str]:
        return {container["Id"] for container in self.engine.containers()}


def _archive(root: Path, upload: dict[str, Any]) -> bytes:
    only(
        [upload],
        "file",
        "content",
        "contentBase64",
        "source",
        "executable",
        "permissions",
    )
    if "source" in upload:
        content = (root / upload["source"]).read_bytes()
    elif "contentBase64" in upload:
        content = base64.b64decode(upload["contentBase64"])
    else:
        content = upload["content"].encode()
    entry = tarfile.TarInfo(upload["file"].lstrip("/"))
    entry.size = len(content)
    entry.mtime = int(time.time())
    default = "0744" if upload.get("executable") else "0644"
    entry.mode = int(upload.get("permissions", default), 8)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def _told(container: dict[str, Any]) -> dict[str, Any]:
    networks = container["NetworkSettings"]["Networks"]
    return {
        "hostname": container["Config"]["Hostname"],
        "networkDatas": [
            {"networkName": name, "ipAddress": network["IPAddress"]}
            for name, network in networks.items()
        ],
    }
