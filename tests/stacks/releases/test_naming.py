"""What a release is called when it leaves dev, and which tags go along."""

import pytest

from stacks.releases.ledger.event import Event, Release, now
from stacks.releases.ledger.history import History
from stacks.releases.naming import NameTaken, moving_tags, released_as


def release(version: str, digest: str, package: str = "1") -> Release:
    return Release(
        name="wine",
        version=version,
        digest=f"sha256:{digest * 64}",
        package=f"sha256:{package * 64}",
    )


def released(*releases: Release) -> History:
    return History(
        [
            Event(kind="admitted", at=now(), by="ann", stack="staging", release=one)
            for one in releases
        ]
    )


def test_the_first_image_of_a_version_has_its_name() -> None:
    assert released_as(released(), release("1.4.2", "a")) == "1.4.2"


def test_the_same_image_keeps_its_name() -> None:
    history = released(release("1.4.2", "a"), release("1.4.2-r2", "b"))

    assert released_as(history, release("1.4.2", "b")) == "1.4.2-r2"


def test_the_same_package_built_again_is_the_next_revision() -> None:
    history = released(release("1.4.2", "a"), release("1.4.2-r2", "b"))

    assert released_as(history, release("1.4.2", "c")) == "1.4.2-r3"


def test_another_package_needs_a_version_of_its_own() -> None:
    history = released(release("1.4.2", "a"))

    with pytest.raises(
        NameTaken, match=r"wine 1\.4\.2 is sha256:aaaaaaaaaaaa… already"
    ):
        released_as(history, release("1.4.2", "b", package="2"))


@pytest.mark.parametrize(
    ("version", "tags"),
    [
        ("1.4.3", ("1.4", "1", "latest")),
        ("1.4.2-r2", ("1.4", "1", "latest")),
        ("1.3.9", ("1.3",)),
        ("1.4.1", ()),
        ("2.0.0", ("2.0", "2", "latest")),
        ("1.10.0", ("1.10", "1", "latest")),
        ("0.9.0", ("0.9", "0")),
        ("1.4.3-rc1", ()),
    ],
)
def test_tags_go_forward_only(version: str, tags: tuple[str, ...]) -> None:
    mine = release(version, "b")
    history = released(release("1.4.2", "a"), release("1.3.0", "c"), mine)

    assert moving_tags(history, mine) == tags
