"""What somebody changed of a container app, through the real SDK."""

from copy import deepcopy
from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.offline.values import Unknown
from tests.components.azure.conftest import APP, PLACE, PLAIN, REGISTRY
from tests.components.conftest import in_cloud
from tests.stacks.observe.azure.test_observer import looking_at
from tests.stacks.observe.azure.world import World

ANN = "app slipway-prod, last changed by ann@example.com: "


@pytest.fixture(scope="module")
def declared() -> Declaration:
    return in_cloud(PLACE, REGISTRY, {**PLAIN})


@pytest.fixture
def world(declared: Declaration) -> World:
    """The declared app, with what Azure adds by itself."""
    inputs = known(declared.only(APP).inputs)
    configuration = {**inputs["configuration"], "maxInactiveRevisions": 100}
    told = {
        "name": inputs["containerAppName"],
        "location": "West Europe",
        "tags": {**inputs["tags"], "slipway.engine": "pulumi", "team": "wine"},
        "systemData": {"lastModifiedBy": "ann@example.com"},
        "properties": {
            "configuration": configuration,
            "template": {**deepcopy(inputs["template"]), "revisionSuffix": ""},
            "latestRevisionName": "slipway-prod--a",
        },
    }
    return World(apps={"slipway-prod": told})


def known(value: Any) -> Any:
    """With what only Azure could tell."""
    match value:
        case dict():
            return {key: known(one) for key, one in value.items()}
        case list():
            return [known(one) for one in value]
        case Unknown():
            return "told"
    return value


def test_what_azure_adds_by_itself_is_no_change(
    world: World, declared: Declaration
) -> None:
    assert looking_at(world).changed_by_hand(declared.resources).found == ()


def test_what_the_portal_made_of_it_is_told(
    world: World, declared: Declaration
) -> None:
    properties = world.apps["slipway-prod"]["properties"]
    (container,) = properties["template"]["containers"]
    container["env"] = [*container["env"], {"name": "DEBUG", "value": "secret"}]
    container["resources"]["memory"] = "2Gi"
    properties["template"]["scale"]["minReplicas"] = 5
    properties["configuration"]["ingress"]["external"] = False
    shares = [
        {"latestRevision": True, "weight": 90},
        {"revisionName": "by-hand", "weight": 10},
    ]
    properties["configuration"]["ingress"]["traffic"] = shares

    found = looking_at(world).changed_by_hand(declared.resources).found

    assert {one.removeprefix(ANN) for one in found} == {
        "template.containers.model.env.DEBUG is there, which nobody declares",
        "template.containers.model.resources.memory is 2Gi, declared 1Gi",
        "template.scale.minReplicas is 5, declared 2",
        "ingress.external is False, declared True",
        "traffic.1.weight is 90, declared 100",
        "traffic.2 is there, which nobody declares",
    }


def test_an_app_that_was_deleted_is_told(declared: Declaration) -> None:
    changes = looking_at(World()).changed_by_hand(declared.resources)
    assert changes.found == ("app slipway-prod is gone",)
    assert any("MetricAlert" in one for one in changes.not_looked_at)
