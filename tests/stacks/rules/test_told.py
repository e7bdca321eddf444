"""Of what only an update can tell, no rule says anything; and no reader stumbles."""

from collections.abc import Iterator
from typing import Any

import pytest

from stacks.offline.values import UNKNOWN, Secret
from stacks.rules import UNTOLD, broken, read
from stacks.rules.told import Told, UntoldError, all_told, told

from .planted import STACKS, asked, clean

Place = tuple[Any, Any]
DOCKER = "docker:index/container:Container"


def _places(value: Any) -> Iterator[Place]:
    """Every place in these inputs, be it a leaf or not: what holds it, and its key."""
    keys = range(len(value)) if isinstance(value, list) else [*value]
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


@pytest.mark.parametrize("platform", STACKS)
def test_wherever_one_value_is_unknown_no_rule_is_broken(platform: str) -> None:
    resources, its = clean(platform).resources, asked(platform)
    for resource in resources:
        for holder, key in _places(resource.inputs):
            known, holder[key] = holder[key], UNKNOWN
            found = broken(read(resources, its), its)
            assert found == [], f"{resource.name}: {key}"
            holder[key] = known


def _but_role(pair: dict[str, str]) -> Any:
    return pair["value"] if pair["label"] == "slipway.role" else UNKNOWN


def test_what_is_known_is_judged_all_the_same() -> None:
    declaration, its = clean("local"), asked("local")
    inputs = declaration.only(DOCKER, "model-1").inputs
    inputs["image"], inputs["envs"][0], inputs["user"] = UNKNOWN, UNKNOWN, "0"
    inputs["labels"] = [{**one, "value": _but_role(one)} for one in inputs["labels"]]

    (found,) = broken(read(declaration.resources, its), its)

    assert (found.rule, found.resource) == ("user", "model-1")


def test_a_plain_variable_is_one_although_pulumi_keeps_it_as_a_secret() -> None:
    declaration, its = clean("local"), asked("local")
    inputs = declaration.only(DOCKER, "model-1").inputs
    inputs["envs"].append(Secret("DB_PASSWORD=hunter2"))

    (found,) = broken(read(declaration.resources, its), its)

    assert found.rule == "secrets"
    assert "hunter2" not in str(found)


def test_a_value_is_missed_only_by_who_cannot_do_without_it() -> None:
    declaration = clean("local")
    declaration.only(DOCKER, "model-1").inputs["mixed"] = {
        "a": UNTOLD,
        "b": [1, UNTOLD],
    }
    seen = Told(declaration.only(DOCKER, "model-1"))
    mixed = seen.inputs["mixed"]

    assert "a" in mixed
    assert told(mixed, "a") is None
    assert [*all_told(mixed["b"])] == [1]
    with pytest.raises(UntoldError) as stopped:
        mixed["a"]
    assert stopped.value.resource is seen
