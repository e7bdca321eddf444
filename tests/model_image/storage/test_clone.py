"""A fetched package stands in the clone as its own files."""

import os
from pathlib import Path

import httpx
import pytest

from model_image.package import ModelPackage
from model_image.storage.clone import folder_in
from model_image.storage.push import push


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return tmp_path / "clone"


@pytest.fixture
def pushed(bucket: httpx.Client, package: Path, said: list[str]) -> str:
    """The reference of a package in a bucket."""
    return push(ModelPackage.read(package), "s3://models", said.append)


def test_a_folder_stays_as_it_was_written(clone: Path, said: list[str]):
    assert folder_in(clone, "models/fraud", said.append) == Path("models/fraud")


def test_a_fetched_package_has_a_path_that_is_the_same_in_every_clone(
    clone: Path, pushed: str, said: list[str]
):
    folder = folder_in(clone, pushed, said.append)

    assert folder == Path(".slipway/packages") / pushed.rpartition(":")[2][:12]
    assert pushed.endswith(ModelPackage.read(clone / folder).identity)


def test_it_takes_no_room_of_its_own(
    clone: Path, pushed: str, cache_home: Path, said: list[str]
):
    folder = clone / folder_in(clone, pushed, said.append)

    kept = cache_home / "packages" / pushed.rpartition(":")[2]
    assert os.path.samefile(folder / "model.onnx", kept / "model.onnx")


def test_where_there_are_no_hard_links_it_is_a_copy(
    clone: Path, pushed: str, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    def refused(source: str, target: str) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)

    folder = clone / folder_in(clone, pushed, said.append)

    assert pushed.endswith(ModelPackage.read(folder).identity)


def test_what_was_changed_in_the_clone_is_put_right(
    clone: Path, pushed: str, said: list[str]
):
    folder = clone / folder_in(clone, pushed, said.append)
    (folder / "model.onnx").unlink()
    (folder / "model.onnx").write_bytes(b"mine")

    folder_in(clone, pushed, said.append)

    assert pushed.endswith(ModelPackage.read(folder).identity)
