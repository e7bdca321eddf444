"""Files of this machine: whole or not there."""

from pathlib import Path

import pytest

from model_image.server.batch.errors import BatchError, UsageError
from model_image.server.batch.places import place


def test_a_file_is_there_when_it_is_whole(tmp_path: Path):
    there = place(str(tmp_path / "new" / "a"))

    with there.created() as file:
        file.write(b"half")
        assert there.version() == ""

    assert there.read() == b"half"
    assert place(str(tmp_path / "new")).names() == {"a"}


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path):
    there = place(str(tmp_path / "a"))
    there.write(b"old")

    def half() -> None:
        with there.created() as file:
            file.write(b"new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()

    assert (there.read(), len(list(tmp_path.iterdir()))) == (b"old", 1)


def test_what_a_killed_process_left_is_no_file(tmp_path: Path):
    (tmp_path / "a.csv.unfinished").write_text("half")

    assert place(str(tmp_path)).names() == frozenset()


def test_a_version_changes_with_the_file(tmp_path: Path):
    there = place(str(tmp_path / "a"))
    there.write(b"one")
    before = there.version()

    there.write(b"two")

    assert there.version() != before


def test_a_name_is_held_by_one(tmp_path: Path):
    there = place(str(tmp_path / "out" / "_lock"))

    with there.held(), pytest.raises(BatchError, match="another process is at work"):
        there.held().__enter__()

    with there.held():
        assert there.version() != ""
    assert there.version() == ""


def test_an_address_of_nowhere_is_refused():
    with pytest.raises(UsageError, match="s3://, gs://, az://"):
        place("hdfs://host/a")
