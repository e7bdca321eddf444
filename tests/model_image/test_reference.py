"""A reference is a digest or it is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.reference import ImageReferenceError, Reference

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    "repository",
    [
        "wine",
        "library/wine",
        "127.0.0.1:5000/slipway/wine",
        "ghcr.io/owner/wine",
        "123456789012.dkr.ecr.eu-west-1.amazonaws.com/slipway/wine",
        "europe-docker.pkg.dev/my-project/models/wine-2_x",
    ],
)
@pytest.mark.parametrize("tag", ["", ":1.4.2-dev.0a1b2c", ":latest"])
def test_a_tag_is_dropped_and_the_digest_kept(repository: str, tag: str):
    reference = Reference.parse(f"{repository}{tag}@{DIGEST}")

    assert reference == Reference(repository, DIGEST)
    assert str(reference) == f"{repository}@{DIGEST}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wine",
        "wine:1.4.2",
        "wine@sha256:abc",
        f"wine@{DIGEST}\n",
        f"wine@{DIGEST.upper()}",
        f"@{DIGEST}",
        f"Wine@{DIGEST}",
        f"wine:@{DIGEST}",
        f"-wine@{DIGEST}",
        f"wine/@{DIGEST}",
        f"a//b@{DIGEST}",
        f"wine@sha512:{'0' * 64}",
    ],
)
def test_a_text_that_is_not_pinned_is_refused_with_the_form_to_use(text: str):
    with pytest.raises(ImageReferenceError, match="is not pinned by digest; write"):
        Reference.parse(text)


@given(text=st.text())
def test_whatever_is_accepted_is_written_as_it_was_read(text: str):
    reference = Reference.parse(f"host:1/a@{DIGEST}")
    try:
        other = Reference.parse(text)
    except ImageReferenceError:
        other = reference

    assert Reference.parse(str(other)) == other
