"""A volume that outlives the containers it is mounted in."""

from contextlib import suppress
from typing import Any

from docker.errors import NotFound

from ..plan import Resource
from .client import OPERATION, answered
from .handler import Handler, Made, Tell
from .shapes import labels


class VolumeHandler(Handler):
    """docker:index/volume:Volume; one that exists by its name is taken over."""

    known = ("name", "labels", "driver", "driverOpts")
    autonamed = True

    def create(self, inputs: dict[str, Any], operation: str, tell: Tell) -> Made:
        made = self.engine.api.create_volume(
            inputs["name"],
            driver=inputs.get("driver"),
            driver_opts=inputs.get("driverOpts"),
            labels={**labels(inputs.get("labels", [])), OPERATION: operation},
        )
        told = {"driver": made["Driver"], "mountpoint": made["Mountpoint"]}
        return Made(made["Name"], told)

    def delete(self, old: Resource) -> None:
        self._remove(old.id)

    def _remove(self, volume: str) -> None:
        with suppress(NotFound):
            self.engine.api.remove_volume(volume)

    def undo(self, operation: str) -> None:
        with answered("undoing a volume"):
            filters = {"label": f"{OPERATION}={operation}"}
            for volume in self.engine.api.volumes(filters=filters)["Volumes"] or []:
                self._remove(volume["Name"])

    def existing(self) -> set[str]:
        with answered("listing volumes"):
            volumes = self.engine.api.volumes()["Volumes"] or []
            return {volume["Name"] for volume in volumes}
