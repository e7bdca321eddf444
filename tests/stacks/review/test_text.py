"""A review on a terminal."""

import io

from rich.console import Console

from stacks.review.record import Finding, Note, Property, Resource, Review, StackReview
from stacks.review.text import text


def printed(*stacks: StackReview) -> str:
    file = io.StringIO()
    text(Review(source="diff", stacks=stacks), Console(file=file, width=200))
    return file.getvalue()


def test_a_stack_is_told_from_the_gravest_to_the_least() -> None:
    one = StackReview(
        stack="prod",
        tier="prod",
        platform="kubernetes",
        notes=(Note(subject="limits", sentence="memory of each model: 2 to 1 MiB"),),
        findings=(Finding(rule="user", resource="m", sentence="is root", new=True),),
        resources=(
            Resource(
                verb="replace",
                type="a:b:C",
                name="model[1]",
                properties=(Property(path="x", before="[old]", after="[new]"),),
            ),
        ),
    )

    told = printed(one, StackReview(stack="dev")).splitlines()

    assert told == [
        "prod  prod · kubernetes · 1 replaced",
        "  limits  memory of each model: 2 to 1 MiB",
        "  broken  (user) m: is root",
        "  ± model[1] replaced (C)",
        "      - x: [old]",
        "      + x: [new]",
        "",
        "nothing changes in dev",
    ]


def test_a_waiver_about_nothing_is_told() -> None:
    file = io.StringIO()
    review = Review(source="diff", stacks=(), idle=("slipway user on *, of me",))

    text(review, Console(file=file, width=200))

    told = "waiver  slipway user on *, of me, lets nothing pass any more: remove it\n"
    assert file.getvalue() == told


def test_a_refused_stack_is_one_sentence() -> None:
    told = printed(StackReview(stack="prod", error="it is [not] right"))

    assert "refused  it is [not] right" in told
