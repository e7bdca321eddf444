"""The types of the local platform, and the only ones this engine makes."""

from pathlib import Path

from ..errors import OfflineError
from .client import Engine, answered
from .container import ContainerHandler
from .handler import ComponentHandler, Handler, ProviderHandler, Tell
from .image import ImageHandler
from .network import NetworkHandler
from .remote_image import RemoteImageHandler
from .volume import VolumeHandler

__all__ = ["VOLUME", "Handler", "Platform", "Tell", "answered"]

VOLUME = "docker:index/volume:Volume"
_TYPES: dict[str, type[Handler]] = {
    "docker-build:index:Image": ImageHandler,
    "docker:index/container:Container": ContainerHandler,
    "docker:index/network:Network": NetworkHandler,
    "docker:index/remoteImage:RemoteImage": RemoteImageHandler,
    VOLUME: VolumeHandler,
    "pulumi:providers:docker": ProviderHandler,
    "pulumi:providers:docker-build": ProviderHandler,
}


class Platform:
    """A handler for every type there is, all on one Docker Engine."""

    def __init__(self, root: Path) -> None:
        self.engine = Engine(root)
        self._component = ComponentHandler(self.engine)
        self._handlers = {type: make(self.engine) for type, make in _TYPES.items()}

    def handler(self, type: str, custom: bool = True) -> Handler:
        """The handler of `type`; an error that names it, when there is none."""
        if not custom:
            return self._component
        if type not in self._handlers:
            raise OfflineError(
                f"{type} is not for the offline engine, which makes a local platform "
                "only; use the Pulumi CLI"
            )
        return self._handlers[type]
