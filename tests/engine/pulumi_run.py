"""Runs phases under the real Pulumi engine, and reads what its own logs tell."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import resource_pb2

from tests.estate import Estate

from .calls import hook_answer, hook_call
from .recording import KEPT_OUTPUTS, Recording, registration, without_secrets
from .scenario import Command, End

Row = dict[str, Any]
_STEPS = {
    f"/pulumirpc.ResourceProvider/{step}" for step in ("Create", "Update", "Delete")
}
_BEYOND = ("update failed", "an unhandled error occurred")
"""What Pulumi adds to the errors of a program or of a step."""


class PulumiRun:
    """The real engine in an estate's clone."""

    def __init__(self, estate: Estate, logs: Path) -> None:
        self._estate = estate
        self._logs = logs

    def __call__(self, command: Command, stack: str) -> Recording:
        """Run the command; Pulumi's own logs say what happened."""
        self.pulumi("stack", "select", "--create", stack)
        calls, events = self._logs / "calls.jsonl", self._logs / "events.jsonl"
        for log in (calls, events):
            log.unlink(missing_ok=True)
        quietly = () if command == "preview" else ("--yes", "--skip-preview")
        result = self.pulumi(
            *(command, "--stack", stack, *quietly, "--event-log", str(events)),
            PULUMI_DEBUG_GRPC=str(calls),
            # Otherwise there is no --event-log.
            PULUMI_DEBUG_COMMANDS="1",
        )
        run, rows = self.left(stack), _rows(calls)
        run.errors = list(_errors(_rows(events)))
        run.registrations = {
            row["response"]["urn"]: registration(row["request"])
            for row in _answered(rows, "RegisterResource")
        }
        run.steps = list(_steps(_rows(events)))
        run.calls = list(_calls(rows))
        run.end = _end(result.returncode, run)
        return run

    def left(self, stack: str) -> Recording:
        """The stack's state as it is now."""
        exported = self.pulumi("stack", "export", "--stack", stack).stdout
        deployment = json.loads(exported)["deployment"]
        return Recording(
            "done",
            state=[_resource(each) for each in deployment.get("resources") or []],
            pending=[
                f"{each['type']} {each['resource']['urn']}"
                for each in deployment.get("pending_operations") or []
            ],
        )

    def output(self, stack: str, name: str) -> str:
        """One output of a stack."""
        return self.pulumi("stack", "output", name, "--stack", stack).stdout.strip()

    def pulumi(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """One command of the real CLI, whatever becomes of it."""
        return subprocess.run(
            ["pulumi", *words, "--non-interactive"],
            cwd=self._estate.root,
            env={**self._estate.environment, **more},
            capture_output=True,
            text=True,
            check=False,
        )


def _end(code: int, run: Recording) -> End:
    if code == 0:
        return "done"
    return "failed" if run.calls else "refused"


def _rows(log: Path) -> list[Row]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def _answered(rows: list[Row], method: str) -> Iterator[Row]:
    for row in rows:
        answered = row["progress"] == "response_completed" and "response" in row
        if row["method"].endswith(f"/{method}") and answered and row["response"]:
            yield row


def _errors(events: list[Row]) -> Iterator[str]:
    for event in events:
        told = event.get("diagnosticEvent", {})
        message = told.get("message", "").strip()
        if told.get("severity") == "error" and not message.startswith(_BEYOND):
            yield message


def _steps(events: list[Row]) -> Iterator[dict[str, Any]]:
    """A replacement is one step here, told twice by Pulumi where it makes the new."""
    for event in events:
        if "resourcePreEvent" not in event:
            continue
        step = event["resourcePreEvent"]["metadata"]
        if step["op"] == "replace":
            continue
        found = step.get("detailedDiff") or {}
        yield {
            "op": step["op"].replace("create-replacement", "replace"),
            "urn": step["urn"],
            "diff": {path: found[path]["diffKind"] for path in sorted(found)},
            "keys": sorted(set(step.get("keys") or [])),
        }


def _calls(rows: list[Row]) -> Iterator[str]:
    hooks = {
        row["request"]["callback"]["token"]: row["request"]["name"]
        for row in rows
        if row["method"].endswith("/RegisterResourceHook")
    }
    for row in rows:
        moment = "begin" if row["progress"] == "request_started" else "end"
        if row["method"] == "/pulumirpc.Callbacks/Invoke":
            yield f"{moment} {_hook(hooks, row)}"
        elif row["method"] in _STEPS and not row["request"].get("preview"):
            step = row["method"].rpartition("/")[2].lower()
            which = row["request"]["id"] if step == "delete" else ""
            yield f"{moment} {step} {row['request']['urn']} {which}".rstrip()


def _hook(hooks: dict[str, str], row: Row) -> str:
    message = base64.b64decode(row["request"]["request"])
    asked = resource_pb2.ResourceHookRequest.FromString(message)
    said = hook_call(hooks[row["request"]["token"]], asked)
    if row["progress"] == "request_started":
        return said
    answer = (row.get("response") or {}).get("response", "")
    return said + hook_answer(base64.b64decode(answer))


def _resource(exported: Row) -> dict[str, Any]:
    outputs = exported.get("outputs") or {}
    kept = KEPT_OUTPUTS.get(exported["type"], ())
    hooks = exported.get("resourceHooks") or {}
    found = {
        "urn": exported["urn"],
        "type": exported["type"],
        "custom": exported["custom"],
        "id": exported.get("id", ""),
        "inputs": exported.get("inputs") or {},
        "outputs": {name: outputs[name] for name in kept if name in outputs},
        "parent": exported.get("parent", ""),
        "dependencies": sorted(exported.get("dependencies") or []),
        "propertyDependencies": {
            name: sorted(urns)
            for name, urns in (exported.get("propertyDependencies") or {}).items()
            if urns
        },
        "provider": exported.get("provider", ""),
        "protect": exported.get("protect", False),
        "retainOnDelete": exported.get("retainOnDelete", False),
        "replaceOnChanges": exported.get("replaceOnChanges") or [],
        "additionalSecretOutputs": exported.get("additionalSecretOutputs") or [],
        "hooks": {_snake(when): names for when, names in hooks.items()},
        "delete": exported.get("delete", False),
        "replacing": exported.get("pendingReplacement", False),
    }
    return without_secrets(found)


def _snake(when: str) -> str:
    """`AfterCreate`, as the state has it, to `after_create`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in when)[1:]
