"""An image that comes from a registry, or is in the engine already."""

from typing import Any

from docker.errors import ImageNotFound

from ..plan import Resource
from .client import answered
from .handler import Handler, Made, Tell


class RemoteImageHandler(Handler):
    """docker:index/remoteImage:RemoteImage; pulled only when it is not there."""

    known = (
        "name",
        "keepLocally",
        "forceRemove",
        "platform",
        "pullTriggers",
        "triggers",
    )
    in_place = ("keepLocally", "forceRemove")

    def create(self, inputs: dict[str, Any], operation: str, tell: Tell) -> Made:
        name = inputs["name"]
        try:
            image = self.engine.api.inspect_image(name)
        except ImageNotFound:
            tell(f"pulling {name}")
            self.engine.api.pull(_with_tag(name), platform=inputs.get("platform"))
            image = self.engine.api.inspect_image(name)
        digests = image.get("RepoDigests") or [""]
        told = {"imageId": image["Id"], "repoDigest": digests[0]}
        return Made(image["Id"] + name, told)

    def delete(self, old: Resource) -> None:
        if old.inputs.get("keepLocally"):
            return
        try:
            force = old.inputs.get("forceRemove", False)
            self.engine.api.remove_image(old.inputs["name"], force=force)
        except ImageNotFound:
            pass

    def existing(self) -> set[str]:
        with answered("listing images"):
            return {image["Id"] for image in self.engine.api.images()}


def _with_tag(name: str) -> str:
    """`name` with the tag that Docker would take; else all tags are pulled."""
    return name if "@" in name or ":" in name.rpartition("/")[2] else f"{name}:latest"
