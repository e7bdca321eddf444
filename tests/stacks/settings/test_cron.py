"""Set times as cron has them, and as AWS does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.settings.cron import aws_cron, five_fields


@pytest.mark.parametrize(
    ("cron", "aws"),
    [
        ("0 3 * * *", "cron(0 3 * * ? *)"),
        ("*/5 * * * *", "cron(*/5 * * * ? *)"),
        ("0 3 1 * *", "cron(0 3 1 * ? *)"),
        ("0 3 * * 0", "cron(0 3 ? * SUN *)"),
        ("0 3 * * 7", "cron(0 3 ? * SUN *)"),
        ("0 7 * * 1-5", "cron(0 7 ? * MON-FRI *)"),
        ("0 7 * * 1,3,5", "cron(0 7 ? * MON,WED,FRI *)"),
        ("0 7 * 6 mon", "cron(0 7 ? 6 mon *)"),
        ("@daily", "cron(0 0 * * ? *)"),
        ("@weekly", "cron(0 0 ? * SUN *)"),
    ],
)
def test_aws_counts_days_otherwise_and_says_them_once(cron: str, aws: str) -> None:
    assert aws_cron(cron) == aws


def test_a_day_of_the_month_and_of_the_week_is_refused() -> None:
    with pytest.raises(ValueError, match="not both"):
        aws_cron("0 3 1 * 1")


def test_a_word_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="@fortnightly"):
        five_fields("@fortnightly")


_DAY = st.one_of(st.just("*"), st.integers(1, 28).map(str))
_WEEKDAY = st.one_of(st.just("*"), st.integers(0, 7).map(str))


@given(st.integers(0, 59), st.integers(0, 23), _DAY, _WEEKDAY)
def test_one_of_the_two_days_is_always_left_open(
    minute: int, hour: int, day: str, weekday: str
) -> None:
    if "*" not in (day, weekday):
        return
    fields = aws_cron(f"{minute} {hour} {day} * {weekday}")[5:-1].split()

    assert len(fields) == 6
    assert [fields[2], fields[4]].count("?") == 1
