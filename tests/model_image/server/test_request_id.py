"""Every request has a name, the caller's own where it is harmless."""

import pytest

from model_image.server.request_id import RequestIds


def test_a_callers_own_name_is_kept():
    assert RequestIds().of({b"x-request-id": b"trace-7:a/b"}) == "trace-7:a/b"


@pytest.mark.parametrize("given", [b"", b"a b", b"a\n", b"a" * 129, b"\xff"])
def test_a_name_that_is_not_safe_to_repeat_is_replaced(given: bytes):
    assert len(RequestIds().of({b"x-request-id": given})) == 32


def test_no_two_names_are_equal():
    one, other = RequestIds(), RequestIds()

    names = [each.of({}) for each in (one, one, other, other)]

    assert len(set(names)) == 4
