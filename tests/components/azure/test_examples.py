"""The stacks that are shipped for Azure can be declared, and break no rule."""

import pytest

from stacks.rules import Asked, read
from tests.components import examples
from tests.components.azure.conftest import APP
from tests.components.azure.rules import broken
from tests.components.examples import TIERS, Example


def example(tier: str) -> Example:
    return examples.example("azure", tier)


@pytest.fixture(scope="module", params=TIERS)
def declared(request: pytest.FixtureRequest) -> Example:
    return example(request.param)


def test_every_example_is_declared() -> None:
    assert examples.files("azure") == {f"Pulumi.{tier}.yaml" for tier in TIERS}


def test_no_rule_is_broken(declared: Example) -> None:
    settings, declaration = declared
    asked = Asked.of(settings)

    copies = read(declaration.resources, asked).copies

    assert bool(copies) is (settings.tier != "shared")
    assert broken(declaration, asked) == []


def test_shared_makes_the_registry_that_all_others_pull_from() -> None:
    settings, declaration = example("shared")
    made = declaration.only("azure-native:containerregistry:Registry").inputs
    pulled = {example(tier)[0].registry.address for tier in TIERS[1:]}
    assert {settings.registry.address} == pulled
    assert made["registryName"] == "slipwaymodels"


def test_dev_costs_nothing_while_nobody_calls() -> None:
    settings, declaration = example("dev")
    inputs = declaration.only(APP).inputs
    scale = inputs["template"]["scale"]
    assert Asked.of(settings).replicas == 0
    assert (scale["minReplicas"], scale["maxReplicas"]) == (0, 1)
    (rule,) = scale["rules"]
    assert "http" in rule


def test_dev_answers_the_office_alone() -> None:
    _, declaration = example("dev")
    ingress = declaration.only(APP).inputs["configuration"]["ingress"]
    (allowed,) = ingress["ipSecurityRestrictions"]
    assert (allowed["action"], allowed["ipAddressRange"]) == (
        "Allow",
        "203.0.113.0/24",
    )


@pytest.mark.parametrize("tier", ["staging", "prod"])
def test_what_callers_rely_on_is_private(tier: str) -> None:
    _, declaration = example(tier)
    made = declaration.only("azure-native:app:ManagedEnvironment").inputs
    assert made["vnetConfiguration"]["internal"] is True
    assert made["publicNetworkAccess"] == "Disabled"


def test_prod_is_over_zones_and_grows() -> None:
    _, declaration = example("prod")
    app = declaration.only(APP)
    scale = app.inputs["template"]["scale"]
    made = declaration.only("azure-native:app:ManagedEnvironment")
    assert app.protect
    assert made.inputs["zoneRedundant"] is True
    assert (scale["minReplicas"], scale["maxReplicas"]) == (3, 12)
