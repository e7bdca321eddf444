"""Packages to deploy in tests: the shipped example with something changed."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from model_image.server.manifest import read_manifest

EXAMPLE = Path("model_image/example/package")


def variant(
    source: Path,
    target: Path,
    *,
    version: str,
    model: bytes | None = None,
    response: Any = None,
    metrics: dict[str, float] | None = None,
) -> Path:
    """
    A copy of the package `source` in `target`, as if somebody had packed it.

    `model` takes the place of the model's bytes, `response` that of the answer which
    the stored example expects; the manifest's hashes are right in any case. Evidence of
    the source is none of the copy, which has these `metrics`, or none at all.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("evidence.json"))
    if model is not None:
        (target / "model.onnx").write_bytes(model)
    if response is not None:
        example = json.loads((target / "example.json").read_text())
        example["response"] = response
        (target / "example.json").write_text(json.dumps(example, indent=2))
    manifest = json.loads((target / "model.json").read_text())
    manifest["version"] = version
    manifest["files"] = {name: _sha256(target / name) for name in manifest["files"]}
    (target / "model.json").write_text(json.dumps(manifest, indent=2) + "\n")
    if metrics is not None:
        identity = read_manifest(target).identity
        evidence = {"identity": identity, "metrics": metrics}
        (target / "evidence.json").write_text(json.dumps(evidence))
    return target


def _sha256(file: Path) -> str:
    return f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
