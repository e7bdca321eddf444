"""What is taken out of the base keeps its place and the links on the way to it."""

from pathlib import Path

from model_image.server.image.root import take


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
