"""What no description of an API knows: who may pull, who may call, what is pinned."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from components.gcp.metrics import in_promql
from stacks.offline import Declaration
from stacks.offline.registration import Registration

from .judge import JUDGED, judged
from .known_metrics import Known, wrong

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_HOST = re.compile(r"^([a-z0-9-]+)-docker\.pkg\.dev/([^/]+)/([^/]+)/")
_RUNS = ("gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/job:Job")
_READER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
_METRIC = "gcp:logging/metric:Metric"
_EVERYBODY = ("allUsers", "allAuthenticatedUsers")


def broken(declared: Declaration, *, public: bool = False) -> list[str]:
    """Everything that is wrong with a stack, by whichever judge sees it."""
    found = [
        f"{one.name}: {mistake}"
        for one in declared.resources
        if one.type in JUDGED or one.type.endswith(":Dashboard")
        for mistake in judged(one)
    ]
    found += _images(declared)
    found += _secrets(declared)
    found += _metrics(declared)
    found += _alerts(declared)
    if not public:
        found += _exposed(declared)
    return found


def containers(one: Registration) -> list[dict[str, Any]]:
    """Of a service or a job."""
    template = one.inputs["template"]
    return template.get("template", template)["containers"]


def log_metrics(declared: Declaration) -> dict[str, Known]:
    """What is made of the log, by name."""
    return {
        one.inputs["name"]: Known(
            one.inputs["metricDescriptor"]["metricKind"],
            one.inputs["metricDescriptor"]["valueType"],
            frozenset(),
        )
        for one in declared.all(_METRIC)
    }


def _images(declared: Declaration) -> Iterator[str]:
    read = {
        (one.inputs["location"], one.inputs["project"], one.inputs["repository"])
        for one in declared.all(_READER)
        if one.inputs["role"] == "roles/artifactregistry.reader"
    }
    for one in (r for type in _RUNS for r in declared.all(type)):
        for container in containers(one):
            image = container["image"]
            if not isinstance(image, str):
                continue
            if not _DIGEST.search(image):
                yield f"{one.name}: {image} is no digest"
            at = _HOST.match(image)
            if at and at.groups() not in read:
                yield f"{one.name}: nobody may pull from {at[0]}"


def _secrets(declared: Declaration) -> Iterator[str]:
    """What the server makes a file of is Secret Manager's, and may be read."""
    readable = {
        f"projects/{one.inputs['project']}/secrets/{one.inputs['secretId']}"
        for one in declared.all("gcp:secretmanager/secretIamMember:SecretIamMember")
    }
    for one in (r for type in _RUNS for r in declared.all(type)):
        for container in containers(one):
            env = {each["name"]: each for each in container["envs"]}
            told = env.get("SLIPWAY_SECRETS", {}).get("value", "")
            for name in filter(None, told.split(",")):
                source = env.get(name, {}).get("valueSource")
                if source is None:
                    yield f"{one.name}: {name} is plain text"
                elif source["secretKeyRef"]["secret"] not in readable:
                    yield f"{one.name}: nobody may read {name}"


def _metrics(declared: Declaration) -> Iterator[str]:
    for one in declared.all(_METRIC):
        spread = one.inputs["metricDescriptor"]["valueType"] == "DISTRIBUTION"
        if spread and not one.inputs.get("valueExtractor"):
            yield f"{one.name}: a distribution of nothing: it has no valueExtractor"
        if spread and not one.inputs.get("bucketOptions"):
            yield f"{one.name}: a distribution has bucketOptions"


def _alerts(declared: Declaration) -> Iterator[str]:
    made = log_metrics(declared)
    for one in declared.all(_POLICY):
        for condition in one.inputs["conditions"]:
            found = [*_thresholds(condition, made), *_queries(condition, made)]
            yield from (f"{one.name}: {mistake}" for mistake in found)


def _thresholds(
    condition: Mapping[str, Any], made: Mapping[str, Known]
) -> Iterator[str]:
    threshold = condition.get("conditionThreshold", {})
    asked = (
        ("filter", "aggregations"),
        ("denominatorFilter", "denominatorAggregations"),
    )
    for filter, aggregations in asked:
        if isinstance(threshold.get(filter), str):
            for how in threshold[aggregations]:
                yield from wrong(threshold[filter], how, made)


def _queries(condition: Mapping[str, Any], made: Mapping[str, Known]) -> Iterator[str]:
    query = condition.get("conditionPrometheusQueryLanguage", {}).get("query", "")
    known = {in_promql(f"logging.googleapis.com/user/{name}") for name in made}
    for series in re.findall(r"\w+_googleapis_com:\w+", query):
        if series.removesuffix("_bucket") not in known:
            yield f"no metric is called {series}"


def _exposed(declared: Declaration) -> Iterator[str]:
    for one in declared.all("gcp:cloudrunv2/service:Service"):
        if one.inputs.get("ingress") == "INGRESS_TRAFFIC_ALL":
            yield f"{one.name}: the internet leads to it"
        if one.inputs.get("invokerIamDisabled"):
            yield f"{one.name}: nobody is asked who calls"
    for one in declared.resources:
        if one.inputs.get("member") in _EVERYBODY:
            yield f"{one.name}: {one.inputs['member']} may call"
