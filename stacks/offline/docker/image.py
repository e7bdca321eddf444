"""An image that is built here and pushed to a registry."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from docker.errors import ImageNotFound

from ..errors import OfflineError, StepFailed
from ..plan import Resource
from ..registration import Registration
from ..values import Unknown, contains
from .client import answered
from .context import context_hash
from .handler import Handler, Inputs, Made, Tell
from .shapes import only

_FLAGS = {"noCache": "--no-cache", "pull": "--pull"}
_VALUES = {"network": "--network", "target": "--target"}
_PAIRS = {"buildArgs": "--build-arg", "labels": "--label"}


class ImageHandler(Handler):
    """
    docker-build:index:Image, built by the docker command's own BuildKit.

    It never builds in a preview, builds for one platform, and leaves what it pushed
    in the registry when it is deleted. `digest` is what the registry took, or the
    image's ID when nothing is pushed.
    """

    known = in_place = frozenset(
        {*_FLAGS, *_VALUES, *_PAIRS, "addHosts", "context", "dockerfile", "platforms"}
        | {"secrets", "tags", "push", "load", "exec", "builder", "buildOnPreview"}
        | {"registries", "contextHash"}
    )
    volatile = ("contextHash", "digest", "ref")

    def check(self, new: Registration, old: Resource | None) -> Inputs:
        inputs = super().check(new, old)
        if contains([inputs.get("context"), inputs.get("dockerfile")], Unknown):
            return inputs
        only([inputs["context"], inputs.get("dockerfile", {})], "location")
        (builder,) = only([inputs.get("builder", {"name": "default"})], "name")
        if builder["name"] != "default" or len(inputs.get("platforms", [])) > 1:
            raise OfflineError(
                f"{new.name} asks for builder {builder['name']} and the platforms "
                f"{inputs.get('platforms')}; offline it is `default` and one platform"
            )
        return {**inputs, "contextHash": context_hash(*self._paths(inputs))}

    def comparable(self, inputs: Inputs) -> Inputs:
        logins = [
            {key: login[key] for key in login if key != "password"}
            for login in inputs.get("registries", [])
        ]
        return {**inputs, "registries": logins} if logins else inputs

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        digest = self._build(inputs, tell)
        tags = inputs.get("tags", [])
        if inputs.get("push"):
            for tag in tags:
                digest = self._push(tag, inputs.get("registries", []), tell)
        ref = "".join(tags[:1]) + (f"@{digest}" if inputs.get("push") else "")
        hashed = inputs["contextHash"]
        return Made(digest, {"digest": digest, "ref": ref, "contextHash": hashed})

    def update(self, old: Resource, inputs: Inputs, tell: Tell) -> dict[str, Any]:
        return self.create(inputs, "", tell).outputs

    def gone(self, recorded: list[Resource]) -> list[Resource]:
        """What was pushed is the registry's; the rest is known by its tags here."""
        own = [one for one in recorded if not one.inputs.get("push")]
        with answered("looking for images"):
            return [one for one in own if not self._has(one.inputs.get("tags", []))]

    def _has(self, tags: list[str]) -> bool:
        try:
            for tag in tags:
                self.engine.api.inspect_image(tag)
        except ImageNotFound:
            return False
        return True

    def _paths(self, inputs: Inputs) -> tuple[Path, Path]:
        location = inputs["context"]["location"]
        default = f"{location}/Dockerfile"
        dockerfile = inputs.get("dockerfile", {}).get("location", default)
        return self.engine.root / location, self.engine.root / dockerfile

    def _build(self, inputs: Inputs, tell: Tell) -> str:
        context, dockerfile = self._paths(inputs)
        with tempfile.TemporaryDirectory(prefix="slipway-") as folder:
            told = Path(folder) / "id"
            asked = ["--progress=plain", f"--iidfile={told}", f"--file={dockerfile}"]
            for name, secret in inputs.get("secrets", {}).items():
                file = Path(folder) / f"secret-{len(asked)}"
                file.touch(mode=0o600)
                file.write_text(secret)
                asked.append(f"--secret=id={name},src={file}")
            _run([_docker(), "build", *asked, *_arguments(inputs), str(context)], tell)
            return told.read_text().strip()

    def _push(self, tag: str, logins: list[dict[str, Any]], tell: Tell) -> str:
        """Push `tag`; returns the digest that the registry took."""
        login = next(
            (each for each in logins if tag.startswith(f"{each['address']}/")), None
        )
        digest = ""
        for line in self.engine.api.push(
            tag, auth_config=login, stream=True, decode=True
        ):
            if "error" in line:
                raise StepFailed(f"pushing {tag} failed: {line['error']}")
            digest = line.get("aux", {}).get("Digest", digest)
        tell(f"pushed {tag} as {digest}")
        return digest


def _docker() -> str:
    return os.environ.get("SLIPWAY_DOCKER", "docker")


def _arguments(inputs: Inputs) -> list[str]:
    arguments = [flag for name, flag in _FLAGS.items() if inputs.get(name)]
    arguments += [
        f"{flag}={inputs[name]}" for name, flag in _VALUES.items() if name in inputs
    ]
    for name, flag in _PAIRS.items():
        for key, value in sorted(inputs.get(name, {}).items()):
            arguments.append(f"{flag}={key}={value}")
    for name, flag in {"addHosts": "--add-host", "tags": "--tag"}.items():
        arguments += [f"{flag}={value}" for value in inputs.get(name, [])]
    return arguments + [f"--platform={each}" for each in inputs.get("platforms", [])]


def _run(command: list[str], tell: Tell) -> None:
    """Run `command`; it ends with this process's interest in it, also by Ctrl-C."""
    last: list[str] = []
    with subprocess.Popen(
        command,
        env={**os.environ, "DOCKER_BUILDKIT": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            for line in filter(str.strip, process.stdout or ()):
                tell(line.rstrip())
                last = [*last[-2:], line.strip()]
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        told = " | ".join(last)
        raise StepFailed(f"{command[0]} build ended with {process.returncode}: {told}")
