"""The example is what its script makes."""

import json
from pathlib import Path

import msgspec
import pytest

from model_image.example import train
from model_image.server.manifest import PROFILE, Manifest
from model_image.server.profile import Distribution, read_profile


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trained")


@pytest.fixture(scope="module")
def trained(folder: Path) -> Manifest:
    return train.write(folder)


def test_training_again_gives_the_very_bytes_that_are_kept(
    folder: Path, trained: Manifest
):
    kept = {path.name: path.read_bytes() for path in train.PACKAGE.iterdir()}

    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept


def test_the_model_is_good_on_wines_it_has_not_seen(trained: Manifest):
    assert trained.metrics["held_out_rows"] == 45
    assert trained.metrics["accuracy"] > 0.9


def test_the_profile_counts_every_training_row_in_every_column(
    folder: Path, trained: Manifest
):
    profile = read_profile(folder / PROFILE)

    names = [column.name for column in trained.inputs[0].columns]
    assert list(profile.inputs) == names
    for distribution in profile.inputs.values():
        assert isinstance(distribution, Distribution)
        assert sum(distribution.counts) == profile.rows == 133


def test_the_manifest_is_written_as_it_is_meant(folder: Path, trained: Manifest):
    written = json.loads((folder / "model.json").read_bytes())

    assert written == json.loads(msgspec.json.encode(trained))
