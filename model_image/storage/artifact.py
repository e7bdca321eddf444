"""
A package as an OCI artifact: one layer per file, the same bytes wherever it is made.

Evidence is no part of it. It is an artifact of its own that names this one, under a tag
made of this one's digest, so that measuring a model again leaves its reference alone.
"""

import hashlib
from pathlib import Path
from typing import Annotated, Self

import msgspec
from msgspec import Meta

from model_image.errors import PackError
from model_image.evidence import EVIDENCE
from model_image.package import ModelPackage
from model_image.server.manifest import MANIFEST, canonical

PACKAGE = "application/vnd.slipway.package.v1"
MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"
NOTHING = b"{}"
_EVIDENCE = "application/vnd.slipway.evidence.v1"
_FILE = "application/octet-stream"
_TITLE = "org.opencontainers.image.title"

Digest = Annotated[str, Meta(pattern=r"\Asha256:[0-9a-f]{64}\Z")]


class _Json(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """Unknown fields are left alone: other clients may add what they like."""


class Descriptor(_Json, frozen=True):
    """What the bytes of a blob are."""

    media_type: str
    digest: Digest
    size: Annotated[int, Meta(ge=0)]
    annotations: dict[str, str] = {}

    @classmethod
    def of(cls, content: bytes, media_type: str, title: str = "") -> Self:
        """The descriptor of these bytes, which have a file name or none."""
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return cls(media_type, digest, len(content), {_TITLE: title} if title else {})

    @property
    def title(self) -> str:
        """The name of the file that the blob is, if it is one."""
        return self.annotations.get(_TITLE, "")


class Artifact(_Json, frozen=True):
    """An OCI image manifest that says it is an artifact."""

    config: Descriptor
    layers: tuple[Descriptor, ...]
    artifact_type: str = ""
    subject: Descriptor | None = None
    annotations: dict[str, str] = {}
    schema_version: int = 0
    media_type: str = ""

    def encode(self) -> bytes:
        """The one way to write it."""
        return msgspec.json.encode(self, order="deterministic")

    def layer(self, title: str) -> Descriptor | None:
        """The layer that is the file with this name."""
        return next((one for one in self.layers if one.title == title), None)


def package_artifact(package: ModelPackage) -> Artifact:
    """The artifact of a package: its manifest in the canonical form, and its files."""
    files = [
        Descriptor(_FILE, digest, (package.path / name).stat().st_size, {_TITLE: name})
        for name, digest in sorted(package.manifest.files.items())
    ]
    manifest = Descriptor.of(canonical(package.manifest), _FILE, MANIFEST)
    annotations = {
        _TITLE: package.name,
        "org.opencontainers.image.version": package.version,
    }
    return artifact(PACKAGE, (manifest, *files), annotations=annotations)


def evidence_artifact(content: bytes, of: bytes) -> Artifact:
    """The artifact of a package's evidence; `of` is the package's artifact, encoded."""
    layer = Descriptor.of(content, _FILE, EVIDENCE)
    return artifact(_EVIDENCE, (layer,), subject=Descriptor.of(of, MEDIA_TYPE))


def evidence_tag(digest: str) -> str:
    """Where the evidence of the artifact with this digest is found."""
    return digest.replace(":", "-") + ".evidence"


def read_artifact(content: bytes, written: str) -> Artifact:
    """Read an artifact that somebody pushed; raises PackError for anything else."""
    try:
        return msgspec.json.decode(content, type=Artifact)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise PackError(
            f"{written} is no artifact but something else, perhaps an image index; "
            "name what `pack --push` printed"
        ) from None


def content_of(package: ModelPackage, name: str) -> bytes | Path:
    """The bytes of a file, or where they are; the manifest's are its canonical ones."""
    return canonical(package.manifest) if name == MANIFEST else package.path / name


def artifact(
    artifact_type: str,
    layers: tuple[Descriptor, ...],
    *,
    subject: Descriptor | None = None,
    annotations: dict[str, str] | None = None,
) -> Artifact:
    """An artifact of these layers; `subject` is what it is attached to."""
    return Artifact(
        config=Descriptor.of(NOTHING, "application/vnd.oci.empty.v1+json"),
        layers=layers,
        artifact_type=artifact_type,
        subject=subject,
        annotations=annotations or {},
        schema_version=2,
        media_type=MEDIA_TYPE,
    )
