"""What a stack file may say of gates, and how its mistakes are told."""

from datetime import timedelta
from typing import Any

import pytest

from stacks.settings.duration import in_words
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings

DIGEST = f"sha256:{'a' * 64}"


def prod(tier: str = "prod", **settings: Any) -> StackSettings:
    return StackSettings.parse(
        "prod",
        {
            "slipway:tier": tier,
            "slipway:upstream": "staging",
            "slipway:platform": {"kind": "local", "port": 8003},
            **{f"slipway:{key}": value for key, value in settings.items()},
        },
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("24h", timedelta(days=1)),
        ("7d", timedelta(days=7)),
        (0, timedelta(0)),
    ],
)
def test_lengths_of_time_are_written_as_people_do(
    written: object, meant: timedelta
) -> None:
    assert prod(gates={"soak": written}).gates.soak == meant


@pytest.mark.parametrize("written", ["a day", "24", 24, "1.5h", "-1h", True])
def test_another_length_of_time_is_a_mistake_that_shows_the_form(
    written: object,
) -> None:
    with pytest.raises(SettingsError, match=r"slipway:gates\.soak: .* as in 24h"):
        prod(gates={"soak": written})


def test_a_length_of_time_is_told_by_its_two_largest_units() -> None:
    assert in_words(timedelta(days=1, hours=2, minutes=12)) == "1d 2h"
    assert in_words(timedelta(seconds=59.9)) == "59s"
    assert in_words(timedelta(seconds=-3)) == "0s"


@pytest.mark.parametrize(
    ("gates", "told"),
    [
        ({"hours": {"zone": "Mars/Olympus"}}, "no time zone is called 'Mars/Olympus'"),
        (
            {"hours": {"zone": "UTC", "begin": "17:00", "end": "09:00"}},
            "hours.begin must be before hours.end",
        ),
        ({"scan": {"max": "SEVERE"}}, r"slipway:gates\.scan\.max is 'SEVERE'"),
        ({"approvals": {"count": 0}}, r"slipway:gates\.approvals\.count is 0"),
        ({"approval": {}}, r"slipway:gates\.approval is not a setting"),
    ],
)
def test_a_mistake_names_the_gate_as_it_is_written(
    gates: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        prod(gates=gates)


def test_a_time_of_day_needs_no_quotes() -> None:
    """YAML 1.1 reads 18:00 as 1080, and 09:00 as text."""
    hours = prod(gates={"hours": {"zone": "UTC", "begin": "09:00", "end": 1080}})

    assert hours.gates.hours is not None
    assert f"{hours.gates.hours.end:%H:%M}" == "18:00"


@pytest.mark.parametrize("written", [5000, -1, "9", "09:00+02:00", True, 9.5])
def test_another_time_of_day_is_a_mistake(written: object) -> None:
    with pytest.raises(SettingsError, match=r"slipway:gates\.hours\.begin"):
        prod(gates={"hours": {"zone": "UTC", "begin": written}})


def test_gates_and_canaries_belong_where_something_is_promoted_to() -> None:
    with pytest.raises(SettingsError, match="slipway:gates, slipway:watch do not"):
        prod(tier="dev", gates={}, watch={})
    canary = {"version": "1.1.0", "digest": DIGEST, "weight": 10}
    with pytest.raises(SettingsError, match="slipway:canary needs the slipway:image"):
        prod(canary=canary)


@pytest.mark.parametrize("weight", [0, 51])
def test_a_canary_has_at_most_half_of_the_requests(weight: int) -> None:
    canary = {"version": "1.1.0", "digest": DIGEST, "weight": weight}
    image = {"name": "wine", "version": "1.0.0", "digest": DIGEST}
    with pytest.raises(SettingsError, match=r"slipway:canary\.weight"):
        prod(canary=canary, image=image)
