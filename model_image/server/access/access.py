"""Who may ask the model: whoever reaches the port, or callers who show a token."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from ..refusal import Refusal

Admit = Callable[[str], Awaitable[None]]
"""Raises the Refusal of `denied` for a bearer token that opens nothing."""

_BEARER = re.compile(rb"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)
_HOW = "send the header 'authorization: Bearer TOKEN'"


class AccessError(Exception):
    """Tokens or keys that cannot be used; the message is one sentence."""


class Access:
    """
    Decides by a request's headers whether its caller may ask.

    What callers show never comes back to them and never reaches a log.
    """

    def __init__(self, admit: Admit | None = None) -> None:
        self._admit = admit
        self.asks = admit is not None
        """Whether callers have to show a token."""

    async def check(self, headers: dict[bytes, bytes]) -> None:
        """Raises the Refusal that a caller gets who may not ask."""
        if self._admit is None:
            return
        shown = headers.get(b"authorization")
        if shown is None:
            raise denied(f"this model answers callers who show a token; {_HOW}", None)
        bearer = _BEARER.fullmatch(shown)
        if bearer is None:
            raise denied(f"the authorization shown is no bearer token; {_HOW}", None)
        await self._admit(bearer[1].decode("ascii"))


def denied(
    error: str, challenge: str | None = "invalid_token", status: int = 401
) -> Refusal:
    """The answer to a caller whose token, if any, does not do."""
    header = b"Bearer" + (f' error="{challenge}"'.encode() if challenge else b"")
    return Refusal(status, error, headers=((b"www-authenticate", header),))


def open_access() -> Access:
    """Lets in whoever reaches the port."""
    return Access()


def tokens(path: Path) -> Access:
    """Lets in callers who show one of the tokens in this file, one on each line."""
    from .token_file import TokenFile

    return Access(TokenFile(path).admit)


def jwt(jwks: str, audience: str, issuer: str) -> Access:
    """
    Lets in callers whose JWT `issuer` signed for `audience`.

    `jwks` is the file or https address with the issuer's public keys.
    """
    from .jwks import Jwks
    from .signed_tokens import SignedTokens

    return Access(SignedTokens(Jwks(jwks), audience, issuer).admit)
