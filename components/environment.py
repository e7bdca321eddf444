"""What a copy of a model is told by its environment, wherever it runs."""

from collections.abc import Mapping

import pulumi

from stacks.settings.image import package_version
from stacks.settings.service import ServiceSettings


def environment(
    image: pulumi.Input[str], settings: ServiceSettings, labels: Mapping[str, str]
) -> dict[str, pulumi.Input[str]]:
    """What the settings say, and which release of which image this is to be."""
    version = package_version(labels["slipway.version"])
    return {
        **settings.env,
        "SLIPWAY_IMAGE": image,
        "SLIPWAY_RELEASE": f"{labels['slipway.model']} {version}",
        "SLIPWAY_DRAIN_SECONDS": f"{settings.drain_s:g}",
        "SLIPWAY_THREADS": str(max(1, int(settings.cpu))),
    }
