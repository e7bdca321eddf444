"""The public keys of whoever signs the callers' tokens, followed as they change."""

import asyncio
import json
import logging
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from .access import AccessError

FETCH_SECONDS = 5
PAUSE_SECONDS = 30
"""Tokens that name unknown keys make the issuer be asked once in so long."""
FRESH_SECONDS = 3600
"""Keys that an issuer has withdrawn are gone after so long."""
_LARGEST = 1 << 20
_LOG = logging.getLogger(__name__)


class Jwks:
    """
    The keys at a file or an https address, as they were when last read.

    They must be there at the start. Later they are read beside the event loop, and
    those known stay in use while the issuer is away.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._keys = _read(source)
        self._asked = monotonic()
        self._reading: asyncio.Task[None] | None = None
        self.edition = 0
        """Grows when the keys change."""

    async def key(self, kid: str | None) -> PyJWK | None:
        """The key that a token names, or the only one where it names none."""
        age = monotonic() - self._asked
        found = self._find(kid)
        if self._reading is None and age > (FRESH_SECONDS if found else PAUSE_SECONDS):
            self._asked = monotonic()
            self._reading = asyncio.create_task(self._renew())
        if found is None and self._reading is not None:
            await asyncio.wait({self._reading}, timeout=FETCH_SECONDS)
            found = self._find(kid)
        return found

    def _find(self, kid: str | None) -> PyJWK | None:
        if kid is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == kid), None)

    async def _renew(self) -> None:
        try:
            self._keys = await asyncio.to_thread(_read, self._source)
            self.edition += 1
        except AccessError as error:
            _LOG.warning("the keys stay as they were: %s", error)
        finally:
            self._reading = None


def _read(source: str) -> list[PyJWK]:
    """The keys there that sign; raises AccessError where there are none."""
    try:
        keys = PyJWKSet.from_dict(json.loads(_content(source))).keys
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or error
        raise AccessError(
            f"the keys at {source} cannot be read ({reason}); give a JWKS file or its "
            "https address"
        ) from None
    except (PyJWTError, ValueError, AttributeError):
        raise AccessError(
            f"{source} is not a JWKS with usable public keys; ask the issuer where its "
            "own is"
        ) from None
    # A key that both sides share could sign what it is to check.
    signing = [
        key
        for key in keys
        if key.key_type != "oct" and key.public_key_use in (None, "sig")
    ]
    if not signing:
        raise AccessError(
            f"{source} has no public key that signs (RSA, EC or Ed25519); ask the "
            "issuer where its JWKS is"
        )
    return signing


def _content(source: str) -> bytes:
    scheme = urlsplit(source).scheme
    if not scheme:
        return Path(source).read_bytes()
    if scheme != "https":
        raise AccessError(
            f"{source} is neither a file nor an https address; anybody between could "
            "put keys of their own there"
        )
    import http.client
    from urllib.request import urlopen

    try:
        with urlopen(source, timeout=FETCH_SECONDS) as answer:
            if not answer.url.startswith("https://"):
                raise AccessError(
                    f"{source} leads to {answer.url[:200]}, which is not https; give "
                    "the address that it should lead to"
                )
            return answer.read(_LARGEST)
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from None
