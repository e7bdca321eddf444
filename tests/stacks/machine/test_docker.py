"""Docker that is there, not there, or not for this user."""

import os
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

from stacks.machine.docker import MachineError, docker_cli, require_docker

_DENIED = (
    "Error while fetching server API version: ('Connection aborted.', "
    "PermissionError(13, 'Permission denied'))"
)


def _says(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def from_env(**options: object) -> None:
        raise DockerException(text)

    monkeypatch.setattr(docker, "from_env", from_env)


def test_a_user_who_may_not_use_docker_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _says(_DENIED, monkeypatch)
    with pytest.raises(MachineError, match=r"permission denied.*`docker` group"):
        require_docker(print)


def test_nothing_is_installed_for_an_ordinary_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _says("nobody is there", monkeypatch)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(MachineError, match="DOCKER_HOST to its socket"):
        require_docker(print)


def test_a_docker_elsewhere_is_never_replaced_by_one_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _says("nobody is there", monkeypatch)
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere:2375")
    with pytest.raises(MachineError, match="DOCKER_HOST=tcp://elsewhere:2375"):
        require_docker(print)


def _client(folder: Path, *, version: str, buildx: bool) -> None:
    folder.mkdir()
    (folder / "docker").write_text(
        f'#!/bin/sh\ncase "$1" in buildx) exit {0 if buildx else 1};; esac\n'
        f"echo {version}\n"
    )
    (folder / "docker").chmod(0o755)


def test_the_first_client_that_can_build_with_buildkit_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client(tmp_path / "bare", version="28.2.2", buildx=False)
    _client(tmp_path / "old", version="20.10.24", buildx=False)
    _client(tmp_path / "new", version="29.0.0", buildx=True)
    folders = [str(tmp_path / name) for name in ("bare", "old", "new")]
    monkeypatch.setenv("PATH", os.pathsep.join([*folders, "/usr/bin", "/bin"]))
    assert docker_cli() == str(tmp_path / "old/docker")


def test_no_client_that_can_build_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client(tmp_path / "bare", version="28.2.2", buildx=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bare"))
    with pytest.raises(MachineError, match="buildx"):
        docker_cli()
