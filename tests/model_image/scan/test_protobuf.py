"""Messages are walked through to their end, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.scan.protobuf import DamagedMessage, fields, text
from tests.model_image.scan.messages import field

contents = st.integers(0, 2**63) | st.binary(max_size=300)
messages = st.lists(st.tuples(st.integers(1, 2**20), contents), max_size=9)


@given(messages)
def test_every_field_is_found_where_it_lies(
    given: list[tuple[int, int | bytes]],
) -> None:
    data = b"".join(field(number, content) for number, content in given)

    found = list(fields(data, 0, len(data)))

    assert [each.number for each in found] == [number for number, _ in given]
    for each, (_, content) in zip(found, given, strict=True):
        expected = (
            each.value if isinstance(content, int) else data[each.start : each.end]
        )
        assert expected == content


@given(st.binary(max_size=100))
def test_noise_is_refused_or_ends_where_it_ends(data: bytes) -> None:
    try:
        found = list(fields(data, 0, len(data)))
    except DamagedMessage:
        return
    assert all(each.end <= len(data) for each in found)


@pytest.mark.parametrize("data", [b"\x0b", b"\x80" * 20, b"\x0a\x05abc", b"\x00\x00"])
def test_a_field_that_is_none_is_damage(data: bytes) -> None:
    with pytest.raises(DamagedMessage):
        list(fields(data, 0, len(data)))


def test_a_text_that_is_none_is_damage() -> None:
    data = field(1, b"\xff") + field(2, b"a" * 2000) + field(3, 7)

    for each in fields(data, 0, len(data)):
        with pytest.raises(DamagedMessage):
            text(data, each)
