"""What a release is called when it leaves dev, and which tags go along."""

import pytest

from stacks.releases.ledger.event import Event, Release, now
from stacks.releases.ledger.history import History
from stacks.releases.naming import NameTaken, moving_tags, only, released_as
from stacks.settings.stack import StackSettings


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


def told(stack: str, version: str, digest: str, name: str = "wine") -> Event:
    one = release(version, digest).model_copy(update={"name": name})
    return Event(kind="verified", at=now(), by="ann", stack=stack, release=one)


def prod() -> StackSettings:
    image = {"name": "wine", "version": "1.0.0", "digest": f"sha256:{'0' * 64}"}
    return StackSettings.parse(
        "prod",
        {
            "slipway:tier": "prod",
            "slipway:upstream": "staging",
            "slipway:image": image,
            "slipway:platform": {"kind": "local", "port": 8003},
        },
    )


def test_a_version_is_what_the_stack_itself_knows_by_it() -> None:
    """Dev may have built it again since, and another model may go by it too."""
    history = History(
        [
            told("prod", "1.4.2", "a"),
            told("dev", "1.4.2", "b"),
            told("prod", "1.4.2", "c", name="iris"),
        ]
    )

    found = only(history, ("prod", "staging", "dev"), "1.4.2", prod())

    assert found.digest == f"sha256:{'a' * 64}"


def test_a_version_of_several_images_must_be_told_by_digest() -> None:
    history = History([told("dev", "1.4.2", "a"), told("dev", "1.4.2", "b")])
    digest = f"sha256:{'b' * 64}"

    with pytest.raises(NameTaken, match="the name of several; say which: sha256:bb"):
        only(history, ("prod", "staging", "dev"), "1.4.2", prod())
    assert only(history, ("dev",), digest, prod()).digest == digest


def test_a_version_that_nobody_knows_is_nothing() -> None:
    with pytest.raises(NameTaken, match=r"no 9\.9\.9 is known in prod, staging"):
        only(History([]), ("prod", "staging"), "9.9.9", prod())
