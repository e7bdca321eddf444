"""What is installed follows from the platforms that the stacks' files name."""

from pathlib import Path

import pytest

from stacks.machine import virtualenv


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with two clouds' requirements and one local stack."""
    for cloud in ("aws", "gcp"):
        (tmp_path / "components" / cloud).mkdir(parents=True)
        (tmp_path / "components" / cloud / "requirements.txt").write_text(cloud)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "requirements.txt").write_text("base")
    monkeypatch.setattr(virtualenv, "ROOT", tmp_path)
    monkeypatch.setattr(virtualenv, "_BASE", tmp_path / "requirements.txt")
    monkeypatch.setattr(virtualenv, "_MARK", tmp_path / "mark")
    write(tmp_path, "dev", "slipway:platform: {kind: local, port: 8001}")
    return tmp_path


def write(clone: Path, stack: str, line: str) -> None:
    (clone / "stacks" / f"Pulumi.{stack}.yaml").write_text(f"config:\n  {line}\n")


def needed(module: str = "stacks") -> set[str]:
    return {line.split()[0] for line in virtualenv._wanted(module)}


def test_a_local_stack_needs_no_cloud(clone: Path) -> None:
    assert needed() == {"requirements.txt"}


@pytest.mark.parametrize(
    "line",
    [
        "slipway:platform: {kind: aws, account: '1'}",
        "slipway:platform:\n    kind: aws",
        "slipway:platform: {'kind': 'aws'}",
        'slipway:platform: {"kind": "aws"}',
    ],
)
def test_a_stack_of_a_cloud_needs_that_one(clone: Path, line: str) -> None:
    write(clone, "prod", line)

    assert needed() == {"requirements.txt", "components/aws/requirements.txt"}


def test_the_tests_need_all_of_them(clone: Path) -> None:
    assert len(needed("tests")) == 3


def test_what_is_installed_beyond_that_is_no_reason_to_begin_again(clone: Path) -> None:
    every = virtualenv._wanted("tests")
    (clone / "mark").write_text("\n".join(every))

    assert virtualenv._wanted("stacks") <= virtualenv._installed()


def test_another_lock_is_a_reason(clone: Path) -> None:
    (clone / "mark").write_text("\n".join(virtualenv._wanted("stacks")))
    (clone / "requirements.txt").write_text("newer")

    assert not virtualenv._wanted("stacks") <= virtualenv._installed()
