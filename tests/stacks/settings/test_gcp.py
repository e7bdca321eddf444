"""Stack files of services that run in Google Cloud, and the way to the project."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from googleapiclient.http import HttpMockSequence

from stacks.settings.cloud_error import CloudError
from stacks.settings.cloud_run import start_probe
from stacks.settings.gcp import GcpPlatform, secret_of
from stacks.settings.gcp_project import GcpProject, answer, found, told
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings

PLATFORM: dict[str, Any] = {
    "kind": "gcp",
    "project": "shop-prod",
    "region": "europe-west1",
    "contacts": [{"email": "ml@example.com"}],
}
GOOGLE = GcpPlatform(kind="gcp", project="shop-prod", region="europe-west1")
REGISTRY = {
    "kind": "artifact_registry",
    "project": "shop-artifacts",
    "location": "europe-west1",
}


def _parsed(**settings: Any) -> StackSettings:
    given = {
        "tier": "prod",
        "upstream": "staging",
        "platform": PLATFORM,
        "registry": REGISTRY,
        "service": {"cpu": 1, "memory_mb": 512},
        **settings,
    }
    return StackSettings.parse(
        "prod", {f"slipway:{key}": value for key, value in given.items()}
    )


def _batch(**more: Any) -> list[dict[str, Any]]:
    return [{"name": "n", "input": "gs://b/i.csv", "output": "gs://b/o.csv", **more}]


def test_a_plain_file_is_right() -> None:
    platform = _parsed().platform
    assert platform.kind == "gcp"
    assert platform.address is None
    assert list(platform.replicas(3)) == [3]


@pytest.mark.parametrize(
    ("cpu", "memory_mb", "concurrency"),
    [(1, 512, 80), (2, 8192, 80), (8, 32_768, 1000), (0.5, 1024, 1), (0.08, 128, 1)],
)
def test_pairs_that_cloud_run_has(cpu: float, memory_mb: int, concurrency: int) -> None:
    _parsed(
        service={"cpu": cpu, "memory_mb": memory_mb},
        platform={**PLATFORM, "concurrency": concurrency},
    )


def test_a_start_may_take_as_long_as_cloud_run_waits() -> None:
    health = {"startup_s": 240, "timeout_s": 4.5}
    settings = _parsed(service={"cpu": 1, "memory_mb": 512, "health": health})
    assert start_probe(settings.service.health) == (5, 48)


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ({"cpu": 3, "memory_mb": 4096}, "cpu is 3; Cloud Run has 1, 2, 4, 6, 8"),
        ({"cpu": 0.05, "memory_mb": 128}, "cpu is 0.05"),
        ({"cpu": 1, "memory_mb": 256}, "beside cpu 1 Cloud Run has 512 to 4096"),
        ({"cpu": 8, "memory_mb": 65_536}, "has 4096 to 32768"),
        ({"cpu": 0.4, "memory_mb": 1024}, "beside cpu 0.4 Cloud Run has 128 to 512"),
        ({"cpu": 0.5, "memory_mb": 512}, "wants platform.concurrency: 1"),
        ({"cpu": 1, "memory_mb": 512, "drain_s": 12}, "Cloud Run kills after 10 s"),
        ({"cpu": 1, "memory_mb": 512, "stop_s": 30}, "kills after 10 s, whatever"),
        (
            {"cpu": 1, "memory_mb": 512, "health": {"startup_s": 241}},
            "startup_s is 241, and 243 in whole steps of its timeout_s; Cloud Run "
            "waits 240 s at most",
        ),
        (
            {
                "cpu": 1,
                "memory_mb": 512,
                "health": {"startup_s": 240, "timeout_s": 7},
            },
            "startup_s is 240, and 245 in whole steps",
        ),
        (
            {"cpu": 1, "memory_mb": 512, "env": {"PORT": "80"}},
            "PORT is Cloud Run's own",
        ),
    ],
)
def test_what_cloud_run_does_not_have_is_told(
    service: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError) as error:
        _parsed(service=service)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("platform", "told"),
    [
        ({"project": "Shop"}, "slipway:platform.project is 'Shop'"),
        ({"region": "europe"}, "slipway:platform.region is 'europe'"),
        ({"invokers": ["shop"]}, "slipway:platform.invokers.0 is 'shop'"),
        ({"invokers": ["allUsers"]}, "invokers has allUsers: that is everybody"),
        (
            {"public": True, "load_balancer": True},
            "requests that went past the balancer would be let in",
        ),
        ({"allowed": ["10.0.0.0/8"]}, "Cloud Run knows callers by identity"),
        ({"architecture": "arm64"}, "Cloud Run has amd64 only"),
        ({"log_days": 7}, "every project keeps logs for 30 days"),
        ({"roles": ["roles/editor"]}, "roles/editor, which is nearly everything"),
        ({"roles": ["storage.admin"]}, "slipway:platform.roles.0 is 'storage.admin'"),
        (
            {"autoscale": {"min": 1, "max": 2, "calm_s": 9}},
            "autoscale.calm_s: Cloud Run itself says",
        ),
        (
            {"autoscale": {"min": 1, "max": 2, "cpu_percent": 95}},
            "Cloud Run takes 10 to 90",
        ),
        ({"contacts": []}, "who is told of prod's alerts?"),
    ],
)
def test_a_mistake_is_told_by_its_key(platform: dict[str, Any], told: str) -> None:
    with pytest.raises(SettingsError) as error:
        _parsed(platform={**PLATFORM, **platform})
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"batch": _batch(cpu=0.5)}, "batch n: cpu is 0.5; a job has 1 at least"),
        ({"batch": _batch(memory_mb=128)}, "batch n: memory_mb is 128"),
        ({"batch": _batch(retries=11)}, "retries is 11; 10 at most"),
        ({"batch": _batch(deadline_s=900_000)}, "deadline_s is over a week"),
        (
            {
                "registry": {
                    "kind": "ecr",
                    "account": "111111111111",
                    "region": "eu-west-1",
                }
            },
            "slipway:registry is ecr; Cloud Run pulls from Artifact Registry",
        ),
        (
            {
                "service": {"cpu": 1, "memory_mb": 512, "secrets": ["TOKEN"]},
                "platform": {**PLATFORM, "secret_ids": {"TOKEN": "token"}},
            },
            "use projects/PROJECT/secrets/NAME",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(
    settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError) as error:
        _parsed(**settings)
    assert told in str(error.value)


def test_everybody_may_call_what_is_public() -> None:
    _parsed(platform={**PLATFORM, "public": True, "invokers": ["allUsers"]})


def test_what_sleeps_may_have_no_instance() -> None:
    platform = _parsed(platform={**PLATFORM, "idle_to_zero": True}).platform
    assert list(platform.replicas(2)) == [0, 1, 2]


@pytest.mark.parametrize(
    ("id", "secret"),
    [
        ("projects/p/secrets/s", ("p", "s", "latest")),
        ("projects/p/secrets/s/versions/7", ("p", "s", "7")),
        ("projects/p/secrets/s/versions/latest", ("p", "s", "latest")),
        ("projects/p/secrets/s/versions/new", None),
        ("projects//secrets/s", None),
        ("s", None),
    ],
)
def test_a_secret_is_known_by_its_address(id: str, secret: Any) -> None:
    assert secret_of(id) == secret


def test_only_what_changes_a_copy_is_another_deployment() -> None:
    same = {"invokers": ["user:a@b.c"], "log_days": 90, "public": True}
    other = ({"concurrency": 8}, {"timeout_s": 5}, {"vpc": {"network": "n"}})
    before = _parsed().platform.deployed
    assert _parsed(platform={**PLATFORM, **same}).platform.deployed == before
    for change in other:
        assert _parsed(platform={**PLATFORM, **change}).platform.deployed != before


def _project(*answers: tuple[str, Any]) -> GcpProject:
    told = [
        ({"status": status}, body if isinstance(body, str) else json.dumps(body))
        for status, body in answers
    ]
    return GcpProject(GOOGLE, HttpMockSequence(told))


@pytest.mark.parametrize(
    ("credentials", "name"),
    [
        ({"service_account_email": "ci@x.iam.gserviceaccount.com"}, "ci@x.iam"),
        ({"service_account_email": "", "account": "ann@example.com"}, "ann@"),
        ({}, "a user of gcloud"),
    ],
)
def test_whoever_sees_the_project_may_go_on(
    credentials: dict[str, str], name: str
) -> None:
    http = HttpMockSequence([({"status": "200"}, '{"services": []}')])
    vars(http)["credentials"] = SimpleNamespace(**credentials)
    assert GcpProject(GOOGLE, http).identity().startswith(name)


def test_nobody_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/no/such/file.json")
    with pytest.raises(CloudError, match="no credentials of Google Cloud: File /no/"):
        GcpProject(GOOGLE).identity()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (
            "403",
            {"error": {"message": "Permission 'run.services.list' denied"}},
            "project shop-prod cannot be used: Permission 'run.services.list' denied",
        ),
        ("403", "no JSON of Google's", "project shop-prod cannot be used: 403"),
    ],
)
def test_a_refusal_is_one_sentence(status: str, body: Any, said: str) -> None:
    with pytest.raises(CloudError) as error:
        _project((status, body)).identity()
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_what_is_not_there_is_none_and_what_is_refused_is_an_error() -> None:
    project = _project(("404", {}), ("403", {"error": {"message": "no"}}))
    asked = project.services().get(name=f"{project.location}/services/wine")
    assert found(asked, "looked for") is None
    with pytest.raises(CloudError, match="looked for: no"):
        found(asked, "looked for")


def test_what_is_slow_is_asked_again() -> None:
    project = _project(("503", {}), ("200", {"name": "wine"}))
    asked = project.services().get(name=f"{project.location}/services/wine")
    asked._sleep = lambda _: None
    assert answer(asked, "asked") == {"name": "wine"}


def test_a_network_that_is_gone_is_one_sentence() -> None:
    with pytest.raises(CloudError, match="asked: no route to host"), told("asked"):
        raise OSError("no route to host")
