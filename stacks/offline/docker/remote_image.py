"""An image that comes from a registry, or is in the engine already."""

from contextlib import suppress

from docker.errors import ImageNotFound

from ..errors import StepFailed
from ..plan import Resource
from .handler import Handler, Inputs, Made, Tell

_KEEP, _FORCE = "keepLocally", "forceRemove"


class RemoteImageHandler(Handler):
    """docker:index/remoteImage:RemoteImage; pulled only when it is not there."""

    known = ("name", "platform", "pullTriggers", "triggers", _KEEP, _FORCE)
    in_place = (_KEEP, _FORCE)

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        name, api = inputs["name"], self.engine.api
        try:
            image = api.inspect_image(name)
        except ImageNotFound:
            tell(f"pulling {name}")
            self._pull(_with_tag(name), inputs.get("platform"))
            image = api.inspect_image(name)
        digests = image.get("RepoDigests") or []
        own = (each for each in digests if each.startswith(f"{_repository(name)}@"))
        told = {"imageId": image["Id"], "repoDigest": next(own, "")}
        return Made(image["Id"] + name, told)

    def _pull(self, name: str, platform: str | None) -> None:
        for line in self.engine.api.pull(
            name, platform=platform, stream=True, decode=True
        ):
            if "error" in line:
                raise StepFailed(f"pulling {name} failed: {line['error']}")

    def delete(self, old: Resource) -> None:
        if not old.inputs.get(_KEEP):
            with suppress(ImageNotFound):
                force = old.inputs.get(_FORCE, False)
                self.engine.api.remove_image(old.inputs["name"], force=force)

    def docker_id(self, recorded: Resource) -> str:
        return recorded.outputs["imageId"]

    def undo(self, operation: str) -> None:
        """An image that was pulled is no harm, and no label tells that it was."""

    def listed(self, filters: dict[str, str]) -> list[str]:
        return [each["Id"] for each in self.engine.api.images()]


def _repository(name: str) -> str:
    """`name` without tag and digest; a colon before a slash is that of a port."""
    folder, slash, last = name.partition("@")[0].rpartition("/")
    return folder + slash + last.partition(":")[0]


def _with_tag(name: str) -> str:
    """`name` with the tag that Docker would take; else all tags are pulled."""
    return f"{name}:latest" if name == _repository(name) else name
