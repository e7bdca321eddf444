"""What a person says about a model when packing it."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from .errors import PackError

Flavour = Literal["onnx", "python", "sklearn", "torch", "tensorflow"]
Entry = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$")]


class PackSettings(BaseModel):
    """
    One model to pack; `--config FILE` holds the same keys as YAML.

    Nothing in it ever comes from the model's own files.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True
    )

    name: Annotated[str, Field(pattern=r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    """What the model is called, in addresses too."""
    version: Annotated[str, Field(pattern=r"^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$")]
    """Semantic: a breaking change of inputs or outputs is a major step."""
    description: str = ""
    owner: str = ""
    """Who answers for it."""
    licence: str = "none"
    source: str = "none"
    """Where the training data or code is."""
    intended_use: str = ""
    data: Path | None = None
    """Sample rows: CSV, TSV, JSON, JSON lines, .npy or .npz."""
    target: tuple[str, ...] = ()
    """Columns of the sample that are answers, not inputs."""
    class_names: tuple[str, ...] = ()
    """Names for the classes 0, 1, 2, ... of a classifier."""
    metrics: dict[str, float] = {}
    """How good the model is, as its owner measured."""
    flavour: Flavour | None = None
    """How it is run; ONNX unless asked otherwise."""
    code: Path | None = None
    """A folder of Python that is packed with the model."""
    entry: Entry | None = None
    """`module:Class` in that folder, with load(folder) and predict(frame)."""
    requirements: Path | None = None
    """What that code imports, as pip's requirements."""
    trust: tuple[str, ...] = ()
    """Names, or `module.*`, that a pickle may use beyond the usual."""
    tolerance: Annotated[float, Field(gt=0, lt=1)] = 1e-5
    """How far its answers may be from the original's, relative above 1."""
    seconds: Annotated[int, Field(ge=1, le=86400)] = 900
    """How long loading and converting may take."""
    memory_gb: Annotated[int, Field(ge=1, le=1024)] = 12
    """How much memory it may take."""
    max_gb: Annotated[float, Field(gt=0, le=100)] = 2
    """How large the model's files may be."""

    @model_validator(mode="after")
    def _code_is_whole(self) -> Self:
        given = [self.code, self.entry, self.requirements]
        if any(given) and not all(given):
            raise ValueError("code, entry and requirements come together")
        if self.flavour == "python" and not self.code:
            raise ValueError("flavour python needs code, entry and requirements")
        return self


def pack_settings(config: Path | None, given: dict[str, Any]) -> PackSettings:
    """
    The settings in a file, with what was given on the command line on top.

    Raises PackError with every mistake at once.
    """
    try:
        found = yaml.safe_load(config.read_text()) if config else {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PackError(f"{config} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise PackError(f"{config} holds no `key: value` lines; see pack --help")
    try:
        return PackSettings.model_validate({**found, **given})
    except ValidationError as error:
        mistakes = "; ".join(_sentence(one) for one in error.errors())
        raise PackError(f"{config or 'the command line'}: {mistakes}") from None


def _sentence(detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    match detail["type"]:
        case "missing":
            return f"{key} is missing: add it with --{key}"
        case "extra_forbidden":
            return f"{key} is not a setting; remove it or mend its spelling"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return f"{key} is {detail['input']!r}: {detail['msg'].lower()}"
