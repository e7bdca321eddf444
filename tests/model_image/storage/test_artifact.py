"""The same package is the same bytes, and nothing else passes for an artifact."""

import json
import shutil
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.package import ModelPackage
from model_image.storage.artifact import (
    evidence_artifact,
    evidence_tag,
    package_artifact,
    read_artifact,
)


def _encoded(folder: Path) -> bytes:
    return package_artifact(ModelPackage.read(folder)).encode()


def test_neither_formatting_nor_times_nor_evidence_change_an_artifact(
    package: Path, tmp_path: Path
):
    other = Path(shutil.copytree(package, tmp_path / "other"))
    text = json.loads((other / "model.json").read_text())
    (other / "model.json").write_text(json.dumps(text, indent=7, sort_keys=True))
    (other / "evidence.json").write_text('{"rows": 1}')

    assert _encoded(other) == _encoded(package)


def test_the_manifest_is_a_layer_whose_digest_is_the_identity(package: Path):
    read = ModelPackage.read(package)

    layer = package_artifact(read).layer("model.json")

    assert layer
    assert layer.digest == read.identity


def test_every_file_is_a_layer_by_its_name_digest_and_size(package: Path):
    artifact = json.loads(_encoded(package))
    layers = {
        one["annotations"]["org.opencontainers.image.title"]: one
        for one in artifact["layers"]
    }
    files = ModelPackage.read(package).manifest.files

    assert artifact["schemaVersion"] == 2
    assert artifact["artifactType"] == "application/vnd.slipway.package.v1"
    assert layers.keys() == {"model.json", *files}
    for name, digest in files.items():
        assert layers[name]["digest"] == digest
        assert layers[name]["size"] == (package / name).stat().st_size


def test_evidence_names_the_artifact_that_it_is_about(package: Path):
    about = package_artifact(ModelPackage.read(package)).encode()
    attached = evidence_artifact(b"{}", about)

    assert attached.subject
    assert evidence_tag(attached.subject.digest).startswith("sha256-")
    assert attached.subject.size == len(about)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b'{"manifests": []}',
        b'{"config": {"mediaType": "x", "digest": "sha256:../../x", "size": 1},'
        b' "layers": []}',
    ],
)
def test_what_is_no_artifact_is_refused(content: bytes):
    with pytest.raises(PackError, match="oci://r/x is no artifact"):
        read_artifact(content, "oci://r/x")
