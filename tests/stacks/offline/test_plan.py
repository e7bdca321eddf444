"""The rules by which a resource stays, changes, or is replaced."""

from collections.abc import Collection
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.offline import OfflineError
from stacks.offline.diff import Change, differences
from stacks.offline.plan import decide, dependents
from stacks.offline.state import Resource, in_order


class Rules:
    in_place: ClassVar[Collection[str]] = {"limit"}
    delete_first: ClassVar[bool] = False

    def comparable(self, inputs: dict[str, Any]) -> dict[str, Any]:
        return inputs


class DeleteFirst(Rules):
    delete_first: ClassVar[bool] = True


RULES, FIRST = Rules(), DeleteFirst()


def resource(name="a", **values):
    return Resource(urn=f"urn::p::t::{name}", type="t", name=name, **values)


values = st.recursive(
    st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab.[", min_size=1), inner),
    max_leaves=6,
)


@given(values, values)
def test_there_is_a_difference_exactly_where_values_differ(before, after):
    assert bool(differences(before, after)) == (before != after)


def test_a_difference_is_told_by_its_path():
    before = {"a": [{"b": 1}, 2], "c": 3}
    after = {"a": [{"b": 2}], "d": None}

    assert differences(before, after) == {
        "a[0].b": Change("update", 1, 2),
        "a[1]": Change("delete", before=2),
        "c": Change("delete", before=3),
        "d": Change("add", after=None),
    }


def test_what_is_new_is_created():
    assert decide(None, resource(), RULES).op == "create"


@pytest.mark.parametrize(
    ("inputs", "op", "reasons"),
    [
        ({"limit": 1, "image": "x"}, "same", []),
        ({"limit": 2, "image": "x"}, "update", []),
        ({"limit": 1, "image": "y"}, "replace", ["image"]),
        ({"limit": 2, "image": "y"}, "replace", ["image"]),
        ({"limit": 1}, "replace", ["image"]),
    ],
)
def test_the_properties_decide_between_update_and_replacement(inputs, op, reasons):
    old = resource(inputs={"limit": 1, "image": "x"})

    plan = decide(old, resource(inputs=inputs), RULES)

    assert (plan.op, plan.reasons) == (op, reasons)


@pytest.mark.parametrize("selected", ["limit", "limit[0]", "*"])
def test_replace_on_changes_makes_an_update_a_replacement(selected):
    old = resource(inputs={"limit": [1]})
    new = resource(inputs={"limit": [2]}, replace_on_changes=[selected])

    assert decide(old, new, RULES).op == "replace"


@pytest.mark.parametrize("ignored", ["image", "*"])
def test_ignored_changes_decide_nothing(ignored):
    old = resource(inputs={"image": "x"})
    new = resource(inputs={"image": "y"}, ignore_changes=[ignored])

    assert decide(old, new, RULES).op == "same"


@pytest.mark.parametrize(
    ("rules", "named", "asked", "first"),
    [
        (RULES, True, None, False),
        (RULES, False, None, True),
        (FIRST, True, None, True),
        (FIRST, True, False, False),
        (RULES, False, False, False),
        (RULES, True, True, True),
    ],
)
def test_the_old_one_goes_first_by_type_by_fixed_name_or_by_wish(
    rules, named, asked, first
):
    old = resource(inputs={"image": "x", "name": "n"}, named=named)
    new = resource(inputs={"image": "y", "name": "n"}, delete_before_replace=asked)

    assert decide(old, new, rules).delete_first is first


def test_what_is_protected_is_not_replaced_unless_unprotected_at_once():
    old = resource(inputs={"image": "x"}, protect=True)

    with pytest.raises(OfflineError, match=r"would be replaced \(image\)"):
        decide(old, resource(inputs={"image": "y"}, protect=True), RULES)
    assert decide(old, resource(inputs={"image": "y"}), RULES).op == "replace"


def test_what_was_deleted_to_be_replaced_is_made_even_when_nothing_changed():
    assert decide(resource(replacing=True), resource(), RULES).op == "replace"


def depending(name, property, *on, **values):
    urns = [f"urn::p::t::{each}" for each in on]
    return resource(name, property_dependencies={property: urns}, **values)


def test_only_what_a_change_would_replace_goes_with_what_is_deleted_first():
    root = resource("root")
    resources = [
        root,
        depending("direct", "image", "root"),
        depending("indirect", "image", "direct"),
        depending("updated", "limit", "root"),
        depending("forced", "limit", "root", replace_on_changes=["limit"]),
        resource("ordered", dependencies=[root.urn]),
        resource("other"),
    ]

    found = dependents(root, resources, set(), lambda _: RULES)

    assert [each.name for each in found] == ["direct", "indirect", "forced"]


def test_what_was_registered_before_cannot_depend_on_what_is_deleted_first():
    root, direct = resource("root"), depending("direct", "image", "root")

    assert dependents(root, [root, direct], {direct.urn}, lambda _: RULES) == []


def test_what_a_deleted_provider_made_goes_with_it():
    root = resource("root")
    made = resource("made", provider=f"{root.urn}::id")

    assert dependents(root, [root, made], set(), lambda _: RULES) == [made]


@st.composite
def graphs(draw):
    names = [f"r{number}" for number in range(draw(st.integers(1, 8)))]
    made = []
    for number, name in enumerate(names):
        needs = draw(st.lists(st.sampled_from(names[:number]))) if number else []
        made.append(resource(name, dependencies=[f"urn::p::t::{n}" for n in needs]))
    return draw(st.permutations(made))


@given(graphs())
def test_everything_comes_after_what_it_needs(shuffled):
    ordered = in_order(shuffled)

    assert sorted(r.name for r in ordered) == sorted(r.name for r in shuffled)
    seen = set()
    for each in ordered:
        assert each.needs() <= seen
        seen.add(each.urn)


def test_a_circle_of_old_and_new_is_no_endless_one():
    """Two generations may need each other's names; any order will do then."""
    circle = [
        resource("a", dependencies=["urn::p::t::b"]),
        resource("b", dependencies=["urn::p::t::a"]),
    ]

    assert len(in_order(circle)) == 2
