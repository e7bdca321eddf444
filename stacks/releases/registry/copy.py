"""An image from one registry to another: the same bytes, and all that is attached."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import msgspec

from model_image.environment import Say
from model_image.errors import PackError
from model_image.storage.artifact import Descriptor
from model_image.storage.progress import Progress, in_words
from model_image.storage.repository import Repository, Stored
from stacks.releases.ledger.event import sha256

from .images import ImageManifest
from .referrers import Entry, attached, entries, fallback_tag, list_attached

_AT_ONCE = 4
_TRIES = 3
_COSIGN = (".sig", ".att", ".sbom", ".evidence")


class CopyError(PackError):
    """A copy that could not be made whole; what was copied is skipped next time."""


@dataclass
class Copied:
    """What a copy moved, and what it found there."""

    bytes: int = 0
    blobs: int = 0
    mounted: int = 0
    present: int = 0
    manifests: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.blobs} blobs copied ({in_words(self.bytes)}), {self.mounted} "
            f"mounted, {self.present} there already, {len(self.manifests)} manifests"
        )


def copy(source: Repository, target: Repository, digest: str, say: Say) -> Copied:
    """
    Copy the image (or index) with this digest, and whatever is attached to it.

    Blobs that are there are left, those of the same registry mounted, others streamed;
    a manifest comes after all that it names, so a copy that was cut off leaves nothing
    half, and the next one goes on. Attached is what names the digest as its subject
    (found by the referrers API or its fallback tag) or by cosign's tags.
    """
    copied = Copied()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        _Copy(source, target, copied, say, pool).whole(digest)
    return copied


@dataclass
class _Copy:
    source: Repository
    target: Repository
    copied: Copied
    say: Say
    pool: ThreadPoolExecutor
    _done: set[str] = field(default_factory=set)

    def whole(self, digest: str) -> None:
        """A manifest, all under it, and all attached to either."""
        if digest in self._done:
            return
        self._done.add(digest)
        stored = self._read(digest)
        self._push(stored, digest)
        all = attached(self.source, digest)
        for one in all:
            self.whole(one["digest"])
        self._list(digest, all)
        self._tags_of(digest)

    def _read(self, digest: str) -> Stored:
        stored = self.source.stored(digest)
        if stored is None:
            raise CopyError(
                f"{self.source.host}/{self.source.name} has no {digest}: it was "
                "deleted there; build and promote it again"
            )
        found = sha256(stored.content)
        if found != digest:
            raise CopyError(
                f"{self.source.host}/{self.source.name} answers {found} when asked for "
                f"{digest}; do not trust that registry"
            )
        return stored

    def _push(self, stored: Stored, name: str) -> None:
        """Blobs and children first; then the manifest, byte for byte."""
        try:
            manifest = msgspec.json.decode(stored.content, type=ImageManifest)
        except msgspec.DecodeError as error:
            raise CopyError(f"{name} is no image manifest ({error})") from None
        for child in manifest.manifests:
            self.whole(child.digest)
        blobs = {one.digest: one for one in (manifest.config, *manifest.layers) if one}
        for _ in self.pool.map(self._blob, blobs.values()):
            pass
        self.target.push_manifest(stored.content, name, stored.media_type)
        self.copied.manifests.append(name)

    def _blob(self, blob: Descriptor) -> None:
        if self.target.has(blob):
            self.copied.present += 1
            return
        near = self.source.host == self.target.host
        if near and self.target.mount(blob, self.source.name):
            self.copied.mounted += 1
            return
        for left in reversed(range(_TRIES)):
            try:
                told = Progress(f"copying {in_words(blob.size)}", self.say)
                with closing(self.source.blob(blob.digest, blob.size)) as pieces:
                    self.target.push_stream(blob, _Pipe(pieces, blob.size, told))
                break
            except PackError:
                if not left:
                    raise
        self.copied.blobs += 1
        self.copied.bytes += blob.size

    def _list(self, digest: str, all: list[Entry]) -> None:
        """
        Let the target's fallback tag name it all, beside what it names already.

        A registry that lists by itself needs no tag, and is not harmed by it.
        """
        tag = fallback_tag(digest)
        there = self.target.stored(tag)
        known = entries(there)
        names = {one["digest"] for one in known}
        new = [one for one in all if one["digest"] not in names]
        if not new:
            return
        here = self.source.stored(tag)
        if there is None and here and len(entries(here)) == len(all):
            self.target.push_manifest(here.content, tag, here.media_type)
        else:
            list_attached(self.target, digest, [*known, *new])
        self.copied.manifests.append(tag)

    def _tags_of(self, digest: str) -> None:
        """Cosign's own tags; one that the target has is its own, and stays."""
        for end in _COSIGN:
            name = f"{fallback_tag(digest)}{end}"
            stored = self.source.stored(name)
            if stored is None:
                continue
            there = self.target.stored(name)
            if there is None:
                self._push(stored, name)
            elif there.content != stored.content:
                self.say(
                    f"{self.target.host}/{self.target.name}:{name} is there with other "
                    "content, and stays as it is"
                )


class _Pipe:
    """
    What comes in from one registry, to be read by the upload to the other.

    Its length is known, so that it is sent as one request, without a copy in memory.
    """

    def __init__(self, pieces: Iterator[bytes], size: int, progress: Progress) -> None:
        self.len = size
        self._pieces, self._progress = pieces, progress
        self._left = b""

    def read(self, size: int = -1, /) -> bytes:
        """The next piece, or a part of it; nothing at the end."""
        piece = self._left or next(self._pieces, b"")
        if 0 <= size < len(piece):
            piece, self._left = piece[:size], piece[size:]
        else:
            self._left = b""
        self._progress.add(len(piece))
        return piece
