"""The example is what its script makes, packed as anybody's model is."""

from pathlib import Path

import pytest

from model_image.evidence import EVIDENCE, Evidence, read_evidence
from model_image.example import train
from model_image.package import ModelPackage
from model_image.server.profile import Distribution

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    return train.write(tmp_path_factory.mktemp("trained") / "wine")


@pytest.fixture(scope="module")
def evidence(trained: ModelPackage) -> Evidence:
    return read_evidence(trained.path, trained.identity)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but what was measured, which differs from run to run."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name != EVIDENCE
    }


def test_training_again_gives_the_very_bytes_that_are_kept(trained: ModelPackage):
    assert contents(trained.path) == contents(train.PACKAGE)


def test_the_evidence_that_is_kept_is_of_the_package_that_is_kept():
    kept = ModelPackage.read(train.PACKAGE)

    assert read_evidence(kept.path, kept.identity).parity


def test_the_model_is_good_on_wines_it_has_not_seen(evidence: Evidence):
    assert evidence.metrics["held_out_rows"] == 45
    assert evidence.metrics["accuracy"] > 0.9


def test_the_packed_model_is_the_trained_one(evidence: Evidence):
    assert evidence.parity
    assert evidence.parity.rows == 133
    assert evidence.parity.largest_difference < 1e-6


def test_the_profile_counts_every_training_row_in_every_column(trained: ModelPackage):
    profile = trained.profile()

    names = [column.name for column in trained.manifest.inputs[0].columns]
    assert list(profile.inputs) == names
    for distribution in profile.inputs.values():
        assert isinstance(distribution, Distribution)
        assert sum(distribution.counts) == profile.rows == 133
