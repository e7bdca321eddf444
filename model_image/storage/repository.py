"""One repository of an OCI registry: blobs and manifests, through oras."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import oras.container
import requests

from model_image.environment import Say
from model_image.errors import PackError

from .artifact import MEDIA_TYPE, Descriptor
from .progress import opened
from .reference import OciReference
from .registry import RegistryClient
from .source import SMALL

# Its errors reach the user as PackErrors; on stderr they would stand there twice.
logging.getLogger("oras.logger").setLevel(logging.CRITICAL)
_PIECE = 2**20


class Repository:
    """
    Where a reference points.

    A PackError says what stopped a request, in terms of the reference; no header,
    account or address with a signature is ever in it.
    """

    def __init__(self, reference: OciReference) -> None:
        self._written = str(reference)
        self._host = reference.registry
        self._client = RegistryClient(self._host)
        # Set, not parsed: `localhost/wine` would become docker.io's.
        self._container = oras.container.Container("wine")
        self._container.registry = self._client.hostname or self._host
        self._container.repository = reference.repository

    def manifest(self, name: str) -> bytes | None:
        """The bytes of the manifest with this digest or tag, if it is there."""
        with self._told():
            answer = self._client.do_request(
                self._url(self._container.manifest_url(name)),
                headers={"Accept": MEDIA_TYPE},
                stream=True,
            )
            if answer.status_code == 404:
                return None
            return b"".join(self._pieces(answer, SMALL))

    def blob(self, digest: str, size: int) -> Iterator[bytes]:
        """The bytes of a blob, of which there are no more than its size."""
        if size == 0:  # some registries do not keep what is empty
            return
        with self._told():
            answer = self._client.get_blob(self._container, digest, stream=True)
            if answer.status_code == 404:
                raise PackError(
                    f"{self._written} lacks the blob {digest}; push the package again"
                )
            yield from self._pieces(answer, size)

    def has(self, blob: Descriptor) -> bool:
        """Whether this repository has the blob."""
        with self._told():
            layer = {"digest": blob.digest}
            return self._client.blob_exists(layer, self._container)

    def push_blob(self, blob: Descriptor, content: bytes | Path, say: Say) -> None:
        """Upload a blob, a piece at a time."""
        with opened(content, blob.title, say) as file, self._told():
            self._expect_done(
                self._client.upload(self._container, blob.digest, file, blob.size)
            )

    def push_manifest(self, content: bytes, name: str) -> None:
        """Upload a manifest under a tag."""
        with self._told():
            self._expect_done(
                self._client.do_request(
                    self._url(self._container.manifest_url(name)),
                    "PUT",
                    data=content,
                    headers={"Content-Type": MEDIA_TYPE},
                )
            )

    def _url(self, path: str) -> str:
        return f"{self._client.prefix}://{path}"

    def _pieces(self, answer: requests.Response, most: int) -> Iterator[bytes]:
        with answer:
            self._expect_done(answer)
            left = most
            for piece in answer.iter_content(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise PackError(
                        f"{self._written} sends more than the {most} bytes that it "
                        "announced; push the package again"
                    )
                yield piece

    def _expect_done(self, answer: requests.Response) -> None:
        status = answer.status_code
        if status in (401, 403):
            known = self._client.has_login
            raise PackError(
                f"{self._written}: {self._host} refuses "
                f"{'this account' if known else 'callers without a login'} ({status}); "
                f"run `docker login {self._host}` with one that may use the repository"
            )
        if status == 404:
            raise PackError(f"{self._written} is not found; mend its spelling")
        if status >= 300:
            raise PackError(
                f"{self._written}: {self._host} answered {status} {answer.reason}; "
                "try again, or ask who runs it"
            )

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except requests.RequestException as error:
            raise PackError(
                f"{self._written}: {self._host} cannot be reached "
                f"({_reason(error)}); check the address and the network"
            ) from None


def _reason(error: requests.RequestException) -> str:
    """What kind of failure it was; its own text may hold an address with a secret."""
    kinds: list[tuple[type[Exception], str]] = [
        (requests.exceptions.SSLError, "its certificate is not trusted"),
        (requests.exceptions.ProxyError, "the proxy refuses"),
        (requests.Timeout, "no answer in time"),
        (requests.ConnectionError, "no connection"),
    ]
    return next((told for kind, told in kinds if isinstance(error, kind)), "cut off")
