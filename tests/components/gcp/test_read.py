"""What rules are told of a stack in Google Cloud, and what of it breaks one."""

from copy import deepcopy
from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from stacks.rules import Asked, Declared, broken, read
from stacks.rules.book import RAISED

SERVICE = ("gcp:cloudrunv2/service:Service", "model")
JOB = ("gcp:cloudrunv2/job:Job", "model-nightly")
POLICY = ("gcp:monitoring/alertPolicy:AlertPolicy", "model-watch-drift")
ASKED = Asked(kind="gcp", tier="prod", public=True, replicas=2)


@pytest.fixture
def found(full: Declaration) -> Declared:
    """A bit of everything, with a canary."""
    return read(full.resources, ASKED)


def container(one: Registration) -> dict[str, Any]:
    template = one.inputs["template"]
    (found,) = template.get("template", template)["containers"]
    return found


def test_a_service_and_its_jobs_are_copies(found: Declared) -> None:
    copies = {one.name: one for one in found.copies}
    assert {name: one.role for name, one in copies.items()} == {
        "model": "canary",
        "model-nightly": "batch",
        "model-once": "batch",
    }
    service, nightly = copies["model"], copies["model-nightly"]
    assert (service.cpu, service.memory_mb) == (2, 2048)
    assert (nightly.cpu, nightly.memory_mb) == (2, 4096)
    assert found.replicas == 2


def test_without_a_canary_it_is_the_model(plain: Declaration) -> None:
    (one,) = read(plain.resources, ASKED).copies
    assert one.role == "model"
    assert one.ready
    assert one.live


def test_every_copy_says_what_it_is_and_has_its_variables(found: Declared) -> None:
    for one in found.copies:
        assert one.labels["slipway.model"] == "wine"
        assert one.labels["slipway.stack"] == "prod"
        assert one.env["COLOUR"] == "blue"
        assert one.secrets == {"TOKEN", "KEPT"}
        assert not one.secrets & set(one.env)
        assert one.read_only is None


def test_everybody_is_let_in_by_two(found: Declared) -> None:
    assert set(found.exposed) == {"model", "model-caller-allUsers"}


def test_nobody_is_where_nobody_asks_for_it(plain: Declaration) -> None:
    assert read(plain.resources, ASKED).exposed == ()


def test_what_says_nothing_of_ingress_is_on_the_internet(plain: Declaration) -> None:
    declared = deepcopy(plain)
    declared.only(*SERVICE).inputs.pop("ingress")
    assert read(declared.resources, ASKED).exposed == ("model",)


def test_every_alert_is_known_by_its_label(found: Declared) -> None:
    assert found.alerts is not None
    assert found.alerts >= RAISED


@pytest.mark.parametrize(("least", "rules"), [(2, ["alerts"]), (0, [])])
def test_what_may_sleep_has_never_too_few(
    full: Declaration, least: int, rules: list[str]
) -> None:
    declared = deepcopy(full)
    policy = declared.only(POLICY[0], "model-watch-replicas")
    policy.inputs["userLabels"].pop("slipway-alert")
    asked = Asked(kind="gcp", tier="dev", public=True, replicas=least)

    told = broken(read(declared.resources, asked), asked)

    assert [one.rule for one in told] == rules


def test_what_prod_must_not_lose(full: Declaration, shared: Declaration) -> None:
    for declared, name in ((full, "model"), (shared, "registry")):
        seen = read(declared.resources, ASKED)
        assert seen.precious == seen.protected == (name,)


@pytest.mark.parametrize("what", [SERVICE, JOB])
@pytest.mark.parametrize("other", ["commands", "baseImageUri", "sourceCode"])
def test_the_user_is_the_images_own_and_of_nothing_else(
    full: Declaration, what: tuple[str, str], other: str
) -> None:
    declared = deepcopy(full)
    assert {one.user for one in read(declared.resources, ASKED).copies} == {10001}

    container(declared.only(*what))[other] = "another"

    told = broken(read(declared.resources, ASKED), ASKED)
    assert [(one.rule, one.resource) for one in told] == [("user", what[1])]


PLANTED: dict[str, tuple[tuple[str, str], Any, str, str]] = {
    "a tag": (
        SERVICE,
        lambda one: container(one).update(image="wine:1.4.2"),
        "digest",
        "model",
    ),
    "a tag, at night": (
        JOB,
        lambda one: container(one).update(image="wine:1.4.2"),
        "digest",
        "model-nightly",
    ),
    "no limit": (
        SERVICE,
        lambda one: container(one)["resources"]["limits"].pop("memory"),
        "limits",
        "model",
    ),
    "no limit at all": (
        JOB,
        lambda one: container(one).pop("resources"),
        "limits",
        "model-nightly",
    ),
    "nobody asks whether it is ready": (
        SERVICE,
        lambda one: container(one).pop("readinessProbe"),
        "health",
        "model",
    ),
    "a secret that everybody sees": (
        SERVICE,
        lambda one: container(one)["envs"].append(
            {"name": "DB_PASSWORD", "value": "hunter2"}
        ),
        "secrets",
        "model",
    ),
    "nobody can tell what it is": (
        SERVICE,
        lambda one: one.inputs["template"]["annotations"].pop("slipway.version"),
        "labels",
        "model",
    ),
    "nobody can tell what a job is": (
        JOB,
        lambda one: one.inputs["template"].pop("annotations"),
        "labels",
        "model-nightly",
    ),
    "an alert that nobody raises": (
        POLICY,
        lambda one: one.inputs["userLabels"].pop("slipway-alert"),
        "alerts",
        "alerts",
    ),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_breaks_its_rule(mistake: str, full: Declaration) -> None:
    what, plant, rule, resource = PLANTED[mistake]
    declared = deepcopy(full)

    plant(declared.only(*what))

    told = broken(read(declared.resources, ASKED), ASKED)
    assert {(one.rule, one.resource) for one in told} == {(rule, resource)}
