"""The registry of a shared stack in Azure, as the program declares it."""

from stacks.offline import Declaration
from tests.components.azure.conftest import PLACE, REGISTRY, THEIRS
from tests.components.conftest import declared

ACR = "azure-native:containerregistry:Registry"
PLATFORM = {k: PLACE[k] for k in ("kind", "location")} | {
    "subscription": THEIRS,
    "resource_group": "ml-shared",
}


def test_nobody_has_a_password_and_nobody_pulls_unknown(registry: Declaration) -> None:
    found = registry.only(ACR).inputs
    assert found["adminUserEnabled"] is False
    assert found["anonymousPullEnabled"] is False


def test_only_what_no_tag_names_is_removed(registry: Declaration) -> None:
    policies = registry.only(ACR).inputs["policies"]
    assert policies == {"retentionPolicy": {"status": "enabled", "days": 30}}


def test_it_outlives_a_slip(registry: Declaration) -> None:
    assert registry.only(ACR).protect
    assert registry.only("azure-native:resources:ResourceGroup").protect


def test_standard_has_no_zones_and_keeps_all() -> None:
    kept = REGISTRY | {"repositories": ["wine"], "sku": "Standard"}
    found = declared("shared", tier="shared", platform=PLATFORM, registry=kept)
    inputs = found.only(ACR).inputs
    assert inputs["zoneRedundancy"] == "Disabled"
    assert "policies" not in inputs


def test_a_registry_that_is_there_is_left_alone() -> None:
    found = declared("shared", tier="shared", platform=PLATFORM, registry=REGISTRY)
    assert not found.all(ACR)
