"""The offline engine decides as Pulumi did, told what Pulumi knew; without Docker."""

from pathlib import Path
from typing import Any

import pytest

from stacks.offline import plan
from stacks.offline.diff import top
from stacks.offline.docker import Platform
from stacks.offline.registration import Registration
from stacks.offline.state import Resource

from .differences import alike
from .recording import DOCKER_BUILD, before, committed
from .scenario import SCENARIO

Step = dict[str, Any]
PULUMI = committed()
STEPS = [
    (phase.name, step)
    for phase in SCENARIO
    if phase.command == "up"
    for step in PULUMI[phase.name].steps
    if not step["op"].startswith("delete")
    and PULUMI[phase.name].registrations[step["urn"]]["custom"]
    and ":providers:" not in step["urn"]
]


REPLACED = [(phase, step) for phase, step in STEPS if step["op"] == "replace"]


def _name(value: Any) -> str:
    return value if isinstance(value, str) else value["urn"].rpartition("$")[2]


def _decided(phase: str, urn: str) -> plan.Plan:
    """What the offline engine decides, given what Pulumi knew."""
    run, past = alike(PULUMI[phase]), alike(before(PULUMI, phase))
    asked = run.registrations[urn]
    rules = Platform(Path()).handler(asked["type"])
    known = {"urn": urn, "type": asked["type"], "name": urn.rpartition("::")[2]}
    found = [each for each in past.state if each["urn"] == urn and not each["delete"]]
    old = Resource(**known, inputs=_inputs(found[0]), named=True) if found else None
    new = Registration(
        **known,
        inputs=asked["inputs"],
        replace_on_changes=asked.get("replaceOnChanges", []),
        delete_before_replace=asked.get("deleteBeforeReplace", False)
        if "deleteBeforeReplaceDefined" in asked
        else None,
    )
    if asked["type"] == DOCKER_BUILD:
        # The hash is of files that are not here.
        outputs = run.resource(urn)["outputs"]
        new.inputs = _inputs({"inputs": new.inputs, "outputs": outputs})
    else:
        new.inputs = rules.check(new, old)
    return plan.decide(old, new, rules)


def _inputs(resource: dict[str, Any]) -> dict[str, Any]:
    hashes = {k: v for k, v in resource["outputs"].items() if k == "contextHash"}
    return {**resource["inputs"], **hashes}


@pytest.mark.parametrize(("phase", "step"), STEPS, ids=_name)
def test_the_same_is_decided_from_what_pulumi_knew(phase: str, step: Step) -> None:
    decided = _decided(phase, step["urn"])

    assert decided.op == step["op"]
    assert decided.reasons == step["keys"]
    assert {top(path) for path in decided.diff} == {top(path) for path in step["diff"]}


@pytest.mark.parametrize(("phase", "step"), REPLACED, ids=_name)
def test_old_or_new_goes_first_as_it_did_in_pulumi(phase: str, step: Step) -> None:
    calls = [call for call in PULUMI[phase].calls if f" {step['urn']}" in call]
    first = calls[0].split()[1]

    assert _decided(phase, step["urn"]).delete_first == (first == "delete")


def test_the_scenario_holds_every_kind_of_step() -> None:
    """Else an engine that did nothing would agree with a part of the recordings."""
    seen = {step["op"] for run in PULUMI.values() for step in run.steps}
    orders = {_decided(phase, step["urn"]).delete_first for phase, step in REPLACED}

    assert seen == {"same", "create", "update", "replace", "delete", "delete-replaced"}
    assert orders == {True, False}
