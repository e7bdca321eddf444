"""What is known of the training data, as it is stored."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from model_image.server.manifest import (
    PROFILE,
    Manifest,
    ManifestError,
    read_manifest,
)
from model_image.server.profile import (
    Categories,
    Distribution,
    Profile,
    read_profile,
)


@pytest.fixture
def profiled() -> Manifest:
    """A manifest that lists a profile."""
    manifest = read_manifest(Path("model_image/example/package"))
    assert PROFILE in manifest.files
    return manifest


def test_numbers_and_categories_are_told_apart(tmp_path: Path, profiled: Manifest):
    (tmp_path / PROFILE).write_text(
        '{"rows": 3, "inputs": {"a": {"kind": "distribution", "edges": [1.5],'
        ' "counts": [1, 2]}},'
        ' "outputs": {"y": {"kind": "categories", "values": {"yes": 3}}}}'
    )

    profile = read_profile(tmp_path, profiled)

    assert profile.inputs == {"a": Distribution([1.5], [1, 2])}
    assert profile.outputs == {"y": Categories({"yes": 3})}


def test_a_package_without_a_profile_has_an_empty_one(
    tmp_path: Path, profiled: Manifest
):
    files = {name: one for name, one in profiled.files.items() if name != PROFILE}

    profile = read_profile(tmp_path, msgspec.structs.replace(profiled, files=files))

    assert profile == Profile(0, {}, {})


@pytest.mark.parametrize("text", ["", "{}", '{"rows": "many"}'])
def test_a_profile_that_is_none_is_refused_by_name(
    tmp_path: Path, profiled: Manifest, text: str
):
    (tmp_path / PROFILE).write_text(text)

    with pytest.raises(ManifestError, match=r"\.json is no profile: .*pack again"):
        read_profile(tmp_path, profiled)


@pytest.mark.parametrize(
    "distribution",
    [
        {"kind": "distribution", "edges": [1], "counts": [1]},
        {"kind": "distribution", "edges": [2, 1], "counts": [1, 1, 1]},
        {"kind": "distribution", "edges": [1, 1], "counts": [1, 1, 1]},
    ],
)
def test_bins_that_do_not_cover_the_numbers_once_are_refused(
    distribution: dict[str, Any],
):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(distribution, Distribution)
