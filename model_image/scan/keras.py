"""Keras models: which classes a configuration names, and no Python inside of it."""

import re
from pathlib import Path
from typing import Any

import msgspec

from model_image.errors import PackError
from model_image.scan import hdf5
from model_image.scan.archive import archive, contents
from model_image.scan.format import Format
from model_image.scan.report import Scan
from model_image.scan.tree import parts
from model_image.scan.verdict import SCANNER, refuse_names, scanner_version

CONFIG = "config.json"

_METADATA = "metadata.json"
_MOST_CONFIG = 64 << 20
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,30}")
_MODULE = re.compile(r"(?:tf_keras|keras)(?:\.\w+)*")
_CLASS = re.compile(r"[A-Z]\w*|__\w+__")
_FUNCTION = re.compile(r"[a-z_]\w*")
# Keras' own that hold bytecode, unpickle, or open what they are told to.
_UNSAFE = re.compile(
    "Lambda|TorchModuleWrapper|TFSMLayer|JaxLayer|FlaxLayer|__lambda__"
)


def scan_keras(path: Path, trusted: frozenset[str]) -> Scan:
    """The version of a model whose classes are Keras' own."""
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    if zipped:
        config, version = _zipped(path)
    else:
        found = hdf5.texts(path)
        config, version = list(found.configs), found.version
    names = refuse_names(
        path, unsafe(config), "Keras would run or open as it loads", trusted
    )
    return Scan(
        format=Format.KERAS,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        globals=names,
        libraries={"keras": version} if _VERSION.fullmatch(version) else {},
    )


def unsafe(config: Any) -> set[str]:
    """
    The names in a model's configuration that are not classes of Keras.

    The converter asks this again, of what HDF5 itself gives as the configuration: the
    search of the bytes is only what can be done without the library.
    """
    return {name for part in parts(config) if (name := _refused(part))}


def _zipped(path: Path) -> tuple[Any, str]:
    with archive(path) as opened:
        config = contents(path, opened, CONFIG, _MOST_CONFIG)
        there = _METADATA in opened.namelist()
        about = contents(path, opened, _METADATA, _MOST_CONFIG) if there else b"{}"
    try:
        described = msgspec.json.decode(about)
        version = (
            described.get("keras_version", "") if isinstance(described, dict) else ""
        )
        return msgspec.json.decode(config), str(version)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackError(
            f"{path} has a configuration that is not JSON ({error}); save the model "
            "again with `model.save(FILE)`"
        ) from None


def _refused(part: dict[str, Any]) -> str:
    """What a part of a configuration names that is not Keras' own, or `""`."""
    if isinstance(part.get("vocabulary"), str):
        return "keras.layers.vocabulary_file"
    if "class_name" not in part:
        return _foreign_module(part)
    name, module = str(part["class_name"]), part.get("module")
    registered = part.get("registered_name")
    if ">" in str(registered) or ">" in name:
        return (str(registered) if registered else name).replace(">", ".")
    if name == "function" and module in (None, "builtins"):
        # One of Keras' own by its name; another has to be given when it loads.
        known = isinstance(part.get("config"), str)
        return "" if known and _FUNCTION.fullmatch(part["config"]) else "keras.function"
    if _UNSAFE.fullmatch(name) or not _CLASS.fullmatch(name):
        return f"{module or 'keras'}.{name}"
    if "module" in part and module is None and registered is not None:
        return f"{registered}.{name}"
    return _foreign_module(part)


def _foreign_module(part: dict[str, Any]) -> str:
    module = part.get("module")
    if module is None or _MODULE.fullmatch(str(module)):
        return ""
    return f"{module}.{part.get('class_name', '*')}"
