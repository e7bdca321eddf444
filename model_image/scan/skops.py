"""skops files: a tree of JSON in which every object says its class."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from model_image.errors import PackError
from model_image.scan.archive import archive, contents
from model_image.scan.format import Format
from model_image.scan.report import Scan
from model_image.scan.stream.values import Name
from model_image.scan.tree import parts
from model_image.scan.verdict import SCANNER, check_names, scanner_version

SCHEMA = "schema.json"

_MOST_SCHEMA = 256 << 20
_MEMBERS = (".npy", ".npz")
# What these hold is named by the parts below them.
_CONTAINERS = {"DictNode", "ListNode", "SetNode", "TupleNode", "JsonNode", "SliceNode"}
_NONE = Name("builtins", "NoneType")


def scan_skops(path: Path, trusted: frozenset[str], code: frozenset[str]) -> Scan:
    """What a skops file names, each of it allowed as in a pickle."""
    with archive(path) as opened:
        schema = contents(path, opened, SCHEMA, _MOST_SCHEMA)
        for name in opened.namelist():
            if name != SCHEMA and not name.endswith(_MEMBERS):
                raise PackError(
                    f"{path} holds {name!r}, which skops does not write; save the "
                    "model again with `skops.io.dump(model, FILE)`"
                )
    try:
        tree = msgspec.json.decode(schema)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackError(
            f"{path} has a {SCHEMA} that is not JSON ({error}); save the model again "
            "with `skops.io.dump(model, FILE)`"
        ) from None
    names = check_names(path, set(_names(tree)), trusted=trusted, code=code)
    version = tree.get("_skops_version") if isinstance(tree, dict) else None
    found = _version_of(tree)
    return Scan(
        format=Format.SKOPS,
        scanner=SCANNER,
        scanner_version=scanner_version(),
        globals=names,
        libraries=({"skops": version} if isinstance(version, str) else {}) | found,
    )


def _names(tree: Any) -> Iterator[Name]:
    for part in parts(tree):
        if "__class__" not in part and "__loader__" not in part:
            continue
        content = part.get("content")
        if isinstance(content, dict) and "function" in content:
            yield Name(str(content.get("module_path")), str(content["function"]))
        name = Name(str(part.get("__module__")), str(part.get("__class__")))
        if part.get("__loader__") in _CONTAINERS and name.module == "builtins":
            continue
        if name != _NONE:
            yield name


def _version_of(tree: Any) -> dict[str, str]:
    for part in parts(tree):
        held = part.get("_sklearn_version")
        if isinstance(held, dict) and isinstance(held.get("content"), str):
            return {"scikit-learn": held["content"].strip('"')[:30]}
    return {}
