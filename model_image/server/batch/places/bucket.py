"""Objects in S3, Google Cloud Storage and Azure, through fsspec and obstore."""

import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import IO, Any

import fsspec
import obstore.fsspec
from fsspec.spec import AbstractBufferedFile
from obstore import exceptions

from ..errors import BatchError
from . import BUCKETS
from .lease import Lease

_ENDPOINTS = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
    "gs": ("GOOGLE_BASE_URL",),
    "az": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
}
_RETRY = {"max_retries": 5, "retry_timeout": timedelta(minutes=2)}
_BEAT = 5.0
_BLOCK = 4 << 20
_BLOCKS = 32


@dataclass(frozen=True)
class BucketPlace:
    """An object, or all objects whose names begin with a folder's."""

    system: Any
    path: str
    address: str

    @classmethod
    def at(cls, address: str) -> "BucketPlace":
        scheme, _, path = address.partition("://")
        return cls(_system(scheme), path, address)

    def version(self) -> str:
        try:
            with self._told():
                found = self.system.info(self.path)
        except FileNotFoundError:
            return ""
        if found["type"] == "directory":
            return ""
        return str(found["e_tag"] or found["last_modified"])

    def size(self) -> int:
        with self._told():
            return self.system.info(self.path)["size"]

    def read(self) -> bytes:
        with self._told():
            return self.system.cat_file(self.path)

    def open(self) -> IO[bytes]:
        with self._told():
            # Parquet jumps between columns, and a single window would be read anew.
            blocks: Any = _Blocks(
                self.system,
                self.path,
                block_size=_BLOCK,  # type: ignore[arg-type]
                cache_type="blockcache",
                cache_options={"maxblocks": _BLOCKS},
            )
        blocks.told = self._told
        return io.BufferedReader(blocks, 1 << 20)  # type: ignore[arg-type]

    def write(self, content: bytes) -> None:
        with self._told():
            self.system.pipe_file(self.path, content)

    @contextmanager
    def created(self) -> Iterator[IO[bytes]]:
        with self._told():
            file = self.system.open(self.path, "wb")
            try:
                yield file
            except BaseException:
                # Closing is what makes the object, and the garbage collector closes.
                file.closed = True
                raise
            file.close()

    def remove(self) -> None:
        for name in (*sorted(self.names()), ""):
            one = self.child(name) if name else self
            if name or self.version():
                with one._told():
                    self.system.rm_file(one.path)

    def child(self, name: str) -> "BucketPlace":
        return self._moved(f"{self.address.rstrip('/')}/{name}")

    def beside(self, suffix: str) -> "BucketPlace":
        return self._moved(self.address.rstrip("/") + suffix)

    def names(self) -> frozenset[str]:
        folder = self.path.rstrip("/") + "/"
        with self._told():
            found = self.system.find(folder)
        return frozenset(name.removeprefix(folder) for name in found)

    def held(self) -> AbstractContextManager[None]:
        return Lease(self, _BEAT).held()

    def _moved(self, address: str) -> "BucketPlace":
        return BucketPlace(self.system, address.partition("://")[2], address)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A failure as a sentence; no text of the service, which may hold a secret."""
        try:
            yield
        except (
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
        ):
            raise BatchError(
                f"{self.address} refuses this account; see what it may do there, and "
                "the variables or the role that name it"
            ) from None
        except exceptions.BaseError as error:
            raise BatchError(
                f"{self.address} cannot be reached ({type(error).__name__}); check "
                "the network and the variables that name the account"
            ) from None


class _Blocks(AbstractBufferedFile):
    """An object read by blocks, the last few of which are kept."""

    told: Any = None

    def _fetch_range(self, start: int, end: int) -> bytes:
        with self.told():
            return self.fs.cat_file(self.path, start=start, end=end)


@cache
def _system(scheme: str) -> Any:
    """Account, region and endpoint come from where each cloud's own tools have them."""
    obstore.fsspec.register(BUCKETS)
    endpoint = next(filter(None, map(os.environ.get, _ENDPOINTS[scheme])), "")
    return fsspec.filesystem(
        scheme,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "timeout": timedelta(minutes=5),
        },
        retry_config=_RETRY,
    )
