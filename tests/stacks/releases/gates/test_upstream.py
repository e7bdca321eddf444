"""What the upstream must say of a release."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.stacks.releases.gates.conftest import (
    NOON,
    WINE_BEFORE,
    Asked,
    answer,
    gates_asked,
    happened,
    serving,
)


def test_by_default_the_gates_that_need_no_setting_are_asked(asked: Asked) -> None:
    assert gates_asked(asked()) == [
        "verified",
        "running",
        "hold",
        "veto",
        "untried",
        "platforms",
        "schema",
    ]


def test_what_is_verified_upstream_passes(asked: Asked) -> None:
    assert answer(asked(), "verified").result == "pass"


def test_what_was_never_verified_upstream_is_not_known(asked: Asked) -> None:
    question = asked(happened("verified", "dev"))

    found = answer(question, "verified")

    assert (found.result, found.got) == ("unknown", "never verified there")


def test_what_failed_since_does_not_pass(asked: Asked) -> None:
    question = asked(happened("verified", "staging"), happened("failed", "staging"))

    assert answer(question, "verified").result == "fail"


@pytest.mark.parametrize(
    ("replicas", "result", "got"),
    [
        ([serving()], "pass", "1 replicas, all healthy"),
        ([], "unknown", "nothing runs there"),
        ([replace(serving(), in_rotation=False)], "unknown", "nothing runs there"),
        ([serving(health="unhealthy")], "fail", "is not healthy"),
        ([replace(serving(), digest="")], "fail", "no known digest runs there"),
        (
            [serving(), replace(serving(), digest=f"sha256:{'b' * 64}")],
            "fail",
            "sha256:bbbbbbbbbbbb… runs there",
        ),
    ],
)
def test_the_upstream_must_run_it_healthily_now(
    asked: Asked, replicas: list[object], result: str, got: str
) -> None:
    found = answer(asked(replicas=lambda: replicas), "running")

    assert found.result == result
    assert got in found.got


def test_an_upstream_that_cannot_be_looked_at_is_not_known(asked: Asked) -> None:
    def down() -> list[object]:
        raise ConnectionError("no Docker there")

    found = answer(asked(replicas=down), "running")

    assert (found.result, found.got) == (
        "unknown",
        "staging cannot be looked at: no Docker there",
    )


def test_a_stack_may_do_without_a_running_upstream(asked: Asked) -> None:
    assert "running" not in gates_asked(asked(gates={"running": False}))


DAY = timedelta(days=1)


def test_a_soak_is_over_when_the_upstream_ran_it_long_enough(asked: Asked) -> None:
    question = asked(
        happened("verified", "staging", at=NOON - DAY), gates={"soak": "24h"}
    )

    assert answer(question, "soak").result == "pass"
    early = replace(question, at=NOON - timedelta(seconds=1))
    assert answer(early, "soak").got == "23h 59m"
    assert answer(early, "soak").result == "fail"


def test_verifying_again_does_not_begin_the_soak_anew(asked: Asked) -> None:
    question = asked(
        happened("verified", "staging", at=NOON - DAY),
        happened("deployed", "staging", at=NOON),
        happened("verified", "staging", at=NOON),
        gates={"soak": "24h"},
    )

    assert answer(question, "soak").result == "pass"


@pytest.mark.parametrize("between", ["another release", "a failure"])
def test_a_soak_with_a_break_begins_anew(asked: Asked, between: str) -> None:
    middle = (
        happened("verified", "staging", WINE_BEFORE)
        if between == "another release"
        else happened("failed", "staging")
    )
    question = asked(
        happened("verified", "staging", at=NOON - 2 * DAY),
        middle,
        happened("verified", "staging", at=NOON - timedelta(hours=1)),
        gates={"soak": "24h"},
    )

    assert (answer(question, "soak").result, answer(question, "soak").got) == (
        "fail",
        "1h",
    )


def test_what_is_no_longer_the_upstreams_does_not_soak(asked: Asked) -> None:
    question = asked(
        happened("verified", "staging", at=NOON - 2 * DAY),
        happened("verified", "staging", WINE_BEFORE),
        gates={"soak": "24h"},
    )

    found = answer(question, "soak")

    assert found.got == "it is not what is verified there now"
