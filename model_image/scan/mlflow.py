"""MLflow model folders: which model is inside, and that it is inside."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import yaml

from model_image.errors import PackError

DESCRIPTION = "MLmodel"

_MOST = 4 << 20
# Where each flavour says its file is, in the order in which we would rather have them.
_FILES: Mapping[str, tuple[str, ...]] = {
    "onnx": ("data",),
    "sklearn": ("pickled_model",),
    "xgboost": ("data",),
    "lightgbm": ("data",),
    "pytorch": ("model_data",),
    "keras": ("data",),
    "tensorflow": ("saved_model_dir", "data"),
}


class Inner(msgspec.Struct, frozen=True):
    """The model inside of an MLflow folder, to be scanned as what it is."""

    flavour: str
    path: Path
    libraries: dict[str, str] = {}
    python: str | None = None


def inner(folder: Path) -> Inner:
    """
    The model that an MLflow folder describes.

    Nothing that the folder says it trusts is read: a model cannot vouch for itself.
    """
    about = _description(folder)
    flavours = about.get("flavors")
    if not isinstance(flavours, dict):
        raise PackError(
            f"{folder / DESCRIPTION} lists no flavours; log the model again"
        )
    for flavour, keys in _FILES.items():
        given = flavours.get(flavour)
        if not isinstance(given, dict):
            continue
        for key in keys:
            if isinstance(given.get(key), str):
                path = _inside(folder, given[key])
                return Inner(
                    flavour, path, _libraries(flavour, given), _python(flavours)
                )
    found = ", ".join(sorted(map(str, flavours))[:8]) or "none"
    raise PackError(
        f"{folder} is an MLflow model of the flavours {found}, none of which has "
        f"a file that is read here; log it as one of {', '.join(sorted(_FILES))}, or "
        "pack its code with --code DIR --entry module:Class --requirements "
        "requirements.txt"
    )


def _description(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    if path.is_symlink() or path.stat().st_size > _MOST:
        raise PackError(f"{path} is a link, or far too large; log the model again")
    try:
        about = yaml.safe_load(path.read_bytes())
    except (yaml.YAMLError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict):
        raise PackError(
            f"{path} is not the YAML that MLflow writes; log the model again"
        )
    return about


def _inside(folder: Path, name: str) -> Path:
    """A path of the folder's own, which no link leads out of."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or not name.isprintable():
        raise PackError(
            f"{folder / DESCRIPTION} points to {name!r}, outside of {folder}; log the "
            "model again"
        )
    path = folder
    for part in pure.parts:
        path /= part
        if path.is_symlink():
            raise PackError(f"{path} is a link; put the file itself there")
    if not path.exists():
        raise PackError(
            f"{folder / DESCRIPTION} points to {name!r}, which is not there; copy the "
            "whole folder"
        )
    return path


def _libraries(flavour: str, given: Mapping[Any, Any]) -> dict[str, str]:
    keys = {
        "sklearn": ("scikit-learn", "sklearn_version"),
        "xgboost": ("xgboost", "xgb_version"),
        "lightgbm": ("lightgbm", "lgb_version"),
        "onnx": ("onnx", "onnx_version"),
        "pytorch": ("torch", "pytorch_version"),
        "keras": ("keras", "keras_version"),
        "tensorflow": ("tensorflow", "tensorflow_version"),
    }
    library, key = keys[flavour]
    version = given.get(key)
    return {library: version} if isinstance(version, str) else {}


def _python(flavours: Mapping[Any, Any]) -> str | None:
    general = flavours.get("python_function")
    version = general.get("python_version") if isinstance(general, dict) else None
    return version if isinstance(version, str) else None
