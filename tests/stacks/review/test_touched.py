"""A change is about the stacks whose file or package it touches."""

import subprocess
from pathlib import Path

import pytest

from stacks.review.revision import RevisionError
from stacks.review.touched import touched

ALL = ("shared", "dev", "staging", "prod")
FILE = """config:
  slipway:tier: {tier}
  slipway:platform: {{kind: local, port: 8001}}
  slipway:registry: {{kind: local}}
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Two models in dev, one of them in prod too."""
    _git(tmp_path, "init", "--quiet")
    (tmp_path / "stacks").mkdir()
    for name in ("a", "b"):
        (tmp_path / "models" / name).mkdir(parents=True)
        (tmp_path / "models" / name / "model.json").write_text("{}")
        own = f"  slipway:package: models/{name}\n"
        _stack(tmp_path, f"{name}-dev", "dev", own)
    _stack(tmp_path, "prod", "prod", "  slipway:upstream: a-dev\n")
    _commit(tmp_path)
    return tmp_path


def _stack(clone: Path, name: str, tier: str, own: str) -> None:
    file = clone / "stacks" / f"Pulumi.{name}.yaml"
    file.write_text(FILE.format(tier=tier) + own)


def _git(clone: Path, *words: str) -> None:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    subprocess.run(["git", *who, *words], cwd=clone, check=True, capture_output=True)


def _commit(clone: Path) -> None:
    _git(clone, "add", "--all")
    _git(clone, "commit", "--quiet", "--message", "a change")


def test_a_file_of_a_package_is_its_stacks(clone: Path) -> None:
    (clone / "models/b/model.json").write_text("{ }")
    _commit(clone)

    assert touched(clone, "HEAD~1", ALL) == ["b-dev"]


def test_upstream_comes_first_and_other_tiers_not_at_all(clone: Path) -> None:
    for name, tier, own in (
        ("a-dev", "dev", "  slipway:package: models/b\n"),
        ("prod", "prod", "  slipway:upstream: b-dev\n"),
    ):
        _stack(clone, name, tier, own)
    _commit(clone)

    assert touched(clone, "HEAD~1", ALL) == ["a-dev", "prod"]
    assert touched(clone, "HEAD~1", ["prod"]) == ["prod"]


def test_a_note_is_no_stacks(clone: Path) -> None:
    (clone / "notes.txt").write_text("a note")
    _commit(clone)

    assert touched(clone, "HEAD~1", ALL) == []


def test_a_first_push_is_about_all(clone: Path) -> None:
    assert touched(clone, "0" * 40, ALL) == ["a-dev", "b-dev", "prod"]


def test_a_revision_that_is_not_there_is_told_of(clone: Path) -> None:
    with pytest.raises(RevisionError, match="no revision of this clone"):
        touched(clone, "nowhere", ALL)
