"""One file of settings means the same on every platform."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from stacks.offline import Declaration
from stacks.rules import Asked, Declared, broken, read
from stacks.rules.book import RAISED
from tests.components.aws.conftest import in_aws
from tests.components.azure.conftest import in_azure
from tests.components.conftest import IMAGE, declared
from tests.components.gcp.conftest import in_google
from tests.components.kubernetes.conftest import in_cluster

DIGEST = IMAGE["digest"]
CLOUDS = ("aws", "gcp", "azure")
PLATFORMS = ("local", "kubernetes", *CLOUDS)
IN = {
    "kubernetes": in_cluster,
    "aws": in_aws,
    "gcp": in_google,
    "azure": in_azure,
}
SERVICE: dict[str, Any] = {
    "replicas": 3,
    "cpu": 1,
    "memory_mb": 2048,
    "env": {"COLOUR": "blue"},
    "secrets": ["TOKEN", "CERTIFICATE"],
}


def on(kind: str, service: dict[str, Any], **more: Any) -> Declaration:
    """A prod stack with this service, on a platform."""
    if kind == "local":
        return declared(
            "prod",
            tier="prod",
            upstream="staging",
            image=IMAGE,
            service=service,
            **more,
        )
    return IN[kind](service=service, **more)


def seen(kind: str, declaration: Declaration, replicas: int = 2) -> Declared:
    return read(declaration.resources, asked(kind, replicas))


def asked(kind: str, replicas: int = 2) -> Asked:
    return Asked(kind=kind, tier="prod", public=False, replicas=replicas)


@pytest.fixture(scope="module", params=PLATFORMS)
def service(request: pytest.FixtureRequest) -> tuple[str, Declared, str]:
    """A platform, what the same settings declare there, and all of it as text."""
    kind: str = request.param
    declaration = on(kind, SERVICE)
    text = json.dumps([one.inputs for one in declaration.resources], default=str)
    return kind, seen(kind, declaration), text


Service = tuple[str, Declared, str]


def test_no_rule_is_broken(service: Service) -> None:
    kind, found, _ = service
    assert broken(found, asked(kind)) == []


def test_a_copy_has_the_limits_of_the_settings(service: Service) -> None:
    _, found, _ = service
    limits = {(one.cpu, one.memory_mb) for one in found.copies}
    assert limits == {(1, 2048)}


def test_a_copy_is_asked_whether_it_is_ready_and_lives(service: Service) -> None:
    _, found, _ = service
    assert all(one.ready and one.live for one in found.copies)


def test_as_many_copies_are_asked_for(service: Service) -> None:
    assert service[1].replicas == 3


def test_a_copy_has_the_variables_and_no_secret_among_them(service: Service) -> None:
    _, found, _ = service
    for one in found.copies:
        assert one.env["COLOUR"] == "blue"
        assert one.env["SLIPWAY_RELEASE"] == "wine 1.4.2"
        assert not {"TOKEN", "CERTIFICATE"} & set(one.env)


def test_the_secrets_are_there_and_sealed(service: Service) -> None:
    _, found, text = service
    assert all(one.secrets == {"TOKEN", "CERTIFICATE"} for one in found.copies)
    assert "v1:x" not in text


def test_a_copy_says_what_it_is(service: Service) -> None:
    _, found, _ = service
    for one in found.copies:
        told = [one.labels[f"slipway.{key}"] for key in ("model", "version", "stack")]
        assert told == ["wine", "1.4.2", "prod"]


def test_the_same_alerts_are_raised(service: Service) -> None:
    kind, found, _ = service
    if kind == "local":  # its shared stack raises them: tests/components/local
        assert found.alerts is None
    else:
        assert found.alerts is not None
        assert found.alerts >= RAISED


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What may be asked of a platform: sizes, and seconds from least to most."""

    limits: tuple[tuple[float, int], ...]
    drain_s: tuple[int, int] = (0, 20)
    stop_s: tuple[int, int] = (21, 60)
    startup_s: tuple[int, int] = (1, 1800)

    def settings(self) -> st.SearchStrategy[dict[str, Any]]:
        """Of a service."""
        health = {
            "interval_s": st.integers(1, 60),
            "timeout_s": st.integers(1, 30),
            "retries": st.integers(1, 10),
            "startup_s": st.integers(*self.startup_s),
        }
        return st.fixed_dictionaries(
            {
                "replicas": st.integers(2, 9),
                "limits": st.sampled_from(self.limits),
                "env": st.dictionaries(
                    st.sampled_from(["COLOUR", "REGION", "MODE"]),
                    st.text("abc = $", max_size=9),
                ),
                "secrets": st.lists(
                    st.sampled_from(["TOKEN", "DB_PASSWORD"]), unique=True
                ),
                "drain_s": st.integers(*self.drain_s),
                "stop_s": st.integers(*self.stop_s),
                "health": st.fixed_dictionaries(health),
            }
        )


FARGATE = Drawn(limits=((0.25, 512), (0.5, 1024), (1, 2048), (2, 8192), (4, 16384)))
DRAWN = {
    "local": FARGATE,
    "kubernetes": FARGATE,
    "aws": FARGATE,
    "gcp": Drawn(
        limits=((1, 512), (1, 4096), (2, 2048), (4, 16384), (8, 4096)),
        drain_s=(0, 9),
        stop_s=(10, 10),
        startup_s=(1, 600),
    ),
    "azure": Drawn(limits=((0.25, 512), (0.5, 1024), (1, 2048), (2, 4096), (4, 8192))),
}


@pytest.mark.parametrize("kind", PLATFORMS)
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # a smaller one takes minutes to find
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_the_settings_say_no_rule_is_broken(
    kind: str, data: st.DataObject
) -> None:
    drawn = data.draw(DRAWN[kind].settings())
    cpu, memory_mb = drawn.pop("limits")
    asked_for = {**drawn, "cpu": cpu, "memory_mb": memory_mb}

    found = seen(kind, on(kind, asked_for), drawn["replicas"])

    assert found.copies
    assert broken(found, asked(kind, drawn["replicas"])) == []
    for one in found.copies:
        assert (one.cpu, one.memory_mb) == (cpu, memory_mb)
        assert one.image is None or one.image.endswith(DIGEST)
        assert one.secrets == set(drawn["secrets"])
        assert drawn["env"].items() <= one.env.items()
