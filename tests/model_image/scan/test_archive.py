"""Zip files hold plain files under plain names, or are not opened."""

import stat
import warnings
import zipfile
from pathlib import Path

import pytest

from model_image.errors import PackError
from model_image.scan import archive as module
from model_image.scan import mapped
from model_image.scan.archive import archive, contents
from tests.model_image.scan.archives import encrypted, zipped


def refusal(path: Path) -> str:
    with pytest.raises(PackError) as refused, archive(path):
        pass
    return str(refused.value)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../up", "a/../../up", "a\\b", "C:x", "a\nb", "a\x1bb"]
)
def test_a_member_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    sentence = refusal(zipped(tmp_path / "model", {name: b""}))

    assert repr(name) in sentence


def test_a_link_is_refused(tmp_path: Path) -> None:
    mode = (stat.S_IFLNK | 0o777) << 16

    path = zipped(tmp_path / "model", {"a": b"/etc/passwd"}, external_attr=mode)

    assert "link" in refusal(path)


def test_a_name_may_not_come_twice(tmp_path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "m", "w") as opened:
        warnings.simplefilter("ignore")
        opened.writestr("a", b"1")
        opened.writestr("a", b"2")

    assert "twice" in refusal(tmp_path / "m")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    assert "encrypted" in refusal(encrypted(tmp_path / "model", {"a": b""}))


def test_another_compression_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model", "w", zipfile.ZIP_LZMA) as opened:
        opened.writestr("a", b"1")

    assert "compressed in a way" in refusal(tmp_path / "model")


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "_FLOOR", 1 << 20)

    path = zipped(tmp_path / "model", {"a": bytes(30 << 20)})

    assert "unpacks to 30 MiB" in refusal(path)


def test_a_long_list_of_members_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_DIRECTORY", 100)

    path = zipped(tmp_path / "model", {f"name-{at}": b"" for at in range(9)})

    assert "list of" in refusal(path)


def test_too_many_members_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_MEMBERS", 2)

    assert "3 files" in refusal(zipped(tmp_path / "m", dict.fromkeys("abc", b"")))


def test_a_member_that_belies_its_size_is_damage(tmp_path: Path) -> None:
    path = zipped(tmp_path / "model", {"a": b"12345" * 100})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 24] ^= 0xFF
    path.write_bytes(raw)

    with pytest.raises(PackError, match="damaged"), archive(path) as opened:
        opened.read("a")


def test_a_large_member_is_not_read_as_a_whole(tmp_path: Path) -> None:
    path = zipped(tmp_path / "model", {"a": bytes(3 << 20)})

    with pytest.raises(PackError, match="more than 2 MiB"), archive(path) as opened:
        contents(path, opened, "a", 2 << 20)
