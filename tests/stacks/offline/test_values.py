"""Values keep their meaning on the wire and in the state, and secrets stay secret."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.offline.values import (
    UNKNOWN,
    Sealed,
    Secret,
    Unknown,
    contains,
    decode,
    encode,
    from_json,
    revealed,
    sealed,
    to_json,
)

# No property of Docker has the name by which a sealed value is known in the file.
names = st.text().filter(lambda name: name != "slipway:sealed")
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(names, inner),
    max_leaves=8,
)
values = st.recursive(
    plain | st.just(UNKNOWN) | st.builds(Secret, plain),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
properties = st.dictionaries(st.text(), values)


@given(properties)
def test_properties_survive_the_wire(given):
    assert decode(encode(given)) == given


@given(st.dictionaries(names, plain))
def test_what_is_no_secret_survives_the_state_file(given):
    assert from_json(json.loads(json.dumps(to_json(given)))) == given


@settings(max_examples=10, deadline=None)
@given(st.text(min_size=8))
def test_a_sealed_secret_tells_only_whether_it_is_the_same(word):
    first = sealed({"a": [Secret(word)]}, "salt")

    assert word not in json.dumps(to_json(first))
    assert first == sealed({"a": [Secret(word)]}, "salt")
    assert first != sealed({"a": [Secret(word + "x")]}, "salt")
    assert first != sealed({"a": [Secret(word)]}, "other salt")
    assert from_json(to_json(first)) == first


@settings(max_examples=30, deadline=None)
@given(properties)
def test_what_is_sealed_holds_no_secret(given):
    assert not contains(sealed(given, "salt"), Secret)
    assert contains(sealed(given, "salt"), Sealed) == contains(given, Secret)


@given(properties)
def test_what_is_revealed_has_no_wrapping(given):
    assert not contains(revealed(given), Secret)


@pytest.mark.parametrize("value", [Secret("hush"), UNKNOWN])
def test_neither_a_secret_nor_an_unknown_can_be_written_down(value):
    with pytest.raises(TypeError):
        to_json({"a": [value]})


def test_a_secret_never_prints(capsys):
    print({"a": Secret("hush")}, f"{Secret('hush')}", Secret("hush"))

    assert capsys.readouterr().out == "{'a': [secret]} [secret] [secret]\n"


def test_an_unknown_is_found_inside_a_secret():
    assert contains([Secret([UNKNOWN])], Unknown)
