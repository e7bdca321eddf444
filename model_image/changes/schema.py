"""All changes between two schemas."""

from collections.abc import Iterator

from model_image.server.manifest import Manifest

from .change import Change
from .inputs import input_changes
from .outputs import output_changes


def changes(old: Manifest, new: Manifest) -> tuple[Change, ...]:
    """Every change for callers, in the order of the old schema."""
    return tuple(_changes(old, new))


def _changes(old: Manifest, new: Manifest) -> Iterator[Change]:
    if old.name != new.name:
        sentence = (
            f"the model is called {new.name!r}, no longer {old.name!r}, in addresses"
        )
        yield Change(sentence, "major")
    yield from input_changes(old.inputs, new.inputs)
    yield from output_changes(old.outputs, new.outputs)
