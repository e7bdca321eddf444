"""A snapshot is what was there, all of it, or nothing."""

import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from model_image.errors import PackError
from model_image.scan import snapshot as module
from model_image.scan.snapshot import snapshot

LIMIT = 1 << 20


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "private").mkdir()
    return tmp_path / "private" / "copy"


def refusal(path: Path, into: Path) -> str:
    with pytest.raises(PackError) as refused:
        snapshot(path, into, LIMIT)
    assert not into.exists()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_file_is_copied_read_only_with_its_digest(tmp_path: Path, into: Path) -> None:
    (tmp_path / "model.pkl").write_bytes(b"model")

    origin = snapshot(tmp_path / "model.pkl", into, LIMIT)

    assert into.read_bytes() == b"model"
    assert into.stat().st_mode & 0o777 == 0o400
    assert origin.name == "model.pkl"
    assert origin.sha256 == hashlib.sha256(b"model").hexdigest()
    assert origin.size == 5


def test_a_folder_is_copied_with_a_digest_of_names_and_contents(
    tmp_path: Path, into: Path
) -> None:
    for name, inner in (("a", "x"), ("b", "x"), ("c", "y")):
        (tmp_path / name / "in").mkdir(parents=True)
        (tmp_path / name / "in" / inner).write_bytes(b"model")

    first = snapshot(tmp_path / "a", into, LIMIT)
    same = snapshot(tmp_path / "b", into.with_name("2"), LIMIT)
    other = snapshot(tmp_path / "c", into.with_name("3"), LIMIT)

    assert (into / "in" / "x").read_bytes() == b"model"
    assert first.sha256 == same.sha256 != other.sha256


def test_a_sparse_file_is_refused_before_it_is_read(tmp_path: Path, into: Path) -> None:
    with (tmp_path / "model.pkl").open("wb") as file:
        file.truncate(10 << 30)
    began = time.monotonic()

    sentence = refusal(tmp_path / "model.pkl", into)

    assert "10,240 MiB" in sentence
    assert time.monotonic() - began < 1


def test_the_limit_holds_for_a_folder_as_a_whole(tmp_path: Path, into: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in "abc":
        (tmp_path / "folder" / name).write_bytes(bytes(LIMIT // 2))

    assert "more than the 1 MiB" in refusal(tmp_path / "folder", into)


@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    change: str, tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(b"a" * 1000)
    read = os.read

    def reading(descriptor: int, size: int) -> bytes:
        piece = read(descriptor, 100)
        contents = {"grow": b"a" * 2000, "shrink": b"a" * 10, "rewrite": b"b" * 1000}
        path.write_bytes(contents[change])
        return piece

    monkeypatch.setattr(module.os, "read", reading)

    assert "changed while it was read" in refusal(path, into)


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[2Jb", "a\x7f", os.fsdecode(b"a\xff")])
def test_a_name_that_cannot_be_shown_is_refused(
    name: str, tmp_path: Path, into: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / name).write_bytes(b"")

    assert "rename it" in refusal(tmp_path / "folder" / name, into)
    assert "rename it" in refusal(tmp_path / "folder", into)


def test_links_pipes_and_devices_are_refused(tmp_path: Path, into: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    os.mkfifo(tmp_path / "pipe")
    (folder / "link").symlink_to("/etc/passwd")

    assert "is a link" in refusal(folder / "link", into)
    assert "is a link" in refusal(folder, into)
    assert "pipe" in refusal(tmp_path / "pipe", into)
    assert "device" in refusal(Path("/dev/zero"), into)
    assert "cannot be read" in refusal(tmp_path / "nothing", into)


def test_a_file_longer_than_it_says_is_refused(into: Path) -> None:
    assert "changed while it was read" in refusal(Path("/proc/self/status"), into)


def test_a_full_disk_leaves_nothing(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder" / "in").mkdir(parents=True)
    (tmp_path / "folder" / "in" / "model").write_bytes(b"model")

    def full(*_: Any) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "read", full)

    assert "No space left" in refusal(tmp_path / "folder", into)


def test_an_interruption_leaves_nothing(
    tmp_path: Path, into: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model").write_bytes(b"model")

    def interrupted(*_: Any) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.os, "read", interrupted)

    with pytest.raises(KeyboardInterrupt):
        snapshot(tmp_path / "model", into, LIMIT)
    assert not into.exists()


def test_two_at_once_do_not_meet(tmp_path: Path, into: Path) -> None:
    (tmp_path / "model").write_bytes(b"model")
    targets = [into.with_name(str(at)) for at in range(4)]
    copying = [
        threading.Thread(target=snapshot, args=(tmp_path / "model", target, LIMIT))
        for target in targets
    ]
    for each in copying:
        each.start()
    for each in copying:
        each.join()

    assert {target.read_bytes() for target in targets} == {b"model"}


def test_what_stands_in_its_place_is_left_alone(tmp_path: Path, into: Path) -> None:
    (tmp_path / "model").write_bytes(b"model")
    into.write_bytes(b"somebody's")

    with pytest.raises(PackError):
        snapshot(tmp_path / "model", into, LIMIT)
    assert into.read_bytes() == b"somebody's"
