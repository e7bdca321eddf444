"""What is taken out of the base keeps its place and the links on the way to it."""

from pathlib import Path

import pytest

from model_image.server.image.root import lend, take


def test_every_link_on_the_way_is_kept(tmp_path: Path):
    base, root = tmp_path / "base", tmp_path / "root"
    (base / "usr" / "lib").mkdir(parents=True)
    (base / "lib").symlink_to("usr/lib")
    (base / "usr" / "lib" / "real.so.1").write_text("library")
    (base / "usr" / "lib" / "short.so").symlink_to("../lib/real.so.1")
    taken: set[Path] = set()

    take(base / "lib" / "short.so", root, taken)

    copy = root / base.relative_to("/")
    assert (copy / "lib").readlink() == Path("usr/lib")
    assert (copy / "lib" / "short.so").readlink() == Path("../lib/real.so.1")
    assert (copy / "lib" / "short.so").read_text() == "library"
    assert taken == {base / "usr" / "lib" / "real.so.1"}


def test_a_link_to_an_absolute_path_leads_inside_the_new_root(tmp_path: Path):
    base, root = tmp_path / "base", tmp_path / "root"
    base.mkdir()
    (base / "real").write_text("file")
    (base / "link").symlink_to(base / "real")

    take(base / "link", root, set())

    copy = root / base.relative_to("/")
    assert (copy / "real").read_text() == "file"


def test_taking_a_file_twice_changes_nothing(tmp_path: Path):
    (tmp_path / "file").write_text("once")
    root = tmp_path / "root"
    take(tmp_path / "file", root, set())

    take(tmp_path / "file", root, set())

    assert (root / (tmp_path / "file").relative_to("/")).read_text() == "once"


def test_a_library_of_a_wheel_is_lent_from_the_place_it_will_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sysconfig.get_config_var", lambda name: "some-linux-gnu")
    copy = tmp_path / "venv" / "lib" / "scikit_learn.libs" / "libgomp-e985bcbb.so.1.0.0"
    copy.parent.mkdir(parents=True)
    copy.touch()

    lend("libgomp.so.1", tmp_path / "venv", tmp_path / "root")

    link = tmp_path / "root" / "usr/lib/some-linux-gnu/libgomp.so.1"
    assert link.readlink() == Path("/venv/lib/scikit_learn.libs") / copy.name


def test_a_library_that_nobody_has_is_told_and_not_made_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    lend("libgomp.so.1", tmp_path / "venv", tmp_path / "root")

    assert "libgomp.so.1 is not in the base" in capsys.readouterr().out
    assert not (tmp_path / "root").exists()
