"""The name of a request, which a caller, a log line and a trace agree on."""

import re
from itertools import count
from secrets import token_hex

_SAFE = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")


class RequestIds:
    """Names that no other server gives: half of it random, half a running number."""

    def __init__(self) -> None:
        self._half = token_hex(8)
        self._numbers = count(1)

    def of(self, headers: dict[bytes, bytes]) -> str:
        """The caller's own name where it is harmless to repeat, else a new one."""
        given = headers.get(b"x-request-id")
        if given is not None and _SAFE.fullmatch(given):
            return given.decode()
        return f"{self._half}{next(self._numbers):016x}"
