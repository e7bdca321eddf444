"""Environments are made once, whole, from hashes."""

import subprocess
from pathlib import Path

import pytest

from model_image.environment import environment, locked
from model_image.errors import PackError

SMALL = "iniconfig==2.3.0\n"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person is told; the cache is the test's own."""
    monkeypatch.setenv("SLIPWAY_CACHE_HOME", str(tmp_path / "cache"))
    return []


@pytest.fixture
def lock(said: list[str]) -> Path:
    return locked(SMALL, said.append)


def test_a_lock_pins_every_package_with_its_hashes_and_names_no_host(lock: Path):
    text = lock.read_text()

    assert text.startswith("iniconfig==2.3.0 \\\n    --hash=sha256:")
    assert "//" not in text


def test_the_same_requirements_are_locked_once(lock: Path, said: list[str]):
    assert locked(SMALL, said.append) == lock
    assert said == ["locking the requirements"]


def test_an_environment_holds_what_the_lock_says_and_no_more(
    lock: Path, said: list[str]
):
    python = environment(lock, said.append)

    code = "import importlib.metadata as m; print(*[d.name for d in m.distributions()])"
    run = subprocess.run([python, "-c", code], capture_output=True, text=True)
    assert run.stdout.split() == ["iniconfig"]


def test_an_environment_is_made_once(lock: Path, said: list[str]):
    first = environment(lock, said.append)
    told = len(said)

    assert environment(lock, said.append) == first
    assert len(said) == told


def test_one_that_was_interrupted_is_made_again(lock: Path, said: list[str]):
    python = environment(lock, said.append)
    (python.parent.parent / ".complete").unlink()
    python.unlink()

    environment(lock, said.append)

    assert python.exists()


def test_requirements_that_nobody_has_are_told_in_one_line(said: list[str]):
    with pytest.raises(PackError) as raised:
        locked("iniconfig==99999\n", said.append)

    assert "iniconfig==99999" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_package_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, lock: Path, said: list[str]
):
    other = tmp_path / "other.txt"
    other.write_text("iniconfig==2.3.0 --hash=sha256:" + "0" * 64 + "\n")

    with pytest.raises(PackError, match=r"[Hh]ash"):
        environment(other, said.append)
