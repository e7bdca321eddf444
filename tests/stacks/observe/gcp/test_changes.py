"""What somebody changed in Cloud Run, by what its own API says."""

import copy
from typing import Any

import pytest

from stacks.observe.gcp.rest import body
from stacks.offline import Declaration
from tests.components.conftest import in_cloud
from tests.components.gcp.conftest import PLAIN, PROJECT, REGISTRY
from tests.stacks.observe.gcp.conftest import GONE, Seen

ANN = "service slipway-prod, last changed by ann@example.com: "


@pytest.fixture(scope="module")
def declared() -> Declaration:
    return in_cloud(PROJECT, REGISTRY, {**PLAIN})


@pytest.fixture
def live(declared: Declaration) -> dict[str, Any]:
    """The declared service, with what Cloud Run adds by itself."""
    inputs = declared.only("gcp:cloudrunv2/service:Service").inputs
    told = copy.deepcopy(body(inputs))
    told["labels"] |= {"slipway-engine": "pulumi"}
    told["template"] |= {"sessionAffinity": False}
    told["template"]["annotations"]["slipway.attempt"] = "2"
    # Its name is another with each attempt.
    told["template"]["revision"] = told["traffic"][0]["revision"] = "slipway-prod-2"
    return {**told, "uid": "1", "lastModifier": "ann@example.com"}


def test_what_cloud_run_adds_by_itself_is_no_change(
    seen: Seen, declared: Declaration, live: dict[str, Any]
) -> None:
    observer, _ = seen(live)
    assert observer.changed_by_hand(declared.resources).found == ()


def test_another_environment_and_more_memory_are_told(
    seen: Seen, declared: Declaration, live: dict[str, Any]
) -> None:
    (container,) = live["template"]["containers"]
    container["env"] = [*container["env"], {"name": "DEBUG", "value": "secret"}]
    container["resources"]["limits"]["memory"] = "1Gi"
    observer, _ = seen(live)

    found = observer.changed_by_hand(declared.resources).found

    assert {one.removeprefix(ANN) for one in found} == {
        "template.containers.model.env.DEBUG is there, which nobody declares",
        "template.containers.model.resources.limits.memory is 1Gi, declared 512Mi",
    }


def test_requests_to_another_revision_are_told(
    seen: Seen, declared: Declaration, live: dict[str, Any]
) -> None:
    live["traffic"] = [
        {**live["traffic"][0], "percent": 90},
        {**live["traffic"][0], "percent": 10, "revision": "by-hand"},
    ]
    observer, _ = seen(live)

    assert observer.changed_by_hand(declared.resources).found == (
        f"{ANN}traffic.2 is there, which nobody declares",
        f"{ANN}traffic.1.percent is 90, declared 100",
    )


def test_a_service_that_was_deleted_is_told(seen: Seen, declared: Declaration) -> None:
    observer, _ = seen(GONE)
    changes = observer.changed_by_hand(declared.resources)
    assert changes.found == ("service slipway-prod is gone",)
    assert any("AlertPolicy" in one for one in changes.not_looked_at)
