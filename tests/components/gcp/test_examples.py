"""The stacks that are shipped for Google Cloud can be declared, and break no rule."""

import pytest

from stacks.rules import Asked, read
from tests.components import examples
from tests.components.examples import TIERS, Example
from tests.components.gcp.rules import broken

_SERVICE = "gcp:cloudrunv2/service:Service"


def example(tier: str) -> Example:
    return examples.example("gcp", tier)


@pytest.fixture(scope="module", params=TIERS)
def declared(request: pytest.FixtureRequest) -> Example:
    return example(request.param)


def test_every_example_is_declared() -> None:
    assert examples.files("gcp") == {f"Pulumi.{tier}.yaml" for tier in TIERS}


def test_no_rule_is_broken(declared: Example) -> None:
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
