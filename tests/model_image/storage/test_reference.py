"""A reference is read as it was meant, or refused in one sentence."""

from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.storage.reference import (
    BucketReference,
    OciReference,
    PackageFolder,
    Reference,
    RegisteredModel,
    parse,
    parse_pinned,
)

DIGEST = f"sha256:{'0f' * 32}"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("models/fraud", PackageFolder(Path("models/fraud"))),
        ("./odd:name", PackageFolder(Path("odd:name"))),
        ("oci://localhost/wine", OciReference("localhost", "wine")),
        (
            f"oci://r.example:5000/team/wine@{DIGEST}",
            OciReference("r.example:5000", "team/wine", "", DIGEST),
        ),
        (
            "oci://[::1]:5000/wine:1.0.0-rc.1",
            OciReference("[::1]:5000", "wine", "1.0.0-rc.1"),
        ),
        ("s3://models", BucketReference("s3", "models")),
        ("s3://models/", BucketReference("s3", "models")),
        (
            f"gs://models/team/wine@{DIGEST}",
            BucketReference("gs", "models", "team/wine", DIGEST),
        ),
        ("az://box/a", BucketReference("az", "box", "a")),
        ("models:/fraud detector/12", RegisteredModel("fraud detector", "12")),
    ],
)
def test_a_reference_is_read_as_it_was_meant(written: str, read: Reference):
    assert parse(written) == read


@pytest.mark.parametrize(
    "written",
    [
        f"oci://r.example/team/wine@{DIGEST}",
        "oci://r.example/wine:1.0.0",
        f"s3://models/team@{DIGEST}",
        "az://box",
        "models:/fraud/3",
        "models/fraud",
    ],
)
def test_a_reference_is_written_as_it_was_read(written: str):
    assert str(parse(written)) == written


@pytest.mark.parametrize(
    "written",
    [
        "http://r.example/wine",
        "oci://r.example",
        "oci://r.example/Wine",
        "oci://r.example/wine@sha256:123",
        f"oci://r.example/wine@{DIGEST}\n",
        "s3://models/../other",
        "s3:///prefix",
        "models:/fraud/Production",
        "models:/fraud@champion",
    ],
)
def test_what_is_no_place_for_a_package_is_refused_with_the_forms(written: str):
    with pytest.raises(PackError, match="is no place for a package; name a folder"):
        parse(written)


@pytest.mark.parametrize(
    "written",
    ["oci://me:hush@r.example/wine", "az://box/wine?sig=hush", "oci://hush@r/x"],
)
def test_a_secret_in_a_reference_is_not_repeated(written: str):
    with pytest.raises(PackError) as refused:
        parse(written)

    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("written", ["oci://r.example/wine:1.0.0", "s3://models/wine"])
def test_nothing_is_fetched_by_a_name_that_moves(written: str):
    with pytest.raises(PackError, match=f"{written} may name another package"):
        parse_pinned(written)


def test_a_pinned_reference_leaves_the_tag_behind():
    pinned = OciReference("r.example", "wine", "1.0.0").pinned(DIGEST)

    assert str(pinned) == f"oci://r.example/wine@{DIGEST}"
