"""What a scan found in a model that may be loaded: evidence, not identity."""

import msgspec


class Scan(msgspec.Struct, frozen=True):
    """
    A model that names nothing but what is allowed.

    `scanner` and its version are the kept deny-list that was asked for a second
    opinion; `libraries` are the versions that the file itself tells of.
    """

    format: str
    scanner: str
    scanner_version: str
    globals: tuple[str, ...] = ()
    libraries: dict[str, str] = {}
    protocol: int | None = None
    """Of a pickle."""
    python: str | None = None
    """Where the file says which Python wrote it."""
