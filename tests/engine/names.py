"""Names for what no two runs have in common, so that runs can be compared."""

import os
import re
from dataclasses import asdict
from typing import Any

from tests.estate import Estate

from .recording import (
    CONTAINER,
    DOCKER_BUILD,
    NETWORK,
    REMOTE_IMAGE,
    ROOT_TYPE,
    Recording,
)

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_ALWAYS = (
    (_UNKNOWN, "<unknown>"),
    (r"linux/(amd64|arm64)", "<platform>"),
    (r"on \d{4}-\d\d-\d\d \d\d:\d\d UTC", "on <day>"),
    (r"keep running: .*?failed\.", "keep running: <last words>"),
    (r"\b(?!127\.0\.0\.1\b)\d{1,3}(\.\d{1,3}){3}\b", "<ip>"),
    (r"/\S+/_data\b", "<mountpoint>"),
    (r"\b(model-[a-z-]+)-[0-9a-f]{7}\b", r"\1-<in a preview>"),
    (r"urn:pulumi:<\w+>::slipway::", ""),
)
_LABELS = {
    "slipway.deployment": "deployment",
    "slipway.package": "package",
    "slipway.watches": "watches",
}


class Names:
    """
    Gives every changing value a name by the place where it is first seen.

    The name counts the values that one place has had, so that what was equal or new
    in one run has to be equal or new in the other at the same time.
    """

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._known: dict[str, str] = {
            estate.stack("dev"): "<dev>",
            estate.stack("shared"): "<shared>",
            os.environ["SLIPWAY_TEST_BASE"]: "<base>",
        }
        self._counts: dict[str, int] = {}

    def learn(self, run: Recording) -> None:
        """Name what the run brought up."""
        self._name("registry port", str(self._estate.registry_port))
        for urn, asked in sorted(run.registrations.items()):
            self._learn_registration(urn.rpartition("::")[2], asked["inputs"])
        state = sorted(run.state, key=lambda resource: resource["urn"])
        for resource in state:
            self._learn_resource(resource)

    def apply_to(self, run: Recording) -> Recording:
        """The recording with the names in place of what they stand for."""
        return Recording(**self.apply(asdict(run)))

    def apply(self, value: Any) -> Any:
        """`value` with the names in place of what they stand for."""
        match value:
            case dict():
                return {self.apply(key): self.apply(one) for key, one in value.items()}
            case list():
                return [self.apply(one) for one in value]
            case str():
                return self._text(value)
            case bool() | None:
                return value
            case int() | float():
                text = self._known.get(str(int(value)))
                return text or (int(value) if value == int(value) else value)
        raise TypeError(value)

    def _name(self, place: str, *values: str) -> None:
        """`values` are the forms of one thing, the longest first."""
        if values[0] in self._known or values[0] in ("", _UNKNOWN):
            return
        count = self._counts[place] = self._counts.get(place, 0) + 1
        for form, value in zip(("", " short"), values, strict=False):
            self._known[value] = f"<{place}{form} {count}>"

    def _learn_registration(self, name: str, inputs: dict[str, Any]) -> None:
        for tag in inputs.get("tags", []):
            if found := re.search(r"[0-9a-f]{12}$", tag):
                self._name(f"{name} recipe", found[0])
        labels = inputs.get("labels") or {}
        pairs = (
            labels.items()
            if isinstance(labels, dict)
            else [(each["label"], each["value"]) for each in labels]
        )
        for label, value in pairs:
            if label in _LABELS:
                self._name(_LABELS[label], value)
        for port in inputs.get("ports", []):
            self._name(f"{name} port", str(int(port["external"])))

    def _learn_resource(self, resource: dict[str, Any]) -> None:
        kind, name = resource["type"], resource["urn"].rpartition("::")[2]
        outputs = resource["outputs"]
        if kind == DOCKER_BUILD:
            self._name(f"{name} digest", outputs["digest"])
            self._name(f"{name} context", outputs["contextHash"])
        elif kind == REMOTE_IMAGE:
            self._name(f"{name} image ID", outputs["imageId"])
        elif kind in (CONTAINER, NETWORK):
            short = kind.rpartition(":")[2].lower()
            self._name(f"{name} {short} name", resource["inputs"]["name"])
            self._name(f"{name} {short} ID", resource["id"], resource["id"][:12])
        elif resource["id"] and kind.startswith("pulumi:providers:"):
            stack = self._text(resource["urn"].split(":")[2]).strip("<>")
            self._name(f"{stack} {name} ID", resource["id"])
        elif kind == ROOT_TYPE and "endpoint" in outputs:
            self._name("model-edge port", outputs["endpoint"].rpartition(":")[2])

    def _text(self, text: str) -> str:
        for value in sorted(self._known, key=len, reverse=True):
            if value in text:
                # A short one is a number or the start of another, if it is in a word.
                after = "" if len(value) > 32 else r"(?![0-9a-zA-Z])"
                pattern = rf"(?<![0-9a-zA-Z]){re.escape(value)}{after}"
                text = re.sub(pattern, self._known[value], text)
        for pattern, name in _ALWAYS:
            text = re.sub(pattern, name, text, flags=re.DOTALL)
        return text
