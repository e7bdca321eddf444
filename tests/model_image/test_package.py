"""A package is read whole or not at all."""

from pathlib import Path

import pytest

from model_image.package import ModelPackage
from model_image.server.manifest import MODEL, ManifestError


def test_a_whole_package_says_what_it_is(package: Path):
    read = ModelPackage.read(package)

    assert (read.name, read.version) == ("wine", "1.0.0")
    assert read.identity == read.manifest.identity
    assert read.path == package


def test_a_copy_elsewhere_is_the_same_model(package: Path):
    here = Path(__file__).parents[2] / "model_image" / "example" / "package"

    assert ModelPackage.read(package).identity == ModelPackage.read(here).identity


def test_a_package_with_a_changed_file_is_not_read(package: Path):
    (package / MODEL).write_bytes(b"")

    with pytest.raises(ManifestError, match=r"model\.onnx is not the file"):
        ModelPackage.read(package)


@pytest.mark.parametrize("name", ["model.json", MODEL])
def test_a_link_is_refused_since_an_image_would_hold_the_link(package: Path, name: str):
    (package / name).rename(package / "elsewhere")
    (package / name).symlink_to(package / "elsewhere")

    with pytest.raises(ManifestError, match=f"{name} is a link"):
        ModelPackage.read(package)
