"""What a model package says about itself: model.json, read and verified."""

import hashlib
import re
from collections.abc import Iterable
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Literal

import msgspec

MANIFEST = "model.json"
MODEL = "model.onnx"
EXAMPLE = "example.json"
PROFILE = "profile.json"
REQUIREMENTS = "requirements.txt"
CODE = "code"
ARTIFACTS = "artifacts"

Datatype = Literal[
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64",
    "FP16", "FP32", "FP64", "BYTES",
]  # fmt: skip

Flavour = Literal["onnx", "python", "sklearn", "torch", "tensorflow"]

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
# The same names as model_image/Dockerfile.dockerignore lets into an image.
_PART = r"(?!__pycache__(/|$))[A-Za-z0-9_][A-Za-z0-9._-]*"
_FILE = re.compile(
    r"model\.[A-Za-z0-9._-]+|profile\.json|example\.json|requirements\.txt"
    rf"|(code|artifacts)(/{_PART})+"
)
_ENTRY = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


class ManifestError(Exception):
    """A package that cannot be used as it is; the message is one sentence."""


class _Part(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A defaulted field is left out of the identity, so new ones do not change it."""


class Column(_Part, frozen=True, dict=True):
    """One named value of a row; null and NaN are refused unless `missing`."""

    name: str
    missing: bool = False
    categories: tuple[str | int, ...] = ()
    """The values that training knew, where they are few."""
    closed: bool = False
    """Whether the model refuses any value that is not among `categories`."""
    low: float | None = None
    """The smallest value of the sample; what lies below it is unusual, not refused."""
    high: float | None = None

    def __post_init__(self) -> None:
        if self.closed and not self.categories:
            raise ValueError(f"column {self.name!r} is closed but lists no categories")

    @cached_property
    def known(self) -> frozenset[str | int | None]:
        """What a closed column takes; whether it may be missing is asked elsewhere."""
        return frozenset((None, *self.categories))


class Input(_Part, frozen=True, dict=True):
    """
    A tensor the model takes: a matrix of columns, or a single column.

    Without `columns` the tensor is one value per row, named and shaped by itself.
    """

    name: str
    datatype: Datatype
    shape: tuple[int, ...]
    columns: tuple[Column, ...] = ()

    def __post_init__(self) -> None:
        _check_shape(self.name, self.shape)
        if self.columns and (len(self.shape) > 2 or self.width != len(self.columns)):
            raise ValueError(
                f"input {self.name!r} has {len(self.columns)} columns but shape "
                f"{list(self.shape)}; give one column per value of a row"
            )
        holds_missing = self.datatype.startswith("FP") or self.datatype == "BYTES"
        if not holds_missing and any(column.missing for column in self.columns):
            raise ValueError(
                f"input {self.name!r} is {self.datatype}, which cannot hold a missing "
                "value; drop `missing`, or use FP32, FP64 or BYTES"
            )

    @property
    def width(self) -> int:
        """How many values of this tensor make one row."""
        return prod(self.shape[1:])

    @property
    def names(self) -> tuple[str, ...]:
        """What /predict calls the values of a row."""
        return tuple(column.name for column in self.columns) or (self.name,)

    @cached_property
    def closed(self) -> tuple[tuple[int, Column], ...]:
        """The closed columns with their places."""
        return tuple(one for one in enumerate(self.columns) if one[1].closed)


class Output(_Part, frozen=True):
    """
    A tensor the model gives, which /predict shows under its name.

    `columns` names the values of a row; `labels` names the classes that ids stand for.
    """

    name: str
    datatype: Datatype
    shape: tuple[int, ...]
    columns: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_shape(self.name, self.shape)
        if self.columns and (len(self.shape), prod(self.shape[1:])) != (
            2,
            len(self.columns),
        ):
            raise ValueError(
                f"output {self.name!r} has {len(self.columns)} columns but shape "
                f"{list(self.shape)}; give one column per value of a row"
            )
        if self.labels and "INT" not in self.datatype:
            raise ValueError(
                f"output {self.name!r} is {self.datatype} and has labels; labels name "
                "the ids of an INT64 output"
            )

    @property
    def width(self) -> int:
        """How many values of this tensor belong to one row."""
        return prod(self.shape[1:])


class Manifest(_Part, frozen=True):
    """Everything that makes a package this package and no other."""

    schema: Literal[1]
    name: str
    """What the model is called, in addresses too."""
    version: str
    """Semantic: a breaking change of inputs or outputs is a major step."""
    description: str
    licence: str
    source: str
    """Where the training data or code is."""
    flavour: Flavour
    """How the model is run; each flavour is one file of the server."""
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    files: dict[str, str]
    """Every file of the package by its path, with `sha256:...` of its bytes."""
    owner: str = ""
    """Who answers for it."""
    intended_use: str = ""
    entry: str = ""
    """Flavour python: `module:Class` under `code/`."""
    trusted: tuple[str, ...] = ()
    """Flavour sklearn: what the operator lets its file name beyond the usual."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"name {self.name!r} is not usable in an address; use lower-case "
                "letters, digits and hyphens, starting with a letter, 63 at most"
            )
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"version {self.version!r} is not of the form 1.4.2")
        if not self.inputs or not self.outputs:
            raise ValueError("a model has at least one input and one output")
        _check_unique("column", (name for input in self.inputs for name in input.names))
        _check_unique("input", (input.name for input in self.inputs))
        _check_unique("output", (output.name for output in self.outputs))
        for name, digest in self.files.items():
            if not _FILE.fullmatch(name) or name == MANIFEST:
                raise ValueError(
                    f"file {name!r} has no place in an image; use model.*, {PROFILE}, "
                    f"{EXAMPLE}, {REQUIREMENTS}, {CODE}/... or {ARTIFACTS}/..."
                )
            if not _DIGEST.fullmatch(digest):
                raise ValueError(f"file {name!r} has no sha256:... digest")
        needed = MODEL if self.flavour == "onnx" else REQUIREMENTS
        for name in (needed, EXAMPLE):
            if name not in self.files:
                raise ValueError(f"file {name!r} is not listed")
        if self.flavour == "python" and not _ENTRY.fullmatch(self.entry):
            raise ValueError(f"entry {self.entry!r} is not of the form module:Class")

    @property
    def identity(self) -> str:
        """The digest of the manifest, and through its digests of every file."""
        return "sha256:" + hashlib.sha256(canonical(self)).hexdigest()


def canonical(part: _Part) -> bytes:
    """The one way to write this as JSON: no spaces, keys sorted, defaults left out."""
    return msgspec.json.encode(part, order="sorted")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the package in this folder; no other file is opened."""
    path = folder / MANIFEST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise ManifestError(
            f"{folder} has no {MANIFEST}; name the folder of a packed model"
        ) from None
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}") from None
    except msgspec.ValidationError as error:
        raise ManifestError(f"{path}: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path} is not JSON: {error}") from None


def verify_files(folder: Path, manifest: Manifest) -> None:
    """
    Prove that every file of the package is the one that was packed.

    Nothing else may stand where code is loaded from.
    """
    for part in (CODE, ARTIFACTS):
        for path in sorted((folder / part).rglob("*")):
            name = path.relative_to(folder).as_posix()
            if not path.is_dir() and name not in manifest.files:
                raise ManifestError(
                    f"{path} was not packed; remove it, or pack again with it"
                )
    for name, expected in sorted(manifest.files.items()):
        try:
            got = file_digest(folder / name)
        except OSError as error:
            raise ManifestError(
                f"{folder / name} cannot be read ({error.strerror}); pack again"
            ) from None
        if got != expected:
            raise ManifestError(
                f"{folder / name} is not the file that was packed: expected "
                f"{expected}, got {got}; restore it or pack again"
            )


def file_digest(path: Path) -> str:
    """`sha256:...` of the file's bytes."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _check_shape(name: str, shape: tuple[int, ...]) -> None:
    if not shape or shape[0] != -1 or any(size < 1 for size in shape[1:]):
        raise ValueError(
            f"{name!r} has shape {list(shape)}; use -1 for the rows, then fixed sizes"
        )


def _check_unique(noun: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name or name in seen:
            raise ValueError(f"{noun} {name!r} is empty or there twice")
        seen.add(name)
