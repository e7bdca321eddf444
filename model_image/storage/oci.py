"""Packages as artifacts in an OCI registry."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from model_image.environment import Say
from model_image.errors import PackError
from model_image.evidence import EVIDENCE
from model_image.package import ModelPackage
from model_image.server.manifest import MANIFEST

from . import cached
from .artifact import (
    NOTHING,
    PACKAGE,
    Artifact,
    Descriptor,
    content_of,
    evidence_artifact,
    evidence_tag,
    package_artifact,
    read_artifact,
)
from .progress import in_words
from .reference import OciReference
from .repository import Repository
from .source import SMALL


def push(package: ModelPackage, target: OciReference, say: Say) -> OciReference:
    """
    Upload what the registry lacks; the reference to exactly this package.

    The tag, which is the package's version unless the target has one, is written last.
    """
    repository = Repository(target)
    artifact = package_artifact(package)
    content = artifact.encode()
    for blob, title in _blobs(artifact):
        _upload(repository, blob, content_of(package, title) if title else NOTHING, say)
    repository.push_manifest(content, target.tag or package.version)
    digest = Descriptor.of(content, "").digest
    if (package.path / EVIDENCE).is_file():
        evidence = (package.path / EVIDENCE).read_bytes()
        attached = evidence_artifact(evidence, content)
        _upload(repository, attached.layers[0], evidence, say)
        repository.push_manifest(attached.encode(), evidence_tag(digest))
    return target.pinned(digest)


class OciSource:
    """A package in a registry, by the digest of its artifact."""

    def __init__(self, reference: OciReference) -> None:
        self._reference = reference

    @property
    def written(self) -> str:
        return str(self._reference)

    @property
    def identity(self) -> str:
        return self._layer(MANIFEST).digest

    def manifest(self) -> bytes:
        layer = self._layer(MANIFEST)
        return b"".join(self._repository.blob(layer.digest, min(layer.size, SMALL)))

    def file(self, name: str, digest: str) -> Iterator[bytes]:
        layer = self._layer(name)
        return self._repository.blob(digest, layer.size)

    def evidence(self) -> bytes | None:
        content = self._repository.manifest(evidence_tag(self._reference.digest))
        attached = read_artifact(content, self.written) if content else None
        layer = attached.layer(EVIDENCE) if attached else None
        if layer is None:
            return None
        return b"".join(self._repository.blob(layer.digest, min(layer.size, SMALL)))

    @cached_property
    def _repository(self) -> Repository:
        """Made when it is needed: what is in the cache needs no network."""
        return Repository(self._reference)

    @cached_property
    def _artifact(self) -> Artifact:
        content = cached.document(self._reference.digest, self._download, self.written)
        artifact = read_artifact(content, self.written)
        if artifact.artifact_type != PACKAGE:
            raise PackError(
                f"{self.written} is not a package but "
                f"{artifact.artifact_type or 'an image'}; name what `pack --push` "
                "printed"
            )
        return artifact

    def _download(self) -> bytes:
        content = self._repository.manifest(self._reference.digest)
        if content is None:
            raise PackError(
                f"{self.written} is not there; push the package, or name another"
            )
        return content

    def _layer(self, name: str) -> Descriptor:
        layer = self._artifact.layer(name)
        if layer is None:
            raise PackError(
                f"{self.written} lacks the file {name}; push the package again"
            )
        return layer


def _blobs(artifact: Artifact) -> Iterator[tuple[Descriptor, str]]:
    """What an artifact is made of, each blob once, with its file name or none."""
    seen: set[str] = set()
    for blob in (artifact.config, *artifact.layers):
        if blob.digest not in seen:
            seen.add(blob.digest)
            yield blob, blob.title


def _upload(
    repository: Repository, blob: Descriptor, content: bytes | Path, say: Say
) -> None:
    if repository.has(blob):
        return
    say(f"uploading {blob.title or 'the empty config'}, {in_words(blob.size)}")
    repository.push_blob(blob, content, say)
