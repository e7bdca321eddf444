"""A review is readable however long it is, and whatever is written in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.review.groups import counts, groups
from stacks.review.markdown import LIMIT, MARK, cell, markdown
from stacks.review.record import Note, Property, Resource, Review, StackReview


def resource(name: str, verb: str = "change", *paths: str) -> Resource:
    told = tuple(Property(path=one, before="1", after="2") for one in paths)
    return Resource.model_validate(
        {"verb": verb, "type": "a:b:C", "name": name, "properties": told}
    )


def of(*resources: Resource, stack: str = "prod") -> StackReview:
    return StackReview(stack=stack, resources=resources)


def whole(*stacks: StackReview, more: str = "") -> str:
    return markdown([Review(source="diff", stacks=stacks)], more=more)


def test_replacements_and_removals_come_first() -> None:
    told = of(
        resource("d", "add"),
        resource("c", "change", "x"),
        resource("b", "remove"),
        resource("a", "replace", "y"),
    )

    assert [one.plain[:3] for one in groups(told)] == ["± a", "- b", "~ c", "+ d"]
    assert counts(told) == "1 replaced, 1 removed, 1 changed, 1 added"


def test_resources_with_the_same_change_are_told_at_once() -> None:
    told = of(*(resource(f"r{number}", "change", "label") for number in range(12)))

    (group,) = groups(told)

    assert group.plain == "~ r0, r1, r2, r3, r4, r5, r6, r7 and 4 more changed (C)"
    assert group.lines == ("- label: 1", "+ label: 2")


@pytest.mark.parametrize("stacks", [1, 30, 600])
def test_what_is_too_long_is_cut_with_care(stacks: int) -> None:
    many = [
        of(
            resource("service", "replace", "image"),
            *(
                resource(f"r{n}", "change", *(f"p{n}.{i}" for i in range(40)))
                for n in range(40)
            ),
            stack=f"team-{number}-prod",
        )
        for number in range(stacks)
    ]

    told = whole(*many, more="https://example.com/run")

    assert len(told) <= LIMIT
    assert told.startswith(MARK)
    assert "service" in told or stacks == 600
    assert stacks != 30 or "https://example.com/run" in told
    assert told.count("```") % 2 == 0
    assert told.count("<details>") == told.count("</details>") or stacks == 600


def test_what_must_not_be_overlooked_is_in_the_table() -> None:
    note = Note(subject="limits", sentence="memory of each model: 256 to 128 MiB")

    told = whole(StackReview(stack="prod", notes=(note,)))

    (row,) = (line for line in told.splitlines() if line.startswith("| **prod**"))
    assert "256 to 128 MiB" in row


@given(st.text())
def test_a_strangers_text_stays_on_its_line_and_is_only_text(text: str) -> None:
    told = cell(text)

    assert "\n" not in told
    assert "<" not in told
    for sign in "|`*_[]":
        assert told.count(sign) == told.count(f"\\{sign}")


def test_a_waiver_about_nothing_is_told_above_the_stacks() -> None:
    review = Review(source="diff", stacks=(of(resource("c")),), idle=("x on *, of me",))

    told = markdown([review])

    line = "- **waiver**: x on \\*, of me, lets nothing pass any more: remove it\n"
    assert line in told.partition("<details")[0]


@given(st.text())
def test_no_property_ends_its_fence(text: str) -> None:
    told = Property(path="x", before=text, after=text[::-1])
    one = Resource(verb="change", type="a:b:C", name="r", properties=(told,))

    lines = whole(of(one)).split("```diff\n")[1].split("\n```\n")[0]

    assert "```" not in lines
