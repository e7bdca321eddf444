"""What is attached to an image: whatever names it as its subject."""

from collections.abc import Sequence
from typing import Any

import msgspec

from model_image.storage.repository import Repository, Stored

Entry = dict[str, Any]
"""A manifest as an index names it, word for word."""
_INDEX = "application/vnd.oci.image.index.v1+json"


def attached(repository: Repository, digest: str) -> list[Entry]:
    """All that names the digest, by the referrers API or its fallback tag."""
    found: dict[str, Entry] = {}
    for index in (
        repository.referrers(digest),
        repository.stored(fallback_tag(digest)),
    ):
        for one in entries(index):
            found.setdefault(one["digest"], one)
    return list(found.values())


def list_attached(repository: Repository, digest: str, all: Sequence[Entry]) -> None:
    """Write the index that names all of it, for a registry that keeps none itself."""
    index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": all}
    repository.push_manifest(msgspec.json.encode(index), fallback_tag(digest), _INDEX)


def fallback_tag(digest: str) -> str:
    """Where the distribution specification has that index."""
    return digest.replace(":", "-")


def entries(index: Stored | None) -> list[Entry]:
    """What an index names; nothing where it is none."""
    if index is None:
        return []
    try:
        found = msgspec.json.decode(index.content).get("manifests") or []
        return [one for one in found if isinstance(one["digest"], str)]
    except (msgspec.MsgspecError, AttributeError, KeyError, TypeError):
        return []
