"""Whoever shows no token is told how; what callers show stays between them and us."""

import asyncio

import pytest

from model_image.server.access.access import Access, denied, open_access
from model_image.server.refusal import Refusal


def refusal(access: Access, headers: dict[bytes, bytes]) -> Refusal:
    with pytest.raises(Refusal) as raised:
        asyncio.run(access.check(headers))
    return raised.value


@pytest.fixture
def asking() -> tuple[Access, list[str]]:
    """An access that admits everybody, and the tokens that it was shown."""
    shown: list[str] = []

    async def admit(token: str) -> None:
        shown.append(token)

    return Access(admit), shown


def test_open_access_asks_nobody_for_anything():
    access = open_access()

    asyncio.run(access.check({}))

    assert not access.asks


@pytest.mark.parametrize("scheme", [b"Bearer", b"bearer", b"BEARER "])
def test_the_scheme_is_read_in_any_case(
    asking: tuple[Access, list[str]], scheme: bytes
):
    access, shown = asking

    asyncio.run(access.check({b"authorization": scheme + b" abc.DEF-1_2~3+4/=="}))

    assert access.asks
    assert shown == ["abc.DEF-1_2~3+4/=="]


def test_no_token_gets_a_401_that_says_how_to_send_one(
    asking: tuple[Access, list[str]],
):
    answer = refusal(asking[0], {})

    assert answer.status == 401
    assert answer.headers == ((b"www-authenticate", b"Bearer"),)
    assert "authorization: Bearer TOKEN" in answer.error


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic s3cret",
        b"s3cret",
        b"Bearer s3cret x",
        b"Bearer s3cr\xe9t",
        b"Bearer s3cret\n",
    ],
)
def test_what_is_no_bearer_token_gets_a_401_without_what_was_shown(
    asking: tuple[Access, list[str]], value: bytes
):
    access, shown = asking

    answer = refusal(access, {b"authorization": value})

    assert answer.status == 401
    assert "s3cr" not in str(answer.body("1"))
    assert shown == []


def test_a_refused_token_is_challenged_as_the_standard_says():
    assert denied("no").headers == (
        (b"www-authenticate", b'Bearer error="invalid_token"'),
    )
