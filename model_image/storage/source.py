"""What a place that keeps packages can give."""

from collections.abc import Iterator
from typing import Protocol

SMALL = 16 * 2**20
"""More bytes than any manifest or evidence has; they are read into memory."""


class Source(Protocol):
    """
    One package, somewhere else.

    It promises no truth: whoever reads checks every byte against a digest. It raises
    PackError when the package, or a part of it, cannot be had.
    """

    @property
    def written(self) -> str:
        """The reference, as the user would write it."""
        ...

    @property
    def identity(self) -> str:
        """`sha256:...` of the package's manifest."""
        ...

    def manifest(self) -> bytes:
        """The package's manifest."""
        ...

    def file(self, name: str, digest: str) -> Iterator[bytes]:
        """The content of a file that the manifest lists, a piece at a time."""
        ...

    def evidence(self) -> bytes | None:
        """What was measured of the package, where it was pushed with it."""
        ...
