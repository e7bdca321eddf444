"""Google's own description of its APIs, which comes with its SDK, as a judge."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient

from stacks.offline.registration import Registration
from stacks.offline.values import Secret, Unknown

_DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
_SECONDS = re.compile(r"\d+(\.\d{1,9})?s")
_BEYOND = frozenset({"project", "location", "region", "name"})
"""What an address has, and not the body that is sent to it."""

JUDGED: dict[str, tuple[str, str, frozenset[str]]] = {
    "gcp:cloudrunv2/service:Service": (
        "run.v2",
        "GoogleCloudRunV2Service",
        frozenset({"deletionProtection"}),
    ),
    "gcp:cloudrunv2/job:Job": (
        "run.v2",
        "GoogleCloudRunV2Job",
        frozenset({"deletionProtection"}),
    ),
    "gcp:monitoring/alertPolicy:AlertPolicy": (
        "monitoring.v3",
        "AlertPolicy",
        frozenset(),
    ),
    "gcp:monitoring/notificationChannel:NotificationChannel": (
        "monitoring.v3",
        "NotificationChannel",
        frozenset(),
    ),
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": (
        "monitoring.v3",
        "UptimeCheckConfig",
        frozenset(),
    ),
    "gcp:logging/metric:Metric": ("logging.v2", "LogMetric", frozenset()),
    "gcp:logging/projectSink:ProjectSink": (
        "logging.v2",
        "LogSink",
        frozenset({"uniqueWriterIdentity"}),
    ),
    "gcp:logging/projectBucketConfig:ProjectBucketConfig": (
        "logging.v2",
        "LogBucket",
        frozenset({"bucketId"}),
    ),
    "gcp:artifactregistry/repository:Repository": (
        "artifactregistry.v1",
        "Repository",
        frozenset({"repositoryId"}),
    ),
    "gcp:secretmanager/secret:Secret": (
        "secretmanager.v1",
        "Secret",
        frozenset({"secretId"}),
    ),
    "gcp:cloudscheduler/job:Job": (
        "cloudscheduler.v1",
        "Job",
        frozenset({"region", "paused"}),
    ),
}
"""By type: which description, which part of it, and what Pulumi says besides."""


def judged(resource: Registration) -> list[str]:
    """What the API would refuse of what is declared; empty for nothing."""
    if resource.type == "gcp:monitoring/dashboard:Dashboard":
        shown = json.loads(resource.inputs["dashboardJson"])
        return mistakes("monitoring.v1", "Dashboard", shown, exact=True)
    document, schema, besides = JUDGED[resource.type]
    own = _BEYOND if schema not in ("LogMetric", "LogSink") else _BEYOND - {"name"}
    sent = {
        key: value for key, value in resource.inputs.items() if key not in own | besides
    }
    if schema == "Repository":
        policies = sent.get("cleanupPolicies", [])
        sent["cleanupPolicies"] = {one["id"]: one for one in policies}
    return mistakes(document, schema, sent)


def mistakes(
    document: str, schema: str, sent: Mapping[str, Any], *, exact: bool = False
) -> list[str]:
    """
    Every field that is unknown, missing, of another type or value, or not ours to set.

    Unless it is `exact`, lists may be in the plural, and one element stand for a list,
    as Pulumi has them.
    """
    return list(_Judge(document, exact).of({"$ref": schema}, sent, schema))


@cache
def schemas(document: str) -> Mapping[str, Any]:
    """The parts of a description."""
    return json.loads((_DOCUMENTS / f"{document}.json").read_text())["schemas"]


class _Judge:
    def __init__(self, document: str, exact: bool) -> None:
        self._schemas = schemas(document)
        self._exact = exact

    def of(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
        if isinstance(value, Unknown | Secret):
            return
        if "$ref" in schema:
            yield from self._object(self._schemas[schema["$ref"]], value, where)
        elif schema["type"] == "array":
            yield from self._array(schema, value, where)
        elif schema["type"] == "object":
            yield from self._object(schema, value, where)
        else:
            yield from _plain(schema, value, where)

    def _array(
        self, schema: Mapping[str, Any], value: Any, where: str
    ) -> Iterator[str]:
        if isinstance(value, Mapping) and not self._exact:
            value = [value]
        if not isinstance(value, list):
            yield f"{where} is {value!r}, not a list"
            return
        for number, one in enumerate(value):
            yield from self.of(schema["items"], one, f"{where}[{number}]")

    def _object(
        self, schema: Mapping[str, Any], value: Any, where: str
    ) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{where} is {value!r}, not an object"
            return
        known = schema.get("properties", {})
        given = {self._named(key, known): one for key, one in value.items()}
        for key, one in given.items():
            if "additionalProperties" in schema:
                yield from self.of(
                    schema["additionalProperties"], one, f"{where}.{key}"
                )
            elif key not in known and known:
                yield f"{where}.{key} is no field of the API's"
            elif key in known and _theirs(known[key]):
                yield f"{where}.{key} is the API's own to say"
            elif key in known:
                yield from self.of(known[key], one, f"{where}.{key}")
        for key, one in known.items():
            asked = one.get("description", "").startswith("Required.")
            if asked and key not in given and not _theirs(one):
                yield f"{where}.{key} is missing"

    def _named(self, key: str, known: Mapping[str, Any]) -> str:
        if key in known or self._exact:
            return key
        singular = key.removesuffix("s")
        return singular if singular in known else key


def _theirs(field: Mapping[str, Any]) -> bool:
    said = field.get("description", "")
    return bool(field.get("readOnly")) or said.startswith(("Output only", "Read-only"))


def _plain(schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "boolean": (bool,),
        "integer": (int,),
        "number": (int, float),
        "any": (object,),
    }
    flag = isinstance(value, bool) and schema["type"] not in ("boolean", "any")
    if flag or not isinstance(value, kinds[schema["type"]]):
        yield f"{where} is {value!r}, not a {schema['type']}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {value!r}, not one of {', '.join(schema['enum'])}"
    elif schema.get("format") == "google-duration" and not _SECONDS.fullmatch(
        str(value)
    ):
        yield f"{where} is {value!r}, not a time in seconds such as 60s"
