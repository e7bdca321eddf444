"""A file of bearer tokens, which may change while the server runs."""

import hashlib
import hmac
import logging
import re
from pathlib import Path

from .access import AccessError, denied

SHORTEST = 16
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_LOG = logging.getLogger(__name__)


class TokenFile:
    """
    The tokens of a file, one on each line: an old and a new one during a rotation.

    A change of the file counts from the next request on; one that cannot be used is
    logged, and the tokens before it stay. Only digests are kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version = self._seen()
        self._digests = self._read()

    async def admit(self, token: str) -> None:
        """Raises Refusal unless the file has this token."""
        version = self._seen()
        if version != self._version:
            self._version = version
            self._renew()
        shown = _digest(token)
        # All are compared, so that the time it takes tells nothing.
        same = [hmac.compare_digest(shown, each) for each in self._digests]
        if not any(same):
            raise denied("the bearer token is not one that this model knows")

    def _seen(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _renew(self) -> None:
        try:
            self._digests = self._read()
        except AccessError as error:
            _LOG.warning("the tokens stay as they were: %s", error)

    def _read(self) -> list[bytes]:
        try:
            lines = self._path.read_text("ascii").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not ASCII"
            raise AccessError(
                f"the tokens in {self._path} cannot be read ({why}); give a file with "
                "one token on each line"
            ) from None
        digests: list[bytes] = []
        for number, line in enumerate(lines, 1):
            token = line.strip()
            if token:
                self._check(token, number)
                digests.append(_digest(token))
        if not digests:
            raise AccessError(
                f"{self._path} has no token; write one on each line, or let everybody "
                "in by naming no file"
            )
        return digests

    def _check(self, token: str, number: int) -> None:
        """Raises AccessError for what nobody should or could send."""
        where = f"line {number} of {self._path}"
        if len(token) < SHORTEST:
            raise AccessError(
                f"{where} has a token of {len(token)} characters, which can be "
                f"guessed; use {SHORTEST} or more, as `openssl rand -hex 32` prints"
            )
        if not _TOKEN.fullmatch(token):
            raise AccessError(
                f"{where} is no bearer token; use letters, digits and -._~+/ only"
            )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("ascii")).digest()
