"""The ledger's events on the image itself, so that it can be explained without git."""

import msgspec

from model_image.storage.artifact import (
    MEDIA_TYPE,
    NOTHING,
    Artifact,
    Descriptor,
    artifact,
)
from stacks.releases.ledger.event import Event, Release
from stacks.releases.ledger.history import History
from stacks.settings.stack import StackSettings

from .images import ImageError, Images
from .referrers import attached, entries, fallback_tag, list_attached

LEDGER = "application/vnd.slipway.ledger.v1+json"


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
    subject = Descriptor(image.media_type, digest, len(image.content))
    made = artifact(LEDGER, (layer,), subject=subject)
    for blob, bytes in ((made.config, NOTHING), (layer, content)):
        if not images.repository.has(blob):
            images.repository.push_blob(blob, bytes, print)
    attachment = Descriptor.of(made.encode(), MEDIA_TYPE)
    if not images.repository.push_manifest(made.encode(), attachment.digest):
        _list(images, digest, attachment)
    return attachment.digest


def mirrored(settings: StackSettings, name: str, digest: str) -> list[Event]:
    """The events on an image, as they were when it was last promoted or verified."""
    images = Images(settings, name)
    found: list[Event] = []
    for one in attached(images.repository, digest):
        if one.get("artifactType", "") not in (LEDGER, ""):
            continue
        content = images.repository.manifest(one["digest"])
        read = msgspec.json.decode(content, type=Artifact) if content else None
        if read is None or read.artifact_type != LEDGER:
            continue
        told = msgspec.json.decode(images.read(read.layers[0]), type=list)
        found = max(found, [Event.model_validate(one) for one in told], key=len)
    return found


def _list(images: Images, digest: str, attachment: Descriptor) -> None:
    """In the fallback index: instead of what was attached for the ledger before."""
    known = entries(images.repository.stored(fallback_tag(digest)))
    others = [one for one in known if one.get("artifactType") != LEDGER]
    mine = {
        "mediaType": attachment.media_type,
        "digest": attachment.digest,
        "size": attachment.size,
        "artifactType": LEDGER,
    }
    list_attached(images.repository, digest, [*others, mine])
