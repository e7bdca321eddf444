"""What an update would do, from what `pulumi preview --json` says."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from stacks.offline.diff import Change, differences, top
from stacks.offline.registration import ROOT_TYPE, kind_of, name_of
from stacks.offline.values import UNKNOWN, Secret
from stacks.rules import (
    Asked,
    Declared,
    Judged,
    Waiver,
    broken,
    read,
    read_waivers,
    sorted_out,
)
from stacks.rules.waivers import FILE
from stacks.settings.stack import StackSettings

from .findings import findings
from .keyed import keyed, readable
from .notes import notes
from .properties import properties
from .record import Release, Resource, StackReview, Verb, Version
from .replaced import serves
from .sentence import sentence

_SECRET = "[secret]"
"""How it writes a secret."""
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How Pulumi writes a text that only an update can tell (plugin.UnknownStringValue)."""
_VERBS: dict[str, Verb] = {
    "create": "add",
    "update": "change",
    "replace": "replace",
    "delete": "remove",
    "import": "add",
}
"""The steps that a person counts; the halves of a replacement are no more of them."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_LAST = "program exited with non-zero exit code"


@dataclass(frozen=True)
class State:
    """One resource before or after, in the form that rules read."""

    type: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False


def previewed(
    stack: str, told: str, said: str, settings: StackSettings, root: Path
) -> StackReview:
    """
    A review of `stack`, from the CLI's standard output and standard error.

    A preview that failed or was refused is a review too, with its sentence.
    """
    review = StackReview(
        stack=stack, tier=settings.tier, platform=settings.platform.kind
    )
    try:
        digest = json.loads(told)
        steps = digest.get("steps") or []
    except (ValueError, AttributeError):
        return review.model_copy(update={"error": _last_error(said)})
    resources = tuple(_resources(steps))
    before, after = (_states(steps, key) for key in ("oldState", "newState"))
    asked = Asked.of(settings)
    seen = _seen(before, asked), _seen(after, asked)
    waivers = read_waivers(root / FILE)
    ruled = [_ruled(one, asked, stack, waivers) for one in seen]
    update = {
        "error": _error(digest.get("diagnostics") or [], root),
        "resources": resources,
        "release": _release(*map(_version, seen)),
        "notes": notes(*seen, resources),
        "findings": tuple(findings(*ruled)),
    }
    if update["error"]:
        # The rest of the program was never heard: what is missing is not removed.
        update |= {"release": None, "notes": (), "findings": ()}
    return review.model_copy(update=update)


def _resources(steps: list[Any]) -> Iterator[Resource]:
    for step in steps:
        urn, verb = step["urn"], _VERBS.get(step["op"])
        if verb is None or kind_of(urn) == ROOT_TYPE:
            continue
        type = kind_of(urn)
        yield Resource(
            verb=verb,
            type=type,
            name=name_of(urn),
            serves=serves(type),
            properties=properties(_changes(step))
            if verb in ("change", "replace")
            else (),
        )


def _changes(step: Mapping[str, Any]) -> dict[str, Change]:
    """The inputs that changed, as far as the provider says that it matters."""
    before, after = (
        keyed(_readable((step.get(key) or {}).get("inputs") or {}))
        for key in ("oldState", "newState")
    )
    found = differences(before, after)
    matter = {top(path) for path in step.get("detailedDiff") or {}}
    matter |= {*(step.get("diffReasons") or ())}
    hidden = {
        path: Change("update", value, value)
        for path, value in after.items()
        if path in matter and isinstance(value, Secret)
    }
    kept = {path: one for path, one in found.items() if top(path) in matter}
    return {readable(path): one for path, one in {**(kept or found), **hidden}.items()}


def _readable(value: Any) -> Any:
    match value:
        case str() if value == _UNKNOWN:
            return UNKNOWN
        case str() if value == _SECRET:
            return Secret(UNKNOWN)
        case dict():
            return {key: _readable(one) for key, one in value.items()}
        case list():
            return [_readable(one) for one in value]
    return value


def _states(steps: list[Any], key: str) -> list[State]:
    return [
        State(
            kind_of(step["urn"]),
            name_of(step["urn"]),
            _readable(state.get("inputs") or {}),
            bool(state.get("protect")),
        )
        for step in steps
        if step["op"] in ("same", *_VERBS) and (state := step.get(key))
    ]


def _seen(states: list[State], asked: Asked) -> Declared | None:
    return read(states, asked) if states else None


def _version(seen: Declared | None) -> Version | None:
    """What the copies say of themselves."""
    labels = [one.labels for one in seen.copies if one.role == "model"] if seen else []
    if not labels:
        return None
    name, version = (
        labels[0].get(f"slipway.{key}", "?") for key in ("model", "version")
    )
    found = _DIGEST.search(labels[0].get("slipway.image", ""))
    return Version(name=name, version=version, digest=found[0] if found else "")


def _release(before: Version | None, after: Version | None) -> Release | None:
    return None if before == after else Release(before=before, after=after)


def _ruled(
    seen: Declared | None, asked: Asked, stack: str, waivers: Sequence[Waiver]
) -> Judged:
    found = broken(seen, asked) if seen else []
    return sorted_out(found, stack, waivers, date.today())


def _error(diagnostics: list[Any], root: Path) -> str:
    errors = [one["message"] for one in diagnostics if one.get("severity") == "error"]
    own = [one for one in errors if _LAST not in one] or errors
    return sentence(own[0], str(root)) if own else ""


def _last_error(said: str) -> str:
    """The CLI's own, where it did not come as far as the program."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")]
    last = (errors or lines or ["pulumi preview said nothing; see the job's log"])[-1]
    return last.removeprefix("error:").strip()
