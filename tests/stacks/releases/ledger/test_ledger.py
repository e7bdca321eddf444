from collections.abc import Callable
from pathlib import Path

import pytest

from stacks.releases.ledger import ledger_for
from stacks.releases.ledger.event import Release
from stacks.releases.ledger.folder_ledger import FolderLedger
from stacks.releases.ledger.git_ledger import GitLedger

Wine = Callable[..., Release]


def test_a_folder_inside_a_git_repository_keeps_its_ledger_there(
    repository: Path, wine: Wine
) -> None:
    (repository / "estate").mkdir()

    ledger_for(repository / "estate").append("built", "dev", wine("1.0.1"))

    assert isinstance(ledger_for(repository).usual, GitLedger)
    assert len(ledger_for(repository).events()) == 1


def test_outside_git_the_ledger_lies_in_the_state_folder_under_the_projects_name(
    tmp_path: Path, wine: Wine
) -> None:
    project = tmp_path / "unpacked"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: vineyard\nruntime: python\n")

    ledger_for(project).append("built", "dev", wine("1.0.1"))

    assert (tmp_path / "state/ledger/vineyard/000001.json").exists()


def test_a_project_without_a_name_is_known_by_its_folder(tmp_path: Path) -> None:
    ledger = ledger_for(tmp_path)

    assert isinstance(ledger.usual, FolderLedger)
    assert ledger.usual.folder == tmp_path / "state/ledger" / tmp_path.name


def test_without_git_on_path_a_repository_is_told_that_its_ledger_is_local(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    ledger = ledger_for(repository)

    assert isinstance(ledger.usual, FolderLedger)
    assert ledger.notice is not None
    assert "git is not on PATH" in ledger.notice
