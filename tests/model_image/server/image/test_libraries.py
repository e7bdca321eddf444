"""A library that only a wheel has is found, whatever name the wheel gave it."""

import sys
from pathlib import Path

import pytest

from model_image.server.image.libraries import bundled, linked


def test_an_interpreters_libraries_are_the_ones_the_loader_finds():
    found, missing = linked([Path(sys.executable).resolve()])

    assert any(path.name.startswith("libc.so") for path in found)
    assert missing == set()


@pytest.mark.parametrize(
    ("file", "serves"),
    [
        ("scikit_learn.libs/libgomp-e985bcbb.so.1.0.0", True),
        ("other.libs/libgomp-a34b3233.so.1", True),
        ("scikit_learn.libs/libgomp-e985bcbb.so.2.0.0", False),
        ("scikit_learn.libs/libgomp-e985bcbb.so.10", False),
        ("scikit_learn.libs/libgomp-plugin.so.1", False),
        ("torch/lib/libgomp.so.1", False),
        ("other.libs/libquadmath-e985bcbb.so.1", False),
    ],
)
def test_a_wheels_copy_serves_where_it_is_the_same_library_and_version(
    file: str, serves: bool, tmp_path: Path
):
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).touch()

    assert bundled("libgomp.so.1", tmp_path) == (tmp_path / file if serves else None)


def test_of_several_copies_the_same_one_is_taken_every_time(tmp_path: Path):
    for wheel in ("xgboost.libs", "scikit_learn.libs"):
        (tmp_path / wheel).mkdir()
        (tmp_path / wheel / "libgomp-e985bcbb.so.1.0.0").touch()

    copy = bundled("libgomp.so.1", tmp_path)

    assert copy == tmp_path / "scikit_learn.libs" / "libgomp-e985bcbb.so.1.0.0"
