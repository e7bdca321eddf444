"""Where inputs and outputs are: this machine's disk, or a bucket."""

from collections.abc import Set
from contextlib import AbstractContextManager
from typing import IO, Protocol

from ..errors import UsageError

BUCKETS = ("s3", "gs", "az")


class Place(Protocol):
    """A file or folder by its address; OSError or BatchError where it fails."""

    @property
    def address(self) -> str:
        """As the user wrote it."""
        ...

    def version(self) -> str:
        """What changes whenever the file does; empty where there is none."""
        ...

    def size(self) -> int: ...

    def read(self) -> bytes: ...

    def open(self) -> IO[bytes]:
        """The file to be read in any order."""
        ...

    def write(self, content: bytes) -> None:
        """The whole file or, whatever happens, none of it."""
        ...

    def created(self) -> AbstractContextManager[IO[bytes]]:
        """The same for what is too large to hold; there when the block ends well."""
        ...

    def remove(self) -> None:
        """The file, or the folder with all its files; fine if there is none."""
        ...

    def child(self, name: str) -> "Place": ...

    def beside(self, suffix: str) -> "Place":
        """The same address with something added."""
        ...

    def names(self) -> Set[str]:
        """The whole files in this folder, by their paths in it."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """Hold this name against every other process; BatchError if one has it."""
        ...


def place(address: str) -> Place:
    """The place at this address; nothing of buckets is imported for a local one."""
    scheme, separator, _ = address.partition("://")
    if not separator or scheme == "file":
        from .disk import DiskPlace

        return DiskPlace.at(address)
    if scheme not in BUCKETS:
        raise UsageError(
            f"{address!r} is in no place known here; give a path, or an address that "
            f"starts with {', '.join(f'{name}://' for name in BUCKETS)}"
        )
    from .bucket import BucketPlace

    return BucketPlace.at(address)
