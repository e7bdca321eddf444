"""What `pulumi preview --json` says, in the words of a review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stacks.offline.diff import Change, differences, top
from stacks.offline.registration import kind_of, name_of
from stacks.offline.values import UNKNOWN, Secret

from .keyed import keyed, readable
from .sentence import sentence

_SECRET = "[secret]"
"""How it writes a secret."""
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How Pulumi writes a text that only an update can tell (plugin.UnknownStringValue)."""
_LAST = "program exited with non-zero exit code"


@dataclass(frozen=True)
class State:
    """One resource before or after, in the form that rules read."""

    type: str
    name: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False


def states(steps: Sequence[Any], key: str, ops: Sequence[str]) -> list[State]:
    """The resources before (`oldState`) or after (`newState`) steps of these kinds."""
    return [
        State(
            kind_of(step["urn"]),
            name_of(step["urn"]),
            _readable(state.get("inputs") or {}),
            bool(state.get("protect")),
        )
        for step in steps
        if step["op"] in ops and (state := step.get(key))
    ]


def changes(step: Mapping[str, Any]) -> dict[str, Change]:
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


def error(diagnostics: Sequence[Any], root: Path) -> str:
    """Why the program ended early, in one sentence; empty where it did not."""
    errors = [one["message"] for one in diagnostics if one.get("severity") == "error"]
    own = [one for one in errors if _LAST not in one] or errors
    return sentence(own[0], str(root)) if own else ""


def last_error(said: str) -> str:
    """The CLI's own, where it did not come as far as the program."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")]
    last = (errors or lines or ["pulumi preview said nothing; see the job's log"])[-1]
    return last.removeprefix("error:").strip()


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
