"""The images of one model, in the registry that a stack names."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import msgspec

from model_image.server.manifest import MANIFEST, Manifest
from model_image.storage.artifact import Descriptor
from model_image.storage.reference import OciReference, parse
from model_image.storage.repository import Repository
from stacks.machine.registry_login import log_in
from stacks.releases.ledger.event import LedgerError, sha256, short
from stacks.settings.stack import StackSettings

_PACKAGE = "slipway.package"
_SMALL = 2**24


class ImageError(LedgerError):
    """An image that is not there, or not what its digest says."""


class _Platform(msgspec.Struct, frozen=True):
    os: str = ""
    architecture: str = ""
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.os, self.architecture, self.variant)))


class _Child(Descriptor, frozen=True):
    platform: _Platform = _Platform()


class ImageManifest(msgspec.Struct, frozen=True, rename="camel"):
    """An image, or an index of several: what it is made of."""

    config: Descriptor | None = None
    layers: tuple[Descriptor, ...] = ()
    manifests: tuple[_Child, ...] = ()


class Images:
    """One repository: what its digests hold, and which tags name them."""

    def __init__(self, settings: StackSettings, name: str) -> None:
        log_in(settings.registry)
        self.where = settings.repository(name)
        self.repository = Repository(cast(OciReference, parse(f"oci://{self.where}")))

    def tagged(self, tag: str) -> str | None:
        """The digest that a tag names now."""
        stored = self.repository.stored(tag)
        return sha256(stored.content) if stored else None

    def tag(self, digest: str, *tags: str) -> None:
        """Let the tags name the digest; one that does already is left alone."""
        stored = self.repository.stored(digest)
        if stored is None:
            raise ImageError(f"{self.where} has no {digest}; promote it again")
        for tag in tags:
            if self.tagged(tag) != digest:
                self.repository.push_manifest(stored.content, tag, stored.media_type)

    def platforms(self, digest: str) -> tuple[str, ...]:
        """What an image was built for; several in an index."""
        manifest = self._manifest(digest)
        named = (str(one.platform) for one in manifest.manifests)
        if found := tuple(one for one in named if not one.startswith("unknown")):
            return found
        config = self._config(manifest)
        return (str(msgspec.convert(config, type=_Platform, strict=False)),)

    def manifest(self, digest: str) -> Manifest:
        """
        The manifest of the model inside.

        Its identity is that in the image's labels, so by the digest it is this one,
        though no layer is read to its end.
        """
        manifest = self._manifest(digest)
        children = [one for one in manifest.manifests if one.platform.os != "unknown"]
        if children:
            manifest = self._manifest(children[0].digest)
        labels = (self._config(manifest).get("config") or {}).get("Labels") or {}
        for layer in reversed(manifest.layers):
            found = self._in_layer(layer)
            if found is not None:
                break
        else:
            raise ImageError(f"{self.where}@{digest} holds no model")
        model = msgspec.json.decode(found, type=Manifest)
        if model.identity != labels.get(_PACKAGE):
            raise ImageError(
                f"{self.where}@{digest} holds another model than its label says"
            )
        return model

    def _manifest(self, digest: str) -> ImageManifest:
        stored = self.repository.stored(digest)
        if stored is None:
            raise ImageError(f"{self.where} has no {digest}")
        if sha256(stored.content) != digest:
            raise ImageError(f"{self.where} answers another image for {short(digest)}")
        return msgspec.json.decode(stored.content, type=ImageManifest)

    def _config(self, manifest: ImageManifest) -> dict[str, Any]:
        blob = manifest.config
        if blob is None or blob.size > _SMALL:
            raise ImageError(f"an image in {self.where} has no configuration")
        return msgspec.json.decode(self.read(blob))

    def read(self, blob: Descriptor) -> bytes:
        """A small blob, which is the one that its digest says."""
        content = b"".join(self.repository.blob(blob.digest, blob.size))
        if sha256(content) != blob.digest:
            raise ImageError(f"{self.where} answers another blob for {blob.digest}")
        return content

    def _in_layer(self, layer: Descriptor) -> bytes | None:
        """The file /model/model.json of a layer that has it."""
        with (
            closing(self.repository.blob(layer.digest, layer.size)) as pieces,
            tarfile.open(fileobj=_Pieces(pieces), mode="r|*") as archive,
        ):
            for member in archive:
                if member.name.lstrip("./") == f"model/{MANIFEST}":
                    file = archive.extractfile(member)
                    return file.read(_SMALL) if file else None
        return None


class _Pieces(io.RawIOBase):
    """A blob as it comes in, as a file that is read once."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int = -1, /) -> bytes:
        while size < 0 or len(self._left) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left += piece
        end = len(self._left) if size < 0 else size
        taken, self._left = self._left[:end], self._left[end:]
        return taken
