"""A network between containers."""

from contextlib import suppress
from typing import Any

from docker.errors import NotFound
from docker.types import IPAMConfig, IPAMPool

from ..plan import Resource
from .client import OPERATION, answered
from .handler import Handler, Made, Tell
from .shapes import labels, only

_POOLS = "ipamConfigs"


class NetworkHandler(Handler):
    """docker:index/network:Network; every change replaces it."""

    known = ("name", "labels", "internal", "attachable", "driver", "options", _POOLS)
    autonamed = True

    def create(self, inputs: dict[str, Any], operation: str, tell: Tell) -> Made:
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

    def delete(self, old: Resource) -> None:
        self._remove(old.id)

    def _remove(self, network: str) -> None:
        with suppress(NotFound):
            self.engine.api.remove_network(network)

    def undo(self, operation: str) -> None:
        with answered("undoing a network"):
            filters = {"label": f"{OPERATION}={operation}"}
            for network in self.engine.api.networks(filters=filters):
                self._remove(network["Id"])

    def existing(self) -> set[str]:
        with answered("listing networks"):
            return {network["Id"] for network in self.engine.api.networks()}
