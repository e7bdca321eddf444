"""A container: the thing that runs."""

import time
from contextlib import suppress
from typing import Any

from docker.errors import APIError, NotFound

from ..diff import unordered
from ..errors import StepFailed
from ..plan import Resource
from ..registration import Registration
from ..values import Unknown, contains, revealed
from .client import OPERATION
from .container_request import PROPERTIES, request
from .handler import Handler, Inputs, Made, Tell
from .shapes import only
from .upload import archive

_LIMITS = {"memory", "memorySwap"}
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
    in_place = frozenset({*_LIMITS, *_MANNERS, "restart", "maxRetryCount"})
    delete_first = True
    autonamed = True

    def check(self, new: Registration, old: Resource | None) -> Inputs:
        inputs = super().check(new, old)
        if not contains(inputs, Unknown):
            request(revealed(inputs))
        return inputs

    def comparable(self, inputs: Inputs) -> Inputs:
        lists = {name for name in inputs if isinstance(inputs[name], list)}
        ordered = {name: unordered(inputs[name]) for name in lists - {*_ORDERED}}
        return {**inputs, **ordered}

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        api, body = self.engine.api, request(inputs)
        body.setdefault("Labels", {})[OPERATION] = operation
        made = api.create_container_from_config(body, inputs["name"])["Id"]
        self._connect(made, inputs.get("networksAdvanced", []))
        for upload in inputs.get("uploads", []):
            api.put_archive(made, "/", archive(self.engine.root, upload))
        if inputs.get("start", True):
            api.start(made)
            self._await(made, inputs)
        return Made(made, _told(api.inspect_container(made)))

    def _connect(self, container: str, networks: list[dict[str, Any]]) -> None:
        api = self.engine.api
        if networks:
            try:
                api.disconnect_container_from_network(container, "bridge")
            except APIError as error:
                if "is not connected" not in str(error.explanation):
                    raise
        for network in only(networks, "name", "aliases", "ipv4Address"):
            aliases, address = network.get("aliases"), network.get("ipv4Address")
            api.connect_container_to_network(
                container, network["name"], aliases=aliases, ipv4_address=address
            )

    def _await(self, container: str, inputs: Inputs) -> None:
        deadline = time.monotonic() + inputs.get("waitTimeout", 60)
        while True:
            state = self.engine.api.inspect_container(container)["State"]
            health = state.get("Health", {"Status": "there is no health check"})
            if not state["Running"] and inputs.get("mustRun", True):
                problem = f"ended with code {state['ExitCode']} right after its start"
            elif not inputs.get("wait") or health["Status"] == "healthy":
                return
            elif time.monotonic() > deadline or "Log" not in health:
                problem = f"is not healthy ({health['Status']})"
            else:
                time.sleep(_POLL_S)
                continue
            raise StepFailed(f"{inputs['name']} {problem}{self._last_words(container)}")

    def _last_words(self, container: str) -> str:
        with suppress(APIError):
            text = self.engine.api.logs(container, tail=3).decode(errors="replace")
            return f"; its last words: {' | '.join(text.splitlines())}" if text else ""
        return ""

    def update(self, old: Resource, inputs: Inputs, tell: Tell) -> dict[str, Any]:
        if lifted := sorted(_LIMITS & (old.inputs.keys() - inputs)):
            raise StepFailed(
                f"Docker cannot lift {lifted[0]} from a running container; give it a "
                "value, or list it in replace_on_changes"
            )
        asked = request(inputs).get("HostConfig", {})
        self.engine.api.update_container(
            old.id,
            mem_limit=asked.get("Memory"),
            memswap_limit=asked.get("MemorySwap"),
            restart_policy=asked.get("RestartPolicy", {"Name": "no"}),
        )
        return old.outputs

    def delete(self, old: Resource) -> None:
        self.remove(old.id, old.inputs.get("destroyGraceSeconds", 0))

    def listed(self, filters: dict[str, str]) -> list[str]:
        found = self.engine.api.containers(all=True, filters=filters)
        return [each["Id"] for each in found]

    def remove(self, id: str, grace: int | None = None) -> None:
        with suppress(NotFound):
            self.engine.api.stop(id, timeout=grace)
            self.engine.api.remove_container(id, v=True, force=True)


def _told(container: dict[str, Any]) -> dict[str, Any]:
    networks = container["NetworkSettings"]["Networks"]
    return {
        "hostname": container["Config"]["Hostname"],
        "networkDatas": [
            {"networkName": name, "ipAddress": network["IPAddress"]}
            for name, network in networks.items()
        ],
    }
