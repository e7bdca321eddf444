"""Looks at the containers of one stack."""

import io
import json
import socket
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import docker
import docker.errors
from docker.models.containers import Container

from stacks.machine.forward import forwarded
from stacks.settings.stack import StackSettings
from stacks.settings.watched import network_name

from .. import inside
from ..log import errors_in, texts_in
from ..registry import answers
from ..replica import Changes, Progress, Replica, Resource
from . import changes, containers

_TRIES = 3


class LocalObserver:
    """Reads containers by their labels; needs nothing that Pulumi remembers."""

    start_s = 0.0  # the image is there before

    def __init__(self, stack: str, settings: StackSettings) -> None:
        platform = settings.platform
        if platform.kind != "local":
            raise ValueError(f"{stack} does not run on this machine")
        self._stack = stack
        self._settings = settings
        self._platform = platform

    def obstacle(self) -> str | None:
        """Docker does not answer, the registry is down, or the port is taken."""
        try:
            client = self._client
            client.ping()
        except docker.errors.DockerException as error:
            return _docker_obstacle(error)
        if self._settings.tier == "shared":
            return self._shared_obstacle()
        if self._settings.registry.kind == "local" and not answers(
            self._settings.registry.address
        ):
            return (
                f"the registry at {self._settings.registry.address} does not answer; "
                "bring it up with `python -m stacks up shared`"
            )
        return self._unwatched() or self._port_obstacle("edge", self._platform.port)

    def _shared_obstacle(self) -> str | None:
        monitoring = self._settings.monitoring
        ports = {"registry": getattr(self._settings.registry, "port", None)}
        if monitoring.port is not None:
            ports["prometheus"] = monitoring.port
            ports["alertmanager"] = monitoring.alertmanager_port
        found = (self._port_obstacle(role, port) for role, port in ports.items())
        return next(filter(None, found), None)

    def _unwatched(self) -> str | None:
        port = self._settings.monitoring.port
        if port is None or self._client.networks.list(names=[network_name(port)]):
            return None
        return (
            f"slipway:monitoring.port is {port}, where no shared stack watches; bring "
            "that up with `python -m stacks up shared`, or remove the key"
        )

    def engines(self) -> set[str]:
        """By the label that every container of a stack carries."""
        label: dict[str, Any] = {"label": f"slipway.stack={self._stack}"}
        found = self._client.containers.list(
            all=True, filters=label, ignore_removed=True
        )
        return {container.labels["slipway.engine"] for container in found}

    def replicas(self) -> list[Replica]:
        """Every model container of the stack, newest first."""
        return [
            containers.replica(container) for container in self._containers("model")
        ]

    def canaries(self) -> list[Replica]:
        """Every canary container of the stack, newest first."""
        return [
            containers.replica(container) for container in self._containers("canary")
        ]

    def replica(self, id: str) -> Replica:
        """
        One model container, asked itself whether it is ready.

        Docker asks for the first time only when an interval is over.
        """
        container = self._container(id)
        found = containers.replica(container)
        if found.health == "starting" and _answers(container):
            return replace(found, health="healthy")
        return found

    def rollout(self, name: str, *, canary: bool) -> Progress:
        """Docker replaces nothing by itself."""
        return Progress(complete=True)

    def stalled(self, canary: bool) -> str:
        """Nothing stalls that Docker does not replace."""
        return ""

    def firing(self) -> set[str]:
        """Prometheus raises them."""
        return set()

    def changed_by_hand(self, declared: Sequence[Resource]) -> Changes:
        """Containers by what Docker says of them, and who else is in the networks."""
        return changes.changed_by_hand(self._client, self._stack, declared)

    def replay(self, id: str) -> dict[str, Any]:
        """
        Ask inside the container, so that no port and no route to it is needed.

        Docker on another machine, or in a virtual one, is asked in the same way.
        """
        code, output = self._container(id).exec_run(inside.REPLAY)
        text = cast(bytes, output).decode(errors="replace").strip()
        if code != 0:
            return {"status": 0, "expected": None, "got": text.splitlines()[-1:]}
        return json.loads(text)

    def metrics(self, id: str) -> str:
        """Asked inside the container, as the example is: nobody else need watch."""
        text = ""
        for _ in range(_TRIES):
            code, output = self._container(id).exec_run(inside.METRICS)
            text = cast(bytes, output).decode(errors="replace")
            # A busy Docker may lose the beginning of what was said.
            if code == 0 and text.startswith("#"):
                return text
        raise LookupError(f"container {id[:12]} tells no metrics: {text[-200:]}")

    def manifest(self, id: str) -> bytes:
        """The manifest of the model in it."""
        chunks, _ = self._container(id).get_archive(inside.MANIFEST_FILE)
        packed = io.BytesIO(b"".join(cast(Iterator[bytes], chunks)))
        with tarfile.open(fileobj=packed) as archive:
            member = archive.extractfile(Path(inside.MANIFEST_FILE).name)
            return member.read() if member else b""

    def last_words(self, id: str) -> str:
        """The last error in the log, else of the health check, else the last line."""
        container = self._container(id)
        if container.attrs["State"]["OOMKilled"]:
            limit = container.attrs["HostConfig"]["Memory"] // 2**20
            return f"it needs more memory than its {limit} MiB"
        raw = cast(bytes, container.logs(tail=50)).decode(errors="replace")
        lines = raw.splitlines()
        errors = errors_in(lines)
        if not errors:
            checks = container.attrs["State"].get("Health", {}).get("Log") or []
            errors = [one["Output"].strip() for one in checks if one["ExitCode"]]
        return (errors or texts_in(lines) or ["it logged nothing"])[-1]

    def forwarded(self, id: str, port: int) -> AbstractAsyncContextManager[int]:
        """Through Docker's own channel into the container."""
        return forwarded(id, port)

    def logs(self, id: str, *, follow: bool = False) -> Iterator[str]:
        """The container's log."""
        chunks = self._container(id).logs(stream=True, follow=follow)
        for chunk in cast(Iterator[bytes], chunks):
            yield chunk.decode(errors="replace")

    @cached_property
    def _client(self) -> docker.DockerClient:
        """One connection: a replica that is being proven is looked at all the time."""
        return docker.from_env(timeout=30)

    def _containers(self, role: str) -> list[Container]:
        labels = [f"slipway.stack={self._stack}", f"slipway.role={role}"]
        return self._client.containers.list(
            all=True, filters={"label": labels}, ignore_removed=True
        )

    def _held(self, role: str) -> set[int]:
        """The ports that this stack's own running containers publish."""
        running = [one for one in self._containers(role) if one.status == "running"]
        return set().union(*(containers.published(one) for one in running))

    def _container(self, id: str) -> Container:
        try:
            return self._client.containers.get(id)
        except docker.errors.NotFound:
            raise LookupError(f"container {id[:12]} is gone") from None

    def _port_obstacle(self, role: str, port: int | None) -> str | None:
        """A port is taken unless this stack's own container holds it."""
        if port is None or port in self._held(role):
            return None
        bind = str(self._platform.bind)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((bind, port))
            except PermissionError:
                return None  # Docker may open ports that this user may not.
            except OSError as error:
                return (
                    f"port {port} on {bind} cannot be used ({error.strerror}); free it "
                    f"or choose another in Pulumi.{self._stack}.yaml"
                )
        return None


def _answers(container: Container) -> bool:
    try:
        return container.exec_run(inside.READY).exit_code == 0
    except docker.errors.APIError:  # it has just ended
        return False


def _docker_obstacle(error: Exception) -> str:
    text = str(error)
    if "Permission denied" in text:
        return (
            "Docker refuses this user (permission denied on its socket); "
            "join the `docker` group or run as root"
        )
    return (
        "Docker does not answer; start it, or let `python3 -m stacks up` install it "
        "(as root, on Debian or Ubuntu)"
    )
