"""The stacks that are shipped for Google Cloud can be declared, and break no rule."""

from typing import Any

import pytest
import yaml

from stacks.offline import Declaration, declare
from stacks.rules import Asked, read
from stacks.settings.gcp import GcpPlatform
from stacks.settings.stack import StackSettings
from tests.components.conftest import IMAGE, ROOT
from tests.components.gcp.rules import broken

EXAMPLES = ROOT / "stacks" / "examples" / "gcp"
TIERS = ("shared", "dev", "staging", "prod")
_SERVICE = "gcp:cloudrunv2/service:Service"


def example(tier: str) -> tuple[StackSettings, Declaration]:
    """What a file says and declares, with a release where it waits for one."""
    text = (EXAMPLES / f"Pulumi.{tier}.yaml").read_text()
    config: dict[str, Any] = yaml.safe_load(text)["config"]
    if "slipway:upstream" in config:
        config["slipway:image"] = IMAGE
    settings = StackSettings.parse(tier, config)
    assert isinstance(settings.platform, GcpPlatform)
    named = (
        *settings.service.secrets,
        *(one.webhook for one in settings.platform.contacts if one.webhook),
    )
    secrets = {f"secrets:{name}": {"secure": "v1:x"} for name in named}
    return settings, declare(ROOT, tier, config={**config, **secrets})


@pytest.fixture(scope="module", params=TIERS)
def declared(request: pytest.FixtureRequest) -> tuple[StackSettings, Declaration]:
    return example(request.param)


def test_every_example_is_declared() -> None:
    files = {one.name for one in EXAMPLES.glob("Pulumi.*.yaml")}
    assert files == {f"Pulumi.{tier}.yaml" for tier in TIERS}


def test_no_rule_is_broken(declared: tuple[StackSettings, Declaration]) -> None:
    settings, declaration = declared
    asked = Asked.of(settings)

    copies = read(declaration.resources, asked).copies

    assert bool(copies) is (settings.tier != "shared")
    assert broken(declaration, asked) == []


def test_dev_costs_nothing_while_nobody_calls() -> None:
    settings, declaration = example("dev")
    service = declaration.only(_SERVICE).inputs
    assert Asked.of(settings).replicas == 0
    assert service["scaling"]["minInstanceCount"] == 0
    assert service["template"]["containers"][0]["resources"]["cpuIdle"] is True


def test_prod_is_private_and_grows() -> None:
    _, declaration = example("prod")
    service = declaration.only(_SERVICE)
    assert service.protect
    assert service.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    bounds = service.inputs["scaling"]
    assert (bounds["minInstanceCount"], bounds["maxInstanceCount"]) == (3, 12)
    invokers = declaration.all("gcp:cloudrunv2/serviceIamMember:ServiceIamMember")
    assert [one.inputs["member"] for one in invokers] == [
        "serviceAccount:checkout@shop-front.iam.gserviceaccount.com"
    ]
