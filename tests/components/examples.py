"""The stacks that are shipped for a cloud, as they are declared."""

from typing import Any

import yaml

from stacks.offline import Declaration, declare
from stacks.settings.stack import StackSettings
from tests.components.conftest import IMAGE, ROOT

TIERS = ("shared", "dev", "staging", "prod")
Example = tuple[StackSettings, Declaration]


def files(cloud: str) -> set[str]:
    """The names of a cloud's stack files."""
    return {one.name for one in _folder(cloud).glob("Pulumi.*.yaml")}


def example(cloud: str, tier: str) -> Example:
    """What a file says and declares, with a release where it waits for one."""
    config = released(cloud, tier)
    return StackSettings.parse(tier, config), declare(ROOT, tier, config=config)


def released(cloud: str, tier: str) -> dict[str, Any]:
    """What a file says, with a release where it waits for one, and its secrets."""
    text = (_folder(cloud) / f"Pulumi.{tier}.yaml").read_text()
    config: dict[str, Any] = yaml.safe_load(text)["config"]
    if "slipway:upstream" in config:
        config["slipway:image"] = IMAGE
    settings = StackSettings.parse(tier, config)
    contacts = getattr(settings.platform, "contacts", ())
    named = (
        *settings.service.secrets,
        *(one.webhook for one in contacts if one.webhook),
    )
    secrets = {f"secrets:{name}": {"secure": "v1:x"} for name in named}
    return {**config, **secrets}


def _folder(cloud: str) -> Any:
    return ROOT / "stacks" / "examples" / cloud
