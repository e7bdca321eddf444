"""A fetched package is whole and right, or is not there."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.package import ModelPackage
from model_image.storage import cached
from tests.model_image.storage.shelf import Shelf

ROOT = Path(__file__).parents[3]
_DIGEST = f"sha256:{hashlib.sha256(b'content').hexdigest()}"
_SLOW_FETCH = """
import sys, time
from pathlib import Path
from model_image.storage import cached
from tests.model_image.storage.shelf import Shelf

class Slow(Shelf):
    def file(self, name, digest):
        yield b"half"
        print("half", flush=True)
        time.sleep(60)

cached.package(Slow(Path(sys.argv[1])), print)
"""


@pytest.fixture
def shelf(package: Path) -> Shelf:
    return Shelf(package)


def _kept(home: Path) -> list[str]:
    folders = [path for path in (home / "packages").iterdir() if path.is_dir()]
    return [path.name for path in folders]


def test_a_fetched_package_is_the_one_that_was_asked_for(shelf: Shelf, said: list[str]):
    folder = cached.package(shelf, said.append)

    assert ModelPackage.read(folder).identity == shelf.identity
    assert folder.name == shelf.identity.removeprefix("sha256:")


def test_evidence_travels_along(shelf: Shelf, said: list[str]):
    folder = cached.package(shelf, said.append)

    assert (folder / "evidence.json").read_bytes() == b'{"rows": 3}'


def test_what_is_there_is_not_fetched_again(shelf: Shelf, said: list[str]):
    cached.package(shelf, said.append)
    shelf.asked.clear()

    cached.package(shelf, said.append)

    assert not shelf.asked


def test_what_was_damaged_here_is_fetched_again(shelf: Shelf, said: list[str]):
    folder = cached.package(shelf, said.append)
    (folder / "model.onnx").write_bytes(b"damaged")

    cached.package(shelf, said.append)

    assert ModelPackage.read(folder).identity == shelf.identity


def test_a_changed_file_is_refused_and_nothing_is_left(
    shelf: Shelf, cache_home: Path, said: list[str]
):
    (shelf.folder / "model.onnx").write_bytes(b"tampered with")

    with pytest.raises(PackError, match=r"wine@.*: model\.onnx is not what was pushed"):
        cached.package(shelf, said.append)

    assert _kept(cache_home) == []


@pytest.mark.parametrize("content", [b"{}", b"\xff", b'{"schema": 9}'])
def test_another_manifest_is_refused(
    shelf: Shelf, content: bytes, monkeypatch: pytest.MonkeyPatch, said: list[str]
):
    monkeypatch.setattr(shelf, "manifest", lambda: content)

    with pytest.raises(PackError, match=r"model\.json is not what was pushed"):
        cached.package(shelf, said.append)


def test_a_full_disk_says_where_and_leaves_nothing(
    shelf: Shelf,
    cache_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
):
    def full(name: str, digest: str) -> Iterator[bytes]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shelf, "file", full)

    with pytest.raises(PackError, match=r"does not fit .* set SLIPWAY_CACHE_HOME"):
        cached.package(shelf, said.append)

    assert _kept(cache_home) == []


def test_a_place_that_cannot_be_written_is_named(
    shelf: Shelf, cache_home: Path, said: list[str]
):
    (cache_home / "packages").mkdir(parents=True)
    name = shelf.identity.removeprefix("sha256:")
    (cache_home / "packages" / f"{name}.partial").write_text("in the way")

    with pytest.raises(PackError, match="cannot be kept in"):
        cached.package(shelf, said.append)


def test_an_interrupted_fetch_leaves_nothing(
    shelf: Shelf,
    cache_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
):
    def interrupted(name: str, digest: str) -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    monkeypatch.setattr(shelf, "file", interrupted)

    with pytest.raises(KeyboardInterrupt):
        cached.package(shelf, said.append)

    assert _kept(cache_home) == []


def test_what_a_killed_fetch_left_is_no_package_and_goes_with_the_next_fetch(
    shelf: Shelf, mixed: Path, cache_home: Path, said: list[str]
):
    command = [sys.executable, "-c", _SLOW_FETCH, str(shelf.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as killed:
        assert killed.stdout
        assert killed.stdout.readline() == b"half\n"
        other = cached.package(Shelf(mixed), said.append)
        alive = _kept(cache_home)
        killed.send_signal(signal.SIGKILL)
    assert sorted(alive) == sorted(
        [other.name, shelf.identity.removeprefix("sha256:") + ".partial"]
    )

    cached.package(Shelf(mixed), said.append)

    assert _kept(cache_home) == [other.name]


def test_of_several_that_fetch_at_once_one_does_and_the_others_wait(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    real = shelf.file
    said: list[str] = []

    def slow(name: str, digest: str) -> Iterator[bytes]:
        time.sleep(0.2)
        return real(name, digest)

    monkeypatch.setattr(shelf, "file", slow)

    with ThreadPoolExecutor() as pool:
        fetched = [pool.submit(cached.package, shelf, said.append) for _ in range(4)]

    assert len({one.result() for one in fetched}) == 1
    assert sorted(shelf.asked) == ["example.json", "model.onnx", "profile.json"]
    assert len([line for line in said if "by another process" in line]) == 3


def test_a_document_is_what_its_digest_says_or_is_refused(said: list[str]):
    with pytest.raises(PackError, match=r"oci://r/x: the artifact is not what was"):
        cached.document(_DIGEST, lambda: b"other", "oci://r/x")


def test_a_document_that_was_damaged_here_is_asked_for_again(cache_home: Path):
    cached.document(_DIGEST, lambda: b"content", "oci://r/x")
    kept = cache_home / "artifacts" / _DIGEST.removeprefix("sha256:")
    kept.write_bytes(b"damaged")

    again = cached.document(_DIGEST, lambda: b"content", "oci://r/x")

    assert (again, kept.read_bytes()) == (b"content", b"content")


def test_a_manifest_that_slipway_did_not_write_is_refused(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, said: list[str]
):
    """Its digest is right, but it is not the one form that has the identity."""
    spaced = shelf.manifest().replace(b":", b": ", 1)
    digest = f"sha256:{hashlib.sha256(spaced).hexdigest()}"
    monkeypatch.setattr(Shelf, "identity", digest)
    monkeypatch.setattr(shelf, "manifest", lambda: spaced)

    with pytest.raises(PackError, match="was not pushed by Slipway"):
        cached.package(shelf, said.append)
