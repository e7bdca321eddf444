"""Bearer tokens that an issuer signed: JSON Web Tokens."""

from time import time
from typing import Any

import jwt
from jwt import PyJWK
from jwt.exceptions import (
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAudienceError,
    InvalidIssuerError,
    PyJWTError,
)

from .access import denied
from .jwks import Jwks

LEEWAY_SECONDS = 30
"""How far the issuer's clock may be from ours."""
REMEMBERED = 1024
REMEMBERED_SECONDS = 300
"""So many tokens are not checked again for so long."""
_OPTIONS: Any = {
    "require": ["exp", "aud", "iss"],
    "enforce_minimum_key_length": True,
}


class SignedTokens:
    """
    Admits tokens of one issuer for one audience.

    The key says by which algorithm it signs, never the token; so `none` and shared
    secrets do not count.
    """

    def __init__(self, jwks: Jwks, audience: str, issuer: str) -> None:
        self._jwks = jwks
        self._audience = audience
        self._issuer = issuer
        self._edition = jwks.edition
        self._good_until: dict[str, float] = {}

    async def admit(self, token: str) -> None:
        """Raises Refusal unless the token was signed for this model and still lasts."""
        if self._edition != self._jwks.edition:
            self._edition = self._jwks.edition
            self._good_until.clear()
        moment = time()
        if self._good_until.get(token, 0.0) > moment:
            return
        self._good_until.pop(token, None)
        ends = await self._end(token)
        if len(self._good_until) >= REMEMBERED:
            del self._good_until[next(iter(self._good_until))]
        self._good_until[token] = min(ends, moment + REMEMBERED_SECONDS)

    async def _end(self, token: str) -> float:
        """When a good token ends, leeway included."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
        except (PyJWTError, RecursionError):
            raise denied("the bearer token is not a JSON Web Token") from None
        key = await self._jwks.key(kid)
        if key is None:
            raise denied("the bearer token names no key that its issuer signs with")
        return int(self._verified(token, key)["exp"]) + LEEWAY_SECONDS

    def _verified(self, token: str, key: PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key,
                [key.algorithm_name],
                options=_OPTIONS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
            )
        except ExpiredSignatureError:
            raise denied("the bearer token has expired; ask for a new one") from None
        except ImmatureSignatureError:
            raise denied("the bearer token is not valid yet") from None
        except InvalidAudienceError:
            raise denied(
                f"the bearer token is for another audience than {self._audience!r}",
                "insufficient_scope",
                403,
            ) from None
        except InvalidIssuerError:
            raise denied(
                f"the bearer token is of another issuer than {self._issuer!r}"
            ) from None
        except PyJWTError:
            raise denied("the bearer token is not one that its issuer signed") from None
