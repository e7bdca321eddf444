"""An image that comes from a registry, or is in the engine already."""

from contextlib import suppress

from docker.errors import ImageNotFound

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
            api.pull(_with_tag(name), platform=inputs.get("platform"))
            image = api.inspect_image(name)
        digests = image.get("RepoDigests") or [""]
        told = {"imageId": image["Id"], "repoDigest": digests[0]}
        return Made(image["Id"] + name, told)

    def delete(self, old: Resource) -> None:
        if not old.inputs.get(_KEEP):
            with suppress(ImageNotFound):
                force = old.inputs.get(_FORCE, False)
                self.engine.api.remove_image(old.inputs["name"], force=force)

    def undo(self, operation: str) -> None:
        """An image that was pulled is no harm, and no label tells that it was."""

    def listed(self, filters: dict[str, str]) -> list[str]:
        return [each["Id"] for each in self.engine.api.images()]


def _with_tag(name: str) -> str:
    """`name` with the tag that Docker would take; else all tags are pulled."""
    return name if "@" in name or ":" in name.rpartition("/")[2] else f"{name}:latest"
