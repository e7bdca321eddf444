"""Named things in lists: one more of them is one change."""

from hypothesis import given
from hypothesis import strategies as st

from stacks.offline.diff import differences
from stacks.offline.values import UNKNOWN, Secret
from stacks.review.keyed import keyed, readable

NAMES = st.lists(st.text("abc", min_size=1), unique=True)


@given(NAMES, st.text("xyz", min_size=1))
def test_one_more_variable_is_one_change(names: list[str], new: str) -> None:
    before = {"env": [{"name": one, "value": one} for one in names]}
    after = {"env": [{"name": one, "value": one} for one in [new, *names]]}

    found = differences(keyed(before), keyed(after))

    assert list(map(readable, found)) == ([f"env[{new}]"] if names else ["env"])


@given(NAMES)
def test_their_order_is_no_change(names: list[str]) -> None:
    before = [f"{one}=1" for one in names]

    assert keyed(before) == keyed(before[::-1])


def test_what_is_not_known_yet_hides_no_other_variable() -> None:
    told = keyed({"envs": ["A=1", UNKNOWN]})

    assert told == {"envs": {"[A]": "1", "[?]": UNKNOWN}}


def test_a_secret_is_left_whole() -> None:
    assert keyed({"a": Secret([{"name": "x"}])}) == {"a": Secret([{"name": "x"}])}


def test_names_that_are_there_twice_name_nothing() -> None:
    twice = [{"name": "a", "value": 1}, {"name": "a", "value": 2}]

    assert keyed(twice) == twice
