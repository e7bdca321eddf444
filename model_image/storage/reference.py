"""What a user writes for a package: a folder, or where it is kept and its digest."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from model_image.errors import PackError

_DIGEST = r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
_OCI = re.compile(
    r"oci://(?P<registry>(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?)"
    r"/(?P<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
    rf"(?::(?P<tag>\w[\w.-]{{0,127}}))?{_DIGEST}",
    re.ASCII,
)
_BUCKET = re.compile(
    r"(?P<scheme>s3|gs|az)://(?P<bucket>[A-Za-z0-9][A-Za-z0-9._-]*)"
    rf"(?P<prefix>(?:/(?!\.)[\w.=+-]+)*)/?{_DIGEST}",
    re.ASCII,
)
_MLFLOW = re.compile(r"models:/(?P<name>[^/@]+)/(?P<version>[1-9]\d*)")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/")
_FORMS = (
    "name a folder, oci://host/repository@sha256:..., s3://bucket/prefix@sha256:... "
    "(gs and az likewise), or models:/name/version"
)


@dataclass(frozen=True)
class PackageFolder:
    """A package that is already on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class OciReference:
    """An artifact in an OCI registry; the digest is its identity there."""

    registry: str
    repository: str
    tag: str = ""
    """A name that people see; it moves, so nothing is fetched by it."""
    digest: str = ""

    def pinned(self, digest: str) -> Self:
        """The reference to exactly this artifact; the tag is dropped."""
        return replace(self, tag="", digest=digest)

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"oci://{self.registry}/{self.repository}{tag}{_at(self.digest)}"


@dataclass(frozen=True)
class BucketReference:
    """A folder of packages in S3, Google Cloud Storage or Azure (a container)."""

    scheme: str
    bucket: str
    prefix: str = ""
    digest: str = ""
    """The identity of the package."""

    def pinned(self, digest: str) -> Self:
        """The reference to exactly this package."""
        return replace(self, digest=digest)

    def __str__(self) -> str:
        path = "/".join(filter(None, (self.bucket, self.prefix)))
        return f"{self.scheme}://{path}{_at(self.digest)}"


@dataclass(frozen=True)
class RegisteredModel:
    """A version in an MLflow registry: what `pack` takes, not a package yet."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"models:/{self.name}/{self.version}"


Reference = PackageFolder | OciReference | BucketReference | RegisteredModel


def parse(text: str) -> Reference:
    """Read a reference, pinned or not; raises PackError, which repeats no secret."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return PackageFolder(Path(text))
    if found := _OCI.fullmatch(text):
        return OciReference(**_parts(found))
    if found := _BUCKET.fullmatch(text):
        parts = _parts(found)
        return BucketReference(**parts | {"prefix": parts["prefix"].strip("/")})
    if found := _MLFLOW.fullmatch(text):
        return RegisteredModel(**_parts(found))
    raise PackError(f"{without_secrets(text)} is no place for a package; {_FORMS}")


def parse_pinned(text: str) -> Reference:
    """Read a reference to exactly one package; raises PackError for one that moves."""
    reference = parse(text)
    if isinstance(reference, OciReference | BucketReference) and not reference.digest:
        raise PackError(
            f"{text} may name another package tomorrow; add the @sha256:... that "
            "`pack --push` prints"
        )
    return reference


def _parts(found: re.Match[str]) -> dict[str, str]:
    return {key: value or "" for key, value in found.groupdict().items()}


def _at(digest: str) -> str:
    return f"@{digest}" if digest else ""


def without_secrets(text: str) -> str:
    """An account before the host, or a signature after `?`, is nobody's business."""
    return re.sub(r"//[^/]*@(?!sha256:)", "//...@", re.sub(r"\?.*", "?...", text))
