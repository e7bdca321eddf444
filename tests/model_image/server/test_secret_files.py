"""Secrets that came in the environment are files before anything else runs."""

from pathlib import Path
from typing import Any

import pytest

from model_image.server.secret_files import unload


def test_a_secret_leaves_the_environment_for_a_file(tmp_path: Path):
    env = {"SLIPWAY_SECRETS": "TOKEN,KEY", "TOKEN": "t0p", "KEY": "k3y", "COLOUR": "b"}

    unload(env, tmp_path)

    assert env == {"COLOUR": "b"}
    assert (tmp_path / "TOKEN").read_text() == "t0p"
    assert (tmp_path / "KEY").read_text() == "k3y"
    assert (tmp_path / "KEY").stat().st_mode & 0o777 == 0o400


def test_a_restart_finds_its_files_there_and_replaces_them(tmp_path: Path):
    (tmp_path / "TOKEN").write_text("old")

    unload({"SLIPWAY_SECRETS": "TOKEN", "TOKEN": "new"}, tmp_path)

    assert (tmp_path / "TOKEN").read_text() == "new"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        unload({"SLIPWAY_SECRETS": "TOKEN", "TOKEN": "t0p"}, tmp_path / "none")


def test_without_secrets_nothing_is_touched(tmp_path: Path):
    env: dict[str, Any] = {"TOKEN": "t0p"}

    unload(env, tmp_path / "none")

    assert env == {"TOKEN": "t0p"}
