"""What the training data looked like, for telling later that traffic moved away."""

from pathlib import Path

import msgspec

from .manifest import PROFILE, Manifest, ManifestError


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """Whatever is not known here is a mistake."""


class Distribution(_Part, frozen=True, tag="distribution"):
    """
    How numbers fell between `edges`: one more count than edges, the ends open.

    A value equal to an edge is counted below it, as in a Prometheus bucket.
    """

    edges: list[float]
    counts: list[int]
    missing: int = 0

    def __post_init__(self) -> None:
        if len(self.counts) != len(self.edges) + 1:
            raise ValueError("a distribution has one more count than edges")
        if sorted(set(self.edges)) != self.edges:
            raise ValueError("the edges of a distribution grow")


class Categories(_Part, frozen=True, tag="categories"):
    """How often each text or class was seen."""

    values: dict[str, int]
    missing: int = 0


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The training data, column by column, and what the model said about it."""

    rows: int
    inputs: dict[str, Distribution | Categories]
    outputs: dict[str, Distribution | Categories]


def read_profile(folder: Path, manifest: Manifest) -> Profile:
    """The package's profile, empty where none was packed; raises ManifestError."""
    if PROFILE not in manifest.files:
        return Profile(0, {}, {})
    path = folder / PROFILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Profile)
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} is no profile: {error}; pack again") from None
