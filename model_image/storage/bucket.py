"""
Packages in S3, Google Cloud Storage and Azure, in one layout.

`<prefix>/<hex of the identity>/<file>`; the manifest is written last, so where it is,
the package is whole.
"""

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import obstore
from obstore import exceptions
from obstore.store import AzureStore, GCSStore, ObjectStore, S3Store

from model_image.environment import Say
from model_image.errors import PackError
from model_image.evidence import EVIDENCE
from model_image.package import ModelPackage
from model_image.server.manifest import MANIFEST, canonical

from .progress import in_words, opened
from .reference import BucketReference
from .source import SMALL

_PIECE = 32 * 2**20
_READ = 2**20
_STORES = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
_ENDPOINTS = {
    "s3": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
    "gs": ("GOOGLE_BASE_URL",),
    "az": ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT"),
}
_LOGINS = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or let "
    "`aws configure export-credentials --format env` set them, and AWS_REGION",
    "gs": "run `gcloud auth application-default login`, or set "
    "GOOGLE_APPLICATION_CREDENTIALS",
    "az": "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY (or "
    "AZURE_USE_AZURE_CLI=true)",
}


def push(package: ModelPackage, target: BucketReference, say: Say) -> BucketReference:
    """Upload what the bucket lacks; the reference to exactly this package."""
    bucket = Bucket(target.pinned(package.identity))
    content = canonical(package.manifest)
    if bucket.size(MANIFEST) != len(content):
        for name in sorted(package.manifest.files):
            bucket.upload(name, package.path / name, say)
        bucket.put(MANIFEST, content)
    if (package.path / EVIDENCE).is_file():
        evidence = (package.path / EVIDENCE).read_bytes()
        if bucket.size(EVIDENCE) is None or bucket.read(EVIDENCE) != evidence:
            bucket.put(EVIDENCE, evidence)
    return bucket.reference


class BucketSource:
    """A package in a bucket, by its identity."""

    def __init__(self, reference: BucketReference) -> None:
        self._bucket = Bucket(reference)

    @property
    def written(self) -> str:
        return str(self._bucket.reference)

    @property
    def identity(self) -> str:
        return self._bucket.reference.digest

    def manifest(self) -> bytes:
        return self._bucket.read(MANIFEST)

    def file(self, name: str, digest: str) -> Iterator[bytes]:
        return self._bucket.pieces(name)

    def evidence(self) -> bytes | None:
        found = self._bucket.size(EVIDENCE) is not None
        return self._bucket.read(EVIDENCE) if found else None


class Bucket:
    """The folder of one package in a bucket; every failure is a PackError."""

    def __init__(self, reference: BucketReference) -> None:
        self.reference = reference
        hexadecimal = reference.digest.removeprefix("sha256:")
        self._folder = "/".join(filter(None, (reference.prefix, hexadecimal)))
        with self._told(""):
            self._store = _store(reference.scheme, reference.bucket)

    def size(self, name: str) -> int | None:
        """How large a file is there, if it is."""
        with self._told(name):
            try:
                return obstore.head(self._store, self._path(name))["size"]
            except FileNotFoundError:
                return None

    def read(self, name: str) -> bytes:
        """A small file."""
        with self._told(name):
            got = obstore.get(self._store, self._path(name))
            if got.meta["size"] > SMALL:
                raise PackError(
                    f"{self.reference}: {name} has {in_words(got.meta['size'])}, which "
                    "is no package's; push the package again"
                )
            return bytes(got.bytes())

    def pieces(self, name: str) -> Iterator[bytes]:
        """A file, a range at a time, so that a dropped connection costs one range."""
        with self._told(name):
            size = obstore.head(self._store, self._path(name))["size"]
        for start in range(0, size, _PIECE):
            end = min(start + _PIECE, size)
            with self._told(name):
                got = obstore.get_range(
                    self._store, self._path(name), start=start, end=end
                )
            yield bytes(got)

    def put(self, name: str, content: bytes) -> None:
        """Write a small file."""
        with self._told(name):
            obstore.put(self._store, self._path(name), content)

    def upload(self, name: str, file: Path, say: Say) -> None:
        """Write a file of any size, unless one of this size is there."""
        size = file.stat().st_size
        if self.size(name) == size:
            return
        say(f"uploading {name}, {in_words(size)}")

        async def send(content: IO[bytes]) -> None:
            pieces = iter(lambda: content.read(_READ), b"")
            await obstore.put_async(self._store, self._path(name), pieces)

        # The plain `put` would hear of Ctrl-C when all is sent.
        with self._told(name), opened(file, name, say) as content:
            asyncio.run(send(content))

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        """A failure as a sentence; no text of the service, which may hold a secret."""
        scheme, bucket = self.reference.scheme, self.reference.bucket
        try:
            yield
        except FileNotFoundError:
            raise PackError(
                f"{self.reference}: there is no {name}, or no bucket {bucket}; push "
                "the package, or mend the reference"
            ) from None
        except (
            exceptions.PermissionDeniedError,
            exceptions.UnauthenticatedError,
        ):
            raise PackError(
                f"{self.reference}: {scheme}://{bucket} refuses this account; "
                f"{_LOGINS[scheme]}"
            ) from None
        except exceptions.BaseError as error:
            raise PackError(
                f"{self.reference} cannot be reached ({_reason(error)}); check the "
                f"network, and {_LOGINS[scheme]}"
            ) from None


def _store(scheme: str, bucket: str) -> ObjectStore:
    """Account, region and endpoint come from where each cloud's own tools have them."""
    endpoint = next(filter(None, map(os.environ.get, _ENDPOINTS[scheme])), "")
    return _STORES[scheme](
        bucket,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "timeout": timedelta(minutes=5),
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
    )


def _reason(error: Exception) -> str:
    """The kind of failure, where it is known."""
    status = re.search(r"\b([45]\d\d) [A-Z][a-z]+", str(error))
    return f"it answered {status[1]}" if status else "no answer"
