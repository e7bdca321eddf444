"""The version that a change asks for, and that a smaller one is refused."""

import pytest

from model_image.changes import asked_version, check_version, step, taken
from model_image.errors import PackError
from model_image.server.manifest import Column, Input, Manifest
from tests.model_image.changes.manifests import CITY, DIGEST, FEATURES, LABEL, manifest

RETRAINED = {"model.onnx": "sha256:" + "1" * 64, "example.json": DIGEST}


def removed(version: str) -> Manifest:
    return manifest(inputs=(FEATURES,), version=version)


def test_the_same_package_asks_for_no_step():
    assert step(manifest(), manifest()) == "none"
    assert asked_version(manifest(), manifest()) == "1.4.2"


def test_a_retrained_model_asks_for_a_patch():
    retrained = manifest(files=RETRAINED)

    assert step(manifest(), retrained) == "patch"
    assert asked_version(manifest(), retrained) == "1.4.3"


def test_more_answers_ask_for_a_minor_step():
    fewer = manifest(outputs=(LABEL,))

    assert step(fewer, manifest()) == "minor"
    assert asked_version(fewer, manifest()) == "1.5.0"


def test_a_breaking_change_asks_for_a_major_step():
    assert step(manifest(), removed("1.4.3")) == "major"
    assert asked_version(manifest(), removed("1.4.3")) == "2.0.0"


def test_before_1_0_a_breaking_change_asks_for_a_minor_step():
    old = manifest(version="0.3.1")

    assert step(old, removed("0.3.2")) == "minor"
    assert asked_version(old, removed("0.3.2")) == "0.4.0"


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("2.0.0", "major"),
        ("1.5.0", "minor"),
        ("1.4.3", "patch"),
        ("1.4.2", "none"),
        ("1.4.1", "back"),
        ("1.10.0", "minor"),
    ],
)
def test_the_step_taken_is_that_of_the_first_number_that_differs(
    version: str, name: str
):
    assert taken(manifest(), manifest(version=version)) == name


def test_too_small_a_step_is_refused_with_the_change_and_the_version_it_asks_for():
    with pytest.raises(PackError) as caught:
        check_version(manifest(), removed("1.5.0"))

    assert str(caught.value) == (
        "churn 1.5.0 breaks callers of 1.4.2: input 'city' is removed; "
        "that asks for 2.0.0"
    )


def test_all_breaking_changes_are_counted_in_the_refusal():
    other = manifest(inputs=(Input("x", "FP32", (-1, 1), (Column("x"),)), CITY))

    with pytest.raises(PackError, match=r"input 'a' is removed \(and 2 more\)"):
        check_version(manifest(), other)


@pytest.mark.parametrize("version", ["2.0.0", "2.1.3", "10.0.0"])
def test_a_breaking_change_with_a_major_step_is_let_through(version: str):
    check_version(manifest(), removed(version))


@pytest.mark.parametrize("version", ["0.4.0", "1.0.0"])
def test_before_1_0_a_minor_step_is_enough(version: str):
    check_version(manifest(version="0.3.1"), removed(version))


def test_before_1_0_a_patch_is_not_enough():
    with pytest.raises(PackError, match=r"asks for 0\.4\.0"):
        check_version(manifest(version="0.3.1"), removed("0.3.2"))


def test_a_breaking_change_is_not_let_through_backwards():
    with pytest.raises(PackError, match=r"asks for 2\.0\.0"):
        check_version(manifest(), removed("0.9.0"))


def test_whatever_breaks_nobody_may_take_any_version():
    check_version(manifest(), manifest(files=RETRAINED, version="1.4.1"))
