"""The hash of a context changes exactly when a build could see it."""

import pytest

from stacks.offline.docker.context import context_hash


@pytest.fixture
def context(tmp_path):
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights").write_text("1")
    (tmp_path / "notes.log").write_text("1")
    (tmp_path / ".dockerignore").write_text("# what no build needs\n\n*.log\n")
    return tmp_path


def hashed(context):
    return context_hash(context, context / "Dockerfile")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "model" / "weights").write_text("2"),
        lambda root: (root / "model" / "weights").rename(root / "model" / "other"),
        lambda root: (root / "model" / "weights").chmod(0o755),
        lambda root: (root / "model" / "more").write_text(""),
        lambda root: (root / "Dockerfile").write_text("FROM other\n"),
        lambda root: (root / "link").symlink_to("model/weights"),
    ],
)
def test_what_a_build_sees_changes_the_hash(context, change):
    before = hashed(context)

    change(context)

    assert hashed(context) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "notes.log").write_text("2"),
        lambda root: (root / "empty").mkdir(),
        lambda root: (root / "dangling").symlink_to("nowhere"),
        lambda root: (root / "model" / "weights").touch(),
    ],
)
def test_what_a_build_does_not_see_changes_nothing(context, change):
    before = hashed(context)

    change(context)

    assert hashed(context) == before


def test_the_dockerfiles_own_ignore_file_comes_first(context):
    (context / "Dockerfile.dockerignore").write_text("model\n")
    before = hashed(context)

    (context / "model" / "weights").write_text("2")
    assert hashed(context) == before

    (context / "notes.log").write_text("2")
    assert hashed(context) != before


def test_a_dockerfile_that_the_context_ignores_counts_all_the_same(context):
    (context / ".dockerignore").write_text("Dockerfile\n")
    before = hashed(context)

    (context / "Dockerfile").write_text("FROM other\n")

    assert hashed(context) != before
