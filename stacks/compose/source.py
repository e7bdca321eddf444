"""What a Compose file is made from."""

from dataclasses import dataclass
from typing import Any

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from stacks.settings.stack import StackSettings


@dataclass(frozen=True, kw_only=True)
class Source:
    """A stack as its program declares it, and the image that was built of it."""

    stack: str
    settings: StackSettings
    declared: Declaration
    image: str
    """The model's, by digest."""
    clone: str
    """The way from the file's folder to Slipway's own files."""

    def container(self, name: str) -> Registration:
        """One of the containers that the program declares."""
        return self.declared.only("docker:index/container:Container", name)

    def build(self, folder: str) -> dict[str, Any]:
        """How Compose builds an image of this folder of the clone."""
        return {
            "context": f"{self.clone}/{folder}",
            "args": {"BASE": self.settings.build.base},
        }
