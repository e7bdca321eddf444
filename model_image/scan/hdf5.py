"""HDF5 files of Keras, searched for the texts in them without the library's C code."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from model_image.errors import PackError
from model_image.scan.mapped import mapped
from model_image.scan.stream.machine import Buffer

_MOST_TEXT = 16 << 20
_MOST_TRIES = 200
_TEXT = re.compile(rb'\{\s*"[a-z_]+"\s*:')
# A character of a name in disguise: JSON writers escape none of these.
_DISGUISE = re.compile(rb"\\u00[2-7][0-9a-fA-F]")
_CLASS = re.compile(rb'"class_name"\s*:')
# In the attribute itself, or on the heap behind its length.
_VERSIONS = (
    re.compile(rb"keras_version\0.{40,160}?\0([0-9]+\.[0-9]+\.[0-9]+)", re.DOTALL),
    re.compile(rb"[\x05-\x0c]\0{7}([0-9]+\.[0-9]+\.[0-9]+)\0"),
)


class Texts(msgspec.Struct, frozen=True):
    """The configurations found in a file, and the version of Keras that wrote it."""

    configs: tuple[Any, ...]
    version: str


def texts(path: Path) -> Texts:
    """
    Every text of JSON in the file that names a class.

    HDF5 keeps a text in one piece, so the search finds what Keras writes. A file that
    names a class anywhere else is refused, as is one that names none.
    """
    with mapped(path) as data:
        configs = _configs(path, data)
        found = [match for each in _VERSIONS if (match := each.search(data))]
        return Texts(configs, found[0][1].decode() if found else "")


def _configs(path: Path, data: Buffer) -> tuple[Any, ...]:
    if _DISGUISE.search(data):
        raise PackError(
            f"{path} spells plain letters as \\u escapes, as only something with a "
            "reason to hide does; save the model again as .keras"
        )
    found: list[Any] = []
    at = tries = 0
    while named := _CLASS.search(data, at):
        start = _TEXT.search(data, at, named.end())
        tries += 1
        if not start or tries > _MOST_TRIES:
            raise PackError(
                f"{path} names a class at byte {named.start()} outside of any "
                "configuration; save the model again as .keras"
            )
        config, at = _decoded(data, start.start(), named.start())
        if at > named.start():
            found.append(config)
    if not found:
        raise PackError(
            f"{path} is HDF5 without a Keras model in it; save the whole model with "
            "`model.save(FILE)`, not its weights"
        )
    return tuple(found)


def _decoded(data: Buffer, start: int, named: int) -> tuple[Any, int]:
    """The JSON that begins here and where it ends, or the next place to look at."""
    text = data[start : start + _MOST_TEXT].decode("latin-1")
    try:
        config, length = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None, start + 1
    return config, start + length
