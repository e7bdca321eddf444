"""Google's own description of its APIs, as a judge of what permissions are called."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import googleapiclient

_DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
_APIS = {
    "artifactregistry": ("artifactregistry.v1",),
    "cloudscheduler": ("cloudscheduler.v1",),
    "iam": ("iam.v1",),
    "logging": ("logging.v2",),
    "monitoring": ("monitoring.v1", "monitoring.v3"),
    "resourcemanager": ("cloudresourcemanager.v3",),
    "run": ("run.v2",),
    "secretmanager": ("secretmanager.v1",),
    "serviceusage": ("serviceusage.v1",),
}
"""By what stands first in a permission: the descriptions of its methods."""
_OTHERWISE = {
    "cloudscheduler.jobs.resume": "cloudscheduler.jobs.enable",
    "logging.entries.list": "logging.logEntries.list",
    "secretmanager.secrets.addVersion": "secretmanager.versions.add",
}
"""Methods whose permission has another name: "IAM permissions reference"."""


def unknown(permissions: frozenset[str]) -> set[str]:
    """Those that no method asks for and no description names word for word."""
    return set(permissions - asked() - named())


@cache
def asked() -> frozenset[str]:
    """
    What methods ask for, by the rule that most of them keep.

    `run.projects.locations.services.patch` asks for `run.services.update`.
    """
    return frozenset(
        _permission(service, method)
        for service, texts in _texts().items()
        for text in texts
        for method in _methods(json.loads(text))
    )


@cache
def named() -> frozenset[str]:
    """What descriptions say in words, such as `iam.serviceAccounts.actAs`."""
    services = "|".join(_APIS)
    permission = re.compile(rf"\b(?:{services})\.[a-zA-Z]+\.[a-zA-Z]+(?= permission)")
    return frozenset(
        one
        for texts in _texts().values()
        for text in texts
        for one in permission.findall(text)
    )


@cache
def _texts() -> Mapping[str, list[str]]:
    return {
        service: [(_DOCUMENTS / f"{one}.json").read_text() for one in documents]
        for service, documents in _APIS.items()
    }


def _methods(part: Mapping[str, Any]) -> Iterator[str]:
    yield from (one["id"] for one in part.get("methods", {}).values())
    for one in part.get("resources", {}).values():
        yield from _methods(one)


def _permission(service: str, method: str) -> str:
    *_, noun, verb = method.split(".")
    if service == "logging" and noun == "metrics":
        noun = "logMetrics"
    plain = f"{service}.{noun}.{'update' if verb == 'patch' else verb}"
    return _OTHERWISE.get(plain, plain)
