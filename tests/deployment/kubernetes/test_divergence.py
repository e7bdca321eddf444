"""What `kubectl` does to a stack beside Slipway is seen, and nothing else is."""

import pytest

from stacks.observe.observer import observer_for
from stacks.offline import declare
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.conftest import Stack, running

pytestmark = pytest.mark.cluster
PATCH = "application/strategic-merge-patch+json"


@pytest.fixture(scope="module")
def applied(stack: Stack, wine: dict[str, str]) -> Applied:
    """A stack that runs as it is declared."""
    return running(stack, "divergence", wine["1.0.0"])


def told(one: Applied) -> tuple[str, ...]:
    observer = observer_for(one.stack, one.settings)
    return observer.changed_by_hand(declare(one.root, one.stack).resources).found


def test_what_was_applied_is_as_declared(applied: Applied) -> None:
    assert told(applied) == ()
    (copy,) = applied.serving()
    service = applied.settings.service
    assert (copy.cpu, copy.memory_mb) == (service.cpu, service.memory_mb)


def test_a_set_environment_and_a_scale_are_told(applied: Applied) -> None:
    (deployment,) = [
        path for path, one in applied.here.items() if one["kind"] == "Deployment"
    ]
    env = [{"name": "DEBUG", "value": "secret"}]
    containers = [{"name": "model", "env": env, "args": ["serve"]}]
    template = {"spec": {"containers": containers}}

    applied.cluster.ask(
        "PATCH",
        deployment,
        body={"spec": {"replicas": 0, "paused": True, "template": template}},
        kind=PATCH,
        params={"fieldManager": "kubectl-set"},
    )

    found = " ".join(told(applied))
    assert "spec.replicas is 0, declared 1" in found
    assert "env.DEBUG is there, which nobody declares" in found
    assert "args was set by kubectl-set, which nobody declares" in found
    assert "secret" not in found
