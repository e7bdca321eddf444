"""The ledger's events on the image itself, so that it can be explained without git."""

import hashlib

import msgspec

from model_image.storage.artifact import (
    MEDIA_TYPE,
    NOTHING,
    Artifact,
    Descriptor,
)
from stacks.releases.ledger.event import Event, Release
from stacks.releases.ledger.history import History
from stacks.settings.stack import StackSettings

from .images import ImageError, Images

LEDGER = "application/vnd.slipway.ledger.v1+json"
_INDEX = "application/vnd.oci.image.index.v1+json"
_EMPTY = "application/vnd.oci.empty.v1+json"


class _Listed(Descriptor, frozen=True, rename="camel"):
    artifact_type: str = ""


class _Index(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    schema_version: int = 0
    media_type: str = ""
    manifests: tuple[_Listed, ...] = ()


def mirror(settings: StackSettings, release: Release, history: History) -> str:
    """
    Attach every event about a release to its image; the digest of what was attached.

    Where the registry does not list what refers to an image, the fallback tag of the
    distribution specification does; what others attached stays in it.
    """
    images = Images(settings, release.name)
    digest = release.digest or ""
    image = images.repository.stored(digest)
    if image is None:
        raise ImageError(f"{images.where} has no {digest}")
    events = [one for one in history.events if one.release.digest == digest]
    content = b"[" + b",\n".join(one.content().strip() for one in events) + b"]\n"
    layer = Descriptor.of(content, LEDGER, "ledger.json")
    empty = Descriptor.of(NOTHING, _EMPTY)
    subject = Descriptor(image.media_type, digest, len(image.content))
    attached = Artifact(
        config=empty,
        layers=(layer,),
        artifact_type=LEDGER,
        subject=subject,
        schema_version=2,
        media_type=MEDIA_TYPE,
    ).encode()
    for blob, bytes in ((empty, NOTHING), (layer, content)):
        if not images.repository.has(blob):
            images.repository.push_blob(blob, bytes, print)
    name = f"sha256:{hashlib.sha256(attached).hexdigest()}"
    if not images.repository.push_manifest(attached, name):
        _list(images, digest, Descriptor.of(attached, MEDIA_TYPE))
    return name


def mirrored(settings: StackSettings, name: str, digest: str) -> list[Event]:
    """The events on an image, as they were when it was last promoted or verified."""
    images = Images(settings, name)
    found: list[Event] = []
    for one in _listed(images, digest):
        if one.artifact_type not in (LEDGER, ""):
            continue
        content = images.repository.manifest(one.digest)
        artifact = msgspec.json.decode(content, type=Artifact) if content else None
        if artifact is None or artifact.artifact_type != LEDGER:
            continue
        blob = artifact.layers[0]
        text = b"".join(images.repository.blob(blob.digest, blob.size))
        if f"sha256:{hashlib.sha256(text).hexdigest()}" != blob.digest:
            raise ImageError(f"{images.where} answers another blob for {blob.digest}")
        events = [
            Event.model_validate(one) for one in msgspec.json.decode(text, type=list)
        ]
        found = max(found, events, key=len)
    return found


def _listed(images: Images, digest: str) -> tuple[_Listed, ...]:
    tag = digest.replace(":", "-")
    for index in (images.repository.referrers(digest), images.repository.stored(tag)):
        if index is not None:
            found = msgspec.json.decode(index.content, type=_Index).manifests
            if found:
                return found
    return ()


def _list(images: Images, digest: str, attached: Descriptor) -> None:
    """In the fallback index: instead of what was attached for the ledger before."""
    tag = digest.replace(":", "-")
    stored = images.repository.stored(tag)
    index = msgspec.json.decode(stored.content, type=_Index) if stored else _Index()
    others = [one for one in index.manifests if one.artifact_type != LEDGER]
    mine = _Listed(
        attached.media_type, attached.digest, attached.size, artifact_type=LEDGER
    )
    content = msgspec.json.encode(_Index(2, _INDEX, (*others, mine)))
    images.repository.push_manifest(content, tag, _INDEX)
