"""What a reference leads to."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.server.manifest import ManifestError
from model_image.storage.fetch import fetch


def test_a_folder_is_checked_where_it_is(package: Path, said: list[str]):
    assert fetch(str(package), said.append) == package


def test_a_folder_that_was_changed_is_refused(package: Path, said: list[str]):
    (package / "model.onnx").write_bytes(b"")

    with pytest.raises(ManifestError, match="is not the file that was packed"):
        fetch(str(package), said.append)


def test_nothing_is_fetched_without_a_digest(said: list[str]):
    with pytest.raises(PackError, match="add the @sha256"):
        fetch("oci://127.0.0.1:1/wine:1.0.0", said.append)
