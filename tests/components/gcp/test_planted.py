"""Mistakes that are planted in what is declared, and which judge finds each."""

import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.offline.errors import OfflineError
from tests.components.gcp.conftest import FULL, PROJECT, in_google
from tests.components.gcp.rules import broken

SERVICE = "gcp:cloudrunv2/service:Service"
JOB = "gcp:cloudrunv2/job:Job"
POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
METRIC = "gcp:logging/metric:Metric"
_READER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
_READS = "gcp:secretmanager/secretIamMember:SecretIamMember"
Plant = Callable[[Declaration], None]


def container(declared: Declaration) -> dict[str, Any]:
    (one,) = declared.only(SERVICE, "model").inputs["template"]["containers"]
    return one


def threshold(declared: Declaration, alert: str) -> dict[str, Any]:
    policy = declared.only(POLICY, f"model-watch-{alert}")
    return policy.inputs["conditions"][0]["conditionThreshold"]


def put(where: Callable[[Declaration], dict[str, Any]], **values: Any) -> Plant:
    return lambda declared: where(declared).update(values)


def inputs(type: str, name: str) -> Callable[[Declaration], dict[str, Any]]:
    return lambda declared: declared.only(type, name).inputs


def without(type: str) -> Plant:
    def plant(declared: Declaration) -> None:
        declared.resources = [one for one in declared.resources if one.type != type]

    return plant


def _plain_secret(declared: Declaration) -> None:
    (one,) = (each for each in container(declared)["envs"] if each["name"] == "TOKEN")
    one.pop("valueSource")
    one["value"] = "hunter2"


def _no_extractor(declared: Declaration) -> None:
    declared.only(METRIC, "model-watch-stray").inputs.pop("valueExtractor")


def _of_no_metric(declared: Declaration) -> None:
    found = threshold(declared, "memory")
    found["filter"] = found["filter"].replace("utilizations", "utilization")


def _by_no_label(declared: Declaration) -> None:
    found = threshold(declared, "overload")
    found["filter"] = found["filter"].replace("response_code=", "code=")


def _of_no_line(declared: Declaration) -> None:
    condition = inputs(POLICY, "model-watch-drift")(declared)["conditions"][0]
    query = condition["conditionPrometheusQueryLanguage"]
    query["query"] = query["query"].replace("psi_max", "psi")


def _misaligned(declared: Declaration) -> None:
    (how,) = threshold(declared, "errors")["aggregations"]
    how["perSeriesAligner"] = "ALIGN_PERCENTILE_99"


PLANTED: dict[str, tuple[Plant, str]] = {
    "a probe's field of no probe": (
        lambda declared: container(declared)["startupProbe"].update(delay=3),
        "startupProbe.delay is no field of the API's",
    ),
    "a probe's field that only Pulumi has": (
        lambda declared: container(declared)["readinessProbe"].update(
            successThreshold=1
        ),
        "readinessProbe.successThreshold is no field",
    ),
    "a tag for a digest": (
        put(container, image="europe-west1-docker.pkg.dev/a/models/wine:1.4.2"),
        "wine:1.4.2; name it by digest",
    ),
    "no permission to pull": (without(_READER), "nobody may pull from europe-west1"),
    "no permission to read a secret": (without(_READS), "nobody may read TOKEN"),
    "a secret in plain text": (_plain_secret, "TOKEN is plain text"),
    "an address on the internet": (
        put(inputs(SERVICE, "model"), ingress="INGRESS_TRAFFIC_ALL"),
        "model: it lets the internet in",
    ),
    "everybody may call": (
        put(
            inputs("gcp:cloudrunv2/jobIamMember:JobIamMember", "model-nightly"),
            member="allUsers",
        ),
        "model-nightly: it lets the internet in",
    ),
    "nobody is asked who calls": (
        put(inputs(SERVICE, "model"), invokerIamDisabled=True),
        "model: it lets the internet in",
    ),
    "an ingress of no kind": (
        put(inputs(SERVICE, "model"), ingress="INTERNAL"),
        "ingress is 'INTERNAL', not one of",
    ),
    "a processor as a number": (
        lambda declared: container(declared)["resources"]["limits"].update(cpu=1),
        "limits.cpu is 1, not a string",
    ),
    "a time without its unit": (
        lambda declared: inputs(SERVICE, "model")(declared)["template"].update(
            timeout="60"
        ),
        "timeout is '60', not a time in seconds",
    ),
    "what the API alone says": (
        put(inputs(SERVICE, "model"), uri="https://wine.example.com"),
        "uri is the API's own to say",
    ),
    "a job of no tasks' number": (
        lambda declared: inputs(JOB, "model-nightly")(declared)["template"].update(
            shards=8
        ),
        "shards is no field",
    ),
    "an alert on a metric that is not there": (
        _of_no_metric,
        "no metric is called run",
    ),
    "an alert by a label that is not there": (_by_no_label, "has no label code"),
    "an alert on a field that no line has": (
        _of_no_line,
        "no metric is called logging",
    ),
    "a percentile of a number": (_misaligned, "request_count is INT64"),
    "a comparison in other words": (
        lambda declared: threshold(declared, "memory").update(comparison="GREATER"),
        "comparison is 'GREATER', not one of",
    ),
    "an alert that never says for how long": (
        lambda declared: threshold(declared, "memory").pop("duration"),
        "duration is missing",
    ),
    "a metric of the log that takes no value": (_no_extractor, "no valueExtractor"),
    "a channel of no kind": (
        put(
            inputs(
                "gcp:monitoring/notificationChannel:NotificationChannel",
                "model-watch-1",
            ),
            address="ml@example.com",
        ),
        "address is no field",
    ),
    "a set time by another method": (
        lambda declared: inputs("gcp:cloudscheduler/job:Job", "model-nightly")(
            declared
        )["httpTarget"].update(httpMethod="post"),
        "httpMethod is 'post', not one of",
    ),
}


@pytest.fixture(scope="module")
def right() -> Declaration:
    """A bit of everything, and nothing public."""
    platform = {**FULL["platform"], "public": False, "invokers": []}
    return in_google(**{**FULL, "platform": platform})


def test_without_a_mistake_nothing_is_found(right: Declaration) -> None:
    assert broken(right) == []


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_mistake_is_found(mistake: str, right: Declaration) -> None:
    plant, told = PLANTED[mistake]
    declared = deepcopy(right)

    plant(declared)

    found = broken(declared)
    assert any(told in one for one in found), found


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            {"service": {"cpu": 4, "memory_mb": 1024}},
            "memory_mb is 1024; beside cpu 4 Cloud Run has 2048 to 16384",
        ),
        (
            {"platform": {**PROJECT, "invokers": ["allUsers"]}},
            "invokers has allUsers: that is everybody",
        ),
        ({"service": {"cpu": 3, "memory_mb": 4096}}, "cpu is 3; Cloud Run has 1, 2"),
    ],
)
def test_a_mistake_of_the_file_is_found_before_anything_is_declared(
    settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(OfflineError) as error:
        in_google(**settings)
    assert told in str(error.value)


_WRONG = """\
from pulumi_gcp import cloudrunv2, logging

cloudrunv2.Service(
    "model",
    location="europe-west1",
    template={
        "containers": [
            {"image": "wine", "startup_probe": {"http_get": {"paths": "/ready"}}}
        ]
    },
)
logging.Metric("drift", filter="x", metric_descriptor={"kind": "DELTA"})
"""


def test_a_field_of_no_type_is_found_by_the_types(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(_WRONG)
    pyright = Path(sys.executable).parent / "pyright"

    said = subprocess.run(
        [pyright, f"--pythonpath={sys.executable}", tmp_path / "wrong.py"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert 'to parameter "template"' in said.stdout
    assert 'to parameter "metric_descriptor"' in said.stdout
