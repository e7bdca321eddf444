"""
The JSON Schema of model.json, for editors and for programs in other languages.

It is kept beside the manifest that it is made from, in `server/model.schema.json`;
`python -m model_image.schema` writes it again after a change.
"""

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from model_image.server import manifest

FILE = Path(__file__).parent / "server" / "model.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def manifest_schema() -> dict[str, Any]:
    """The schema, each property with the sentence that stands under its field."""
    schema = msgspec.json.schema(manifest.Manifest)
    for name, field, sentence in _sentences():
        if field in (known := schema["$defs"].get(name, {}).get("properties", {})):
            known[field]["description"] = sentence
    for part in schema["$defs"].values():
        part["description"] = inspect.cleandoc(part["description"])
    return {"$schema": _DIALECT, "title": manifest.MANIFEST, **schema}


def written() -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(manifest_schema()), indent=2) + b"\n"


def _sentences() -> Iterator[tuple[str, str, str]]:
    """Class, field and the docstring under it."""
    for part in ast.parse(inspect.getsource(manifest)).body:
        if not isinstance(part, ast.ClassDef):
            continue
        for field, below in pairwise(part.body):
            match field, below:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(sentence))),
                ):
                    yield part.name, name, inspect.cleandoc(sentence)


if __name__ == "__main__":
    FILE.write_bytes(written())
