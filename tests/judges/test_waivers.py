"""A waiver is about one check, has an owner, and comes to an end."""

from datetime import date

import pytest
from pydantic import ValidationError

from stacks.rules import Waiver

from .review import JUDGES, WORKFLOW_JUDGES
from .verdict import Finding
from .waivers import mistakes, read, unwaived

_TODAY = date(2026, 11, 29)
_FOUND = Finding(judge="a", check="c1", object="Deployment/wine", text="is wrong")
_WRITTEN = {
    "judge": "a",
    "check": "c1",
    "reason": "it is right",
    "owner": "platform",
    "expires": _TODAY,
}


def _waiver(**changed: object) -> Waiver:
    return Waiver.model_validate({**_WRITTEN, **changed})


def test_a_waiver_lets_its_finding_pass_up_to_its_last_day() -> None:
    assert unwaived([_FOUND], [_waiver()], _TODAY) == []
    assert mistakes([_FOUND], [_waiver()], _TODAY) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"judge": "b"},
        {"check": "c"},
        {"objects": "Deployment/wine-*"},
        {"expires": date(2026, 11, 28)},
    ],
)
def test_what_a_waiver_is_not_about_stays_a_finding(changed: dict[str, object]) -> None:
    assert unwaived([_FOUND], [_waiver(**changed)], _TODAY) == [_FOUND]


def test_a_pattern_names_the_objects() -> None:
    assert unwaived([_FOUND], [_waiver(objects="Deployment/*")], _TODAY) == []


def test_a_waiver_that_has_expired_is_a_mistake() -> None:
    (told,) = mistakes([_FOUND], [_waiver(expires=date(2026, 11, 28))], _TODAY)
    assert "expired on 2026-11-28" in told


def test_a_waiver_that_waives_nothing_is_a_mistake() -> None:
    (told,) = mistakes([], [_waiver()], _TODAY)
    assert told.endswith("waives nothing any more: remove it")


def test_a_waiver_ends_within_a_year() -> None:
    (told,) = mistakes([_FOUND], [_waiver(expires=date(2028, 1, 1))], _TODAY)
    assert "decide again in a year" in told


def test_a_waiver_of_our_own_rules_is_not_the_judges_to_miss() -> None:
    assert mistakes([], [_waiver(judge="slipway")], _TODAY) == []


@pytest.mark.parametrize("missing", ["reason", "owner", "expires"])
def test_a_waiver_says_why_who_and_until_when(missing: str) -> None:
    written = {key: value for key, value in _WRITTEN.items() if key != missing}
    with pytest.raises(ValidationError, match=missing):
        Waiver.model_validate(written)


def test_every_waiver_of_the_file_is_of_a_judge_that_there_is() -> None:
    judges = {judge.name for judge in (*JUDGES, *WORKFLOW_JUDGES)}
    assert {one.judge for one in read()} <= judges
