"""A volume that outlives the containers it is mounted in."""

from contextlib import suppress

from docker.errors import NotFound

from .client import OPERATION
from .handler import Handler, Inputs, Made, Tell
from .shapes import labels


class VolumeHandler(Handler):
    """docker:index/volume:Volume; one that exists by its name is taken over."""

    known = ("name", "labels", "driver", "driverOpts")
    autonamed = True

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        made = self.engine.api.create_volume(
            inputs["name"],
            driver=inputs.get("driver"),
            driver_opts=inputs.get("driverOpts"),
            labels={**labels(inputs.get("labels", [])), OPERATION: operation},
        )
        told = {"driver": made["Driver"], "mountpoint": made["Mountpoint"]}
        return Made(made["Name"], told)

    def listed(self, filters: dict[str, str]) -> list[str]:
        volumes = self.engine.api.volumes(filters=filters)["Volumes"] or []
        return [each["Name"] for each in volumes]

    def remove(self, id: str) -> None:
        with suppress(NotFound):
            self.engine.api.remove_volume(id)
