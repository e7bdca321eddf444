"""An image's layers, and what each of them is for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.running import BenchmarkError

from .registry import Registry

KINDS = ("base", "dependencies", "code", "model")

Marks = Sequence[tuple[str, str]]
"""Patterns of what makes a layer, and the kind of that layer; the first that fits."""


@dataclass(frozen=True)
class Layer:
    """One layer, in bytes."""

    kind: str
    compressed: int
    """As it is pushed and pulled."""
    unpacked: int


def layers(registry: Registry, tag: str, base: int, marks: Marks) -> list[Layer]:
    """The layers of an image in the registry; the first `base` ones are the base."""
    return [
        Layer(
            "base" if place < base else kind(creator, marks),
            blob["size"],
            registry.unpacked(tag, blob["digest"]),
        )
        for place, (blob, creator) in enumerate(_made(registry, tag))
    ]


def model_size(registry: Registry, tag: str, marks: Marks) -> int:
    """The compressed bytes of the model in an image."""
    made = _made(registry, tag)
    return sum(blob["size"] for blob, line in made if kind(line, marks) == "model")


def creators(config: dict[str, Any]) -> list[str]:
    """The lines of the Dockerfile that made the layers, the lowest first."""
    return [
        line.get("created_by", "")
        for line in config["history"]
        if not line.get("empty_layer")
    ]


def kind(creator: str, marks: Marks) -> str:
    """What a layer is for; code where no pattern fits."""
    for pattern, name in marks:
        if re.search(pattern, creator):
            return name
    return "code"


def total(layers: Iterable[Layer], *kinds: str) -> Layer:
    """The layers of some kinds taken together; of all where none is named."""
    chosen = [one for one in layers if not kinds or one.kind in kinds]
    return Layer(
        " and ".join(kinds) or "all",
        sum(one.compressed for one in chosen),
        sum(one.unpacked for one in chosen),
    )


def _made(registry: Registry, tag: str) -> list[tuple[dict[str, Any], str]]:
    """Each layer in the registry, and the line that made it."""
    blobs = registry.manifest(tag)["layers"]
    lines = creators(registry.config(tag))
    if len(blobs) != len(lines):
        raise BenchmarkError(
            f"{tag} has {len(blobs)} layers, and a history of {len(lines)}; the two "
            "must be of one length to tell what a layer is for"
        )
    return [*zip(blobs, lines, strict=True)]
