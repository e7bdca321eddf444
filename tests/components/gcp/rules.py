"""What no description of an API knows: the rules of every platform, and its own."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from components.gcp.metrics import in_promql
from stacks import rules as book
from stacks.offline import Declaration
from stacks.offline.registration import Registration
from stacks.rules import Asked

from .judge import JUDGED, judged
from .known_metrics import Known, wrong

_HOST = re.compile(r"^([a-z0-9-]+)-docker\.pkg\.dev/([^/]+)/([^/]+)/")
_RUNS = ("gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/job:Job")
_READER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
_POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
_METRIC = "gcp:logging/metric:Metric"
PROD = Asked(kind="gcp", tier="prod", public=False, replicas=2)


def broken(declared: Declaration, asked: Asked = PROD) -> list[str]:
    """Everything that is wrong with a stack, by whichever judge sees it."""
    return [one for found in by_judge(declared, asked).values() for one in found]


def by_judge(declared: Declaration, asked: Asked = PROD) -> dict[str, list[str]]:
    """What each judge finds wrong with a stack."""
    described = [
        f"{one.name}: {mistake}"
        for one in declared.resources
        if one.type in JUDGED or one.type.endswith(":Dashboard")
        for mistake in judged(one)
    ]
    own = [*_images(declared), *_secrets(declared), *_metrics(declared)]
    return {
        "discovery": described,
        "rule": list(_book(declared, asked)),
        "rule of Google's": own,
        "metrics": list(_alerts(declared)),
    }


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


def _book(declared: Declaration, asked: Asked) -> Iterator[str]:
    """What must hold on every platform."""
    for one in book.broken(book.read(declared.resources, asked), asked):
        yield f"{one.resource}: {one.sentence}"


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
