"""What counts as a change, and what only a platform has added."""

from typing import Any

import pytest

from stacks.observe.comparison import differences
from stacks.offline.values import Secret, Unknown

POD = {"env": [{"name": "COLOUR", "value": "blue"}], "limits": {"cpu": "1"}}


def test_what_a_platform_adds_by_itself_is_no_change() -> None:
    there = {**POD, "dnsPolicy": "ClusterFirst", "limits": {"cpu": "1", "gpu": "0"}}
    assert list(differences(POD, there)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"limits": {"cpu": "2"}}, "limits.cpu is 2, declared 1"),
        ({"limits": {}}, "limits.cpu is not there, declared 1"),
        (
            {"env": [{"name": "COLOUR", "value": "red"}]},
            "env.COLOUR is red, declared blue",
        ),
        (
            {"env": []},
            "env.COLOUR is missing, declared {'name': 'COLOUR', 'value': 'blue'}",
        ),
    ],
)
def test_a_change_names_the_place_with_both_values(
    changed: dict[str, Any], said: str
) -> None:
    assert list(differences(POD, {**POD, **changed})) == [said]


def test_an_item_more_is_named_without_its_value() -> None:
    env = [*POD["env"], {"name": "PASSWORD", "value": "hunter2"}]
    (said,) = differences(POD, {**POD, "env": env})
    assert said == "env.PASSWORD is there, which nobody declares"


def test_the_order_of_named_items_and_of_json_is_no_change() -> None:
    declared = {"env": [{"name": "A", "value": '{"a": 1, "b": 2}'}, {"name": "B"}]}
    there = {"env": [{"name": "B"}, {"name": "A", "value": '{"b": 2, "a": 1}'}]}
    assert list(differences(declared, there)) == []


@pytest.mark.parametrize("value", [Unknown(), Secret("x"), None])
def test_what_nobody_can_know_is_not_compared(value: Any) -> None:
    assert list(differences({"role": value, "all": [value]}, {"all": ["x"]})) == []


def test_what_an_engine_says_of_its_own_run_is_not_compared() -> None:
    declared = {"slipway.engine": "declare", "pulumi.com/skipAwait": "true"}
    assert list(differences(declared, {"slipway.engine": "pulumi"})) == []


def test_what_another_is_to_change_is_ignored() -> None:
    found = differences({"spec": {"replicas": 2}}, {"spec": {"replicas": 5}})
    assert list(found) == ["spec.replicas is 5, declared 2"]
    ignored = differences(
        {"spec": {"replicas": 2}}, {"spec": {"replicas": 5}}, ignored=["spec.replicas"]
    )
    assert list(ignored) == []


def test_what_only_an_engine_reads_need_be_nowhere() -> None:
    declared = {"annotations": {"pulumi.com/skipAwait": "true"}}

    assert [*differences(declared, {})] == []
