"""What an MLflow folder says of the model in it, read as data and never trusted."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .scan.mlflow import DESCRIPTION, inner

_MOST = 4 << 20


@dataclass(frozen=True, kw_only=True)
class Description:
    """Where the model is, what its columns are called, and rows to try it with."""

    model: Path
    columns: tuple[str, ...] = ()
    example: Path | None = None


def described(folder: Path) -> Description:
    """The description of an MLflow folder; raises PackError where nothing fits."""
    model = inner(folder).path
    about = yaml.safe_load((folder / DESCRIPTION).read_bytes())
    return Description(
        model=model, columns=_columns(about), example=_example(folder, about)
    )


def _columns(about: dict[str, Any]) -> tuple[str, ...]:
    """The names in the signature's inputs, which are JSON inside of the YAML."""
    try:
        inputs = json.loads(about["signature"]["inputs"])
        return tuple(str(one["name"]) for one in inputs)
    except (KeyError, TypeError, ValueError):
        return ()


def _example(folder: Path, about: dict[str, Any]) -> Path | None:
    saved = about.get("saved_input_example_info")
    name = saved.get("artifact_path") if isinstance(saved, dict) else None
    if not isinstance(name, str) or Path(name).name != name:
        return None
    path = folder / name
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST:
        return None
    return path
