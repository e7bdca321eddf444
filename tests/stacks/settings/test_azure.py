"""Stack files of services that run in Azure."""

from typing import Any

import pytest

from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings

OURS = "22222222-2222-2222-2222-222222222222"
GROUP = f"/subscriptions/{OURS}/resourceGroups/ml/providers"
SUBNET = f"{GROUP}/Microsoft.Network/virtualNetworks/ml/subnets/apps"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/ml-secrets"
GIVEN = {
    "kind": "given",
    "id": f"{GROUP}/Microsoft.App/managedEnvironments/ml",
    "workspace": f"{GROUP}/Microsoft.OperationalInsights/workspaces/ml",
}
PLACE: dict[str, Any] = {
    "kind": "azure",
    "subscription": OURS,
    "location": "westeurope",
    "resource_group": "ml",
    "environment": {"kind": "made", "subnet": SUBNET},
    "contacts": [{"email": "ml@example.com"}],
}
PAIR = {"cpu": 0.5, "memory_mb": 1024}


def parsed(**settings: Any) -> StackSettings:
    platform = PLACE | settings.pop("platform", {})
    service = PAIR | settings.pop("service", {})
    given = {
        "tier": "prod",
        "upstream": "staging",
        "platform": platform,
        "registry": {"kind": "oci", "address": "registry.example.com"},
        "service": service,
        **settings,
    }
    told = {key: one for key, one in given.items() if one is not None}
    return StackSettings.parse("prod", {f"slipway:{k}": v for k, v in told.items()})


def job(**more: Any) -> list[dict[str, Any]]:
    return [{"name": "n", "input": "az://a/b.csv", "output": "az://a/c/", **more}]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"service": {"cpu": 0.3}}, "cpu is 0.3; Container Apps has 0.25 to 4"),
        ({"service": {"cpu": 4.25}}, "cpu is 4.25"),
        ({"service": {"memory_mb": 2048}}, "beside cpu 0.5 Container Apps has 1024"),
        ({"batch": job(cpu=2)}, "slipway:batch n: memory_mb is 1024"),
        ({"platform": {"architecture": "arm64"}}, "Container Apps has amd64 alone"),
        ({"platform": {"idle_to_zero": True}}, "idle_to_zero is for dev, and this is"),
        ({"platform": {"concurrency": 9}}, "concurrency needs autoscale"),
        ({"platform": {"name": "wine--prod"}}, "name is 'wine--prod'"),
        (
            {"platform": {"name": "ml"}},
            "name is 'ml'; a workspace of Log Analytics has",
        ),
        ({"batch": job(name="a--b")}, "slipway:batch a--b: its name has --"),
        ({"platform": {"log_days": 7}}, "keeps 30 to 730 days"),
        (
            {"platform": {"environment": {"kind": "made"}}},
            "Azure spans zones in a network of yours alone",
        ),
        (
            {"platform": {"environment": GIVEN | {"internal": True}, "public": True}},
            "nothing in an environment that is internal is on the internet",
        ),
        ({"platform": {"subscription": "prod"}}, "platform.subscription is 'prod'"),
        ({"batch": job(zone="Europe/Berlin")}, "Azure's clock is UTC's"),
        ({"batch": job(schedule="@never")}, "schedule is '@never'"),
        (
            {"batch": job(shards=2, output="az://a/$(RUN)/")},
            "runs have no name in common",
        ),
        ({"batch": job(shards=51)}, "a job has 50 shards at most"),
        (
            {"registry": {"kind": "ecr", "account": "1" * 12, "region": "eu-west-1"}},
            "Azure pulls from acr by identity",
        ),
        (
            {
                "platform": {"key_vault": VAULT, "secret_ids": {"A": "https://x/A"}},
                "service": {"secrets": ["A"]},
            },
            "is no secret of slipway:platform.key_vault",
        ),
        ({"service": {"secrets": ["A_B", "a_b"]}}, "are one name to Azure"),
        ({"service": {"health": {"startup_s": 2401}}}, "10 probes with 240 s between"),
        (
            {
                "tier": "shared",
                "upstream": None,
                "service": None,
                "registry": {
                    "kind": "acr",
                    "name": "models",
                    "subscription": OURS.replace("2", "1"),
                    "resource_group": "ml",
                },
            },
            "the shared stack that makes it is in",
        ),
    ],
)
def test_a_mistake_is_told_by_its_key(settings: dict[str, Any], told: str) -> None:
    if settings.get("service", "") is None:
        settings = {**settings, "service": {}}
    with pytest.raises(SettingsError) as error:
        parsed(**settings)
    assert told in str(error.value)


@pytest.mark.parametrize("steps", range(1, 17))
def test_every_pair_of_the_consumption_profile_is_right(steps: int) -> None:
    service = {"cpu": steps / 4, "memory_mb": steps * 512}
    assert parsed(service=service).service.memory_mb == steps * 512


def test_a_profile_of_its_own_has_other_pairs() -> None:
    environment = GIVEN | {"profile": "large"}
    service = {"cpu": 3, "memory_mb": 20_000}
    found = parsed(platform={"environment": environment}, service=service)
    assert found.service.memory_mb == 20_000


def test_nothing_is_public_unless_it_is_asked_for() -> None:
    platform = parsed().platform
    assert platform.kind == "azure"
    assert (platform.public, platform.address) == (False, None)


def test_prod_spans_zones_and_other_tiers_need_not() -> None:
    platform = parsed().platform
    assert platform.kind == "azure"
    assert [platform.over_zones(tier) for tier in ("staging", "prod")] == [False, True]


def test_a_dev_that_sleeps_may_have_no_copy() -> None:
    found = parsed(
        tier="dev",
        upstream=None,
        package="model_image/example/package",
        platform={"idle_to_zero": True},
    )
    assert [number in found.platform.replicas(2) for number in (0, 2, 3)] == [
        True,
        True,
        False,
    ]
