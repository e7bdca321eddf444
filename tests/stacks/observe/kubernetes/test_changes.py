"""What somebody changed in a cluster, by what its API server says."""

from copy import deepcopy
from typing import Any, cast

import pytest

from stacks.observe.kubernetes.changes import changed_by_hand
from stacks.observe.replica import Changes
from stacks.offline import Declaration
from stacks.settings.cluster import Cluster
from stacks.settings.cluster_error import ClusterError
from tests.components.kubernetes.conftest import in_cluster
from tests.deployment.kubernetes.objects import path_of

WORKLOAD = "Deployment wine: "
CONTAINER = f"{WORKLOAD}spec.template.spec.containers.model."


class Objects:
    """The API server's part of a Cluster, with these objects."""

    def __init__(self, declared: Declaration) -> None:
        kinds = [one.inputs for one in declared.resources if "kind" in one.inputs]
        objects = [one for one in kinds if one["kind"] != "Secret"]
        self.here = {path_of(dict(one)): deepcopy(dict(one)) for one in objects}
        self.forbidden: set[str] = set()

    def path(self, resource: str) -> str:
        return f"/apis/apps/v1/namespaces/ml-prod/{resource}"

    def get(self, path: str) -> dict[str, Any] | None:
        if path in self.forbidden:
            raise ClusterError("forbidden", 403)
        return self.here.get(path)

    def list(self, path: str, labels: dict[str, str]) -> list[dict[str, Any]]:
        assert labels == {"slipway.stack": "prod"}
        # A list's items do not say of what kind they are.
        return [
            {key: value for key, value in one.items() if key != "kind"}
            for key, one in self.here.items()
            if key.startswith(f"{path}/")
        ]

    @property
    def workload(self) -> dict[str, Any]:
        return self.here[f"{self.path('deployments')}/wine"]

    @property
    def container(self) -> dict[str, Any]:
        return self.workload["spec"]["template"]["spec"]["containers"][0]


@pytest.fixture(scope="module")
def declared() -> Declaration:
    service = {"replicas": 2, "env": {"COLOUR": "blue"}}
    return in_cluster(service=service, platform={"create_namespace": True})


@pytest.fixture
def objects(declared: Declaration) -> Objects:
    return Objects(declared)


def seen(objects: Objects, declared: Declaration) -> Changes:
    labels = {"slipway.stack": "prod"}
    return changed_by_hand(cast(Cluster, objects), labels, declared.resources)


def test_what_the_cluster_adds_by_itself_is_no_change(
    objects: Objects, declared: Declaration
) -> None:
    objects.workload["spec"]["template"]["spec"]["dnsPolicy"] = "ClusterFirst"
    objects.container["terminationMessagePath"] = "/dev/termination-log"
    fields = {"f:status": {"f:replicas": {}}, "f:metadata": {"f:annotations": {}}}
    scaled = {"f:spec": {"f:replicas": {}}}
    objects.workload["metadata"]["managedFields"] = [
        {"manager": "kube-controller-manager", "fieldsV1": fields},
        {"manager": "hpa", "subresource": "scale", "fieldsV1": scaled},
    ]

    assert seen(objects, declared).found == ()


def test_a_set_environment_and_a_scale_are_told(
    objects: Objects, declared: Declaration
) -> None:
    objects.workload["spec"]["replicas"] = 5
    env = [one for one in objects.container["env"] if one["name"] != "COLOUR"]
    objects.container["env"] = [
        *env,
        {"name": "COLOUR", "value": "red"},
        {"name": "PASSWORD", "value": "hunter2"},
    ]

    found = seen(objects, declared).found

    assert {*found} == {
        f"{WORKLOAD}spec.replicas is 5, declared 2",
        f"{CONTAINER}env.COLOUR is red, declared blue",
        f"{CONTAINER}env.PASSWORD is there, which nobody declares",
    }


def test_a_field_that_nobody_declares_names_who_set_it(
    objects: Objects, declared: Declaration
) -> None:
    model = {"f:args": {}, "f:env": {'k:{"name":"COLOUR"}': {"f:value": {}}}}
    spec = {
        "f:hostNetwork": {},
        "f:containers": {'k:{"name":"model"}': model},
    }
    fields = {"f:spec": {"f:template": {"f:spec": spec}}}
    mine = {"f:spec": {"f:paused": {}}}
    objects.workload["metadata"]["managedFields"] = [
        {"manager": "kubectl-edit", "operation": "Update", "fieldsV1": fields},
        {"manager": "pulumi-kubernetes-1a", "operation": "Apply", "fieldsV1": mine},
    ]

    by = "was set by kubectl-edit, which nobody declares"
    assert seen(objects, declared).found == (
        f"{WORKLOAD}spec.template.spec.hostNetwork {by}",
        f"{CONTAINER}args {by}",
    )


def test_what_is_gone_and_what_is_too_many_is_told(
    objects: Objects, declared: Declaration
) -> None:
    del objects.here["/apis/policy/v1/namespaces/ml-prod/poddisruptionbudgets/wine"]
    more = f"{objects.path('deployments')}/by-hand"
    objects.here[more] = {"kind": "Deployment", "metadata": {"name": "by-hand"}}

    assert seen(objects, declared).found == (
        "PodDisruptionBudget wine is gone",
        "Deployment by-hand is there, which nobody declares",
    )


def test_what_one_may_not_see_is_not_claimed(
    objects: Objects, declared: Declaration
) -> None:
    objects.forbidden = {"/api/v1/namespaces/ml-prod"}
    changes = seen(objects, declared)
    assert changes.found == ()
    assert "Namespace ml-prod (forbidden)" in changes.not_looked_at


def test_how_many_an_autoscaler_makes_of_them_is_its_own_to_say() -> None:
    autoscale = {"min": 2, "max": 6}
    declared = in_cluster(service={"replicas": 2}, platform={"autoscale": autoscale})
    objects = Objects(declared)
    objects.workload["spec"]["replicas"] = 5
    assert seen(objects, declared).found == ()


def test_secrets_are_never_compared() -> None:
    declared = in_cluster(service={"secrets": ["TOKEN"]})
    objects = Objects(declared)
    assert "1 Secret" in seen(objects, declared).not_looked_at
