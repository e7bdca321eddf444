"""Everything that a card shows, gathered."""

from dataclasses import dataclass
from typing import Self

from model_image.errors import PackError
from model_image.evidence import Evidence, read_evidence
from model_image.package import ModelPackage
from model_image.server.example import Example, ExampleError, read_example
from model_image.server.manifest import EXAMPLE, Manifest

from .calls import Calls
from .field import Field, OutputFields, input_fields, output_fields


@dataclass(frozen=True)
class Card:
    """A package as its readers ask about it: what, for whom, how well, how to call."""

    manifest: Manifest
    evidence: Evidence
    inputs: tuple[Field, ...]
    outputs: tuple[OutputFields, ...]
    calls: Calls
    sample_rows: int
    """How many rows the distributions are of; 0 where nothing is known of them."""

    @classmethod
    def of(cls, package: ModelPackage) -> Self:
        """The card of a package; raises PackError where one of its files is broken."""
        manifest = package.manifest
        profile = package.profile()
        return cls(
            manifest,
            read_evidence(package.path, package.identity),
            input_fields(manifest, profile),
            output_fields(manifest, profile),
            Calls.of(manifest, _example(package)),
            profile.rows,
        )


def _example(package: ModelPackage) -> Example:
    try:
        return read_example(package.path / EXAMPLE)
    except ExampleError as error:
        raise PackError(str(error)) from None
