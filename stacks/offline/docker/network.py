"""A network between containers."""

from contextlib import suppress

from docker.errors import NotFound
from docker.types import IPAMConfig, IPAMPool

from .client import OPERATION
from .handler import Handler, Inputs, Made, Tell
from .shapes import labels, only

_POOLS = "ipamConfigs"


class NetworkHandler(Handler):
    """docker:index/network:Network; every change replaces it."""

    known = ("name", "labels", "internal", "attachable", "driver", "options", _POOLS)
    autonamed = True

    def create(self, inputs: Inputs, operation: str, tell: Tell) -> Made:
        pools = [
            IPAMPool(pool.get("subnet"), gateway=pool.get("gateway"))
            for pool in only(inputs.get(_POOLS, []), "subnet", "gateway")
        ]
        made = self.engine.api.create_network(
            inputs["name"],
            driver=inputs.get("driver", "bridge"),
            options=inputs.get("options"),
            ipam=IPAMConfig(pool_configs=pools) if pools else None,
            internal=inputs.get("internal", False),
            attachable=inputs.get("attachable"),
            labels={**labels(inputs.get("labels", [])), OPERATION: operation},
            check_duplicate=True,
        )
        return Made(made["Id"], {"driver": inputs.get("driver", "bridge")})

    def listed(self, filters: dict[str, str]) -> list[str]:
        return [each["Id"] for each in self.engine.api.networks(filters=filters)]

    def remove(self, id: str) -> None:
        with suppress(NotFound):
            self.engine.api.remove_network(id)
