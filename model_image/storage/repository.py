"""One repository of an OCI registry: blobs and manifests, through oras."""

import logging
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

import oras.container
import requests

from model_image.environment import Say
from model_image.errors import PackError

from .artifact import MEDIA_TYPE, Descriptor
from .progress import opened
from .reference import OciReference
from .registry import RegistryClient
from .source import SMALL

if TYPE_CHECKING:
    from _typeshed import SupportsRead

# Its errors reach the user as PackErrors; on stderr they would stand there twice.
logging.getLogger("oras.logger").setLevel(logging.CRITICAL)
_PIECE = 2**20


ANY = ", ".join(
    [
        MEDIA_TYPE,
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    ]
)
"""Every kind of manifest that registries keep."""


@dataclass(frozen=True)
class Stored:
    """A manifest as it is kept: these very bytes, and what they are."""

    content: bytes
    media_type: str


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

    @property
    def host(self) -> str:
        """The registry, as it was written."""
        return self._host

    @property
    def name(self) -> str:
        """The repository, within its registry."""
        return self._container.repository

    def manifest(self, name: str, accept: str = MEDIA_TYPE) -> bytes | None:
        """The bytes of the manifest with this digest or tag, if it is there."""
        stored = self.stored(name, accept)
        return stored.content if stored else None

    def stored(self, name: str, accept: str = ANY) -> Stored | None:
        """The manifest with this digest or tag, of whatever kind, if it is there."""
        return self._stored(self._container.manifest_url(name), accept)

    def referrers(self, digest: str) -> Stored | None:
        """The index of what is attached to a digest, if the registry keeps one."""
        path = self._container.manifest_url(digest)
        return self._stored(path.replace("/manifests/", "/referrers/"), ANY)

    def _stored(self, path: str, accept: str) -> Stored | None:
        with self._told():
            answer = self._client.do_request(
                self._url(path), headers={"Accept": accept}, stream=True
            )
            if answer.status_code == 404:
                answer.close()
                return None
            kind = answer.headers.get("Content-Type", MEDIA_TYPE).partition(";")[0]
            return Stored(b"".join(self._pieces(answer, SMALL)), kind)

    def tags(self) -> list[str]:
        """Every tag of the repository, if it exists."""
        with self._told():
            found: list[str] = []
            url = self._url(self._container.tags_url(N=1000))
            while url:
                answer = self._client.do_request(url)
                if answer.status_code == 404:
                    return []
                self._expect_done(answer)
                found += answer.json().get("tags") or []
                after = answer.links.get("next", {}).get("url")
                url = urljoin(answer.url, after) if after else None
            return found

    def mount(self, blob: Descriptor, from_repository: str) -> bool:
        """Whether the registry took a blob from another of its repositories."""
        query = {"mount": blob.digest, "from": from_repository}
        url = f"{self._url(self._container.upload_blob_url())}?{urlencode(query)}"
        with self._told():
            return self._client.do_request(url, "POST").status_code == 201

    def blob(self, digest: str, size: int) -> Generator[bytes]:
        """The bytes of a blob, of which there are no more than its size."""
        if size == 0:  # some registries do not keep what is empty
            return
        with self._told():
            answer = self._client.get_blob(self._container, digest, stream=True)
            if answer.status_code == 404:
                raise PackError(
                    f"{self._written} lacks the blob {digest}; push it again"
                )
            yield from self._pieces(answer, size)

    def has(self, blob: Descriptor) -> bool:
        """Whether this repository has the blob."""
        with self._told():
            layer = {"digest": blob.digest}
            return self._client.blob_exists(layer, self._container)

    def push_blob(self, blob: Descriptor, content: bytes | Path, say: Say) -> None:
        """Upload a blob, a piece at a time."""
        with opened(content, blob.title, say) as file:
            self.push_stream(blob, file)

    def push_stream(self, blob: Descriptor, file: "SupportsRead[bytes]") -> None:
        """Upload a blob from a file; the registry checks that the digest is its."""
        with self._told():
            self._expect_done(
                self._client.upload(self._container, blob.digest, file, blob.size)
            )

    def push_manifest(
        self, content: bytes, name: str, media_type: str = MEDIA_TYPE
    ) -> bool:
        """
        Upload a manifest under a tag, or its own digest.

        Whether the registry also lists it with what it is attached to.
        """
        with self._told():
            answer = self._client.do_request(
                self._url(self._container.manifest_url(name)),
                "PUT",
                data=content,
                headers={"Content-Type": media_type},
            )
            self._expect_done(answer)
            return "OCI-Subject" in answer.headers

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
                        "announced; push it again"
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
