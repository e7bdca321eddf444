"""What takes long says how far it is, and nothing else does."""

from pathlib import Path

import pytest

from model_image.storage import progress


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (629_145_600, "629 MB"),
        (1_250_000_000, "1.2 GB"),
    ],
)
def test_a_size_is_said_as_people_say_it(size: int, words: str):
    assert progress.in_words(size) == words


def test_a_quick_transfer_says_nothing(said: list[str]):
    passed = list(progress.watched([b"one", b"two"], "fetching x", said.append))

    assert (passed, said) == ([b"one", b"two"], [])


def test_a_slow_transfer_says_how_much_has_passed(
    said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress, "_EVERY_S", 0)

    list(progress.watched([b"one", b"two"], "fetching x", said.append))

    assert said == ["fetching x: 3 bytes so far", "fetching x: 6 bytes so far"]


def test_a_file_under_way_says_how_much_was_read(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress, "_EVERY_S", 0)
    (tmp_path / "x").write_bytes(b"content")

    with progress.opened(tmp_path / "x", "x", said.append) as file:
        assert file.read(7) == b"content"

    assert said[0] == "uploading x: 7 bytes so far"
