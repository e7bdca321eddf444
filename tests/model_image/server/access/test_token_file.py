"""A file of tokens opens the model to whoever holds one, and can be changed."""

import asyncio
import logging
import os
import pickle
from pathlib import Path

import pytest

from model_image.server.access import Access, AccessError, tokens
from model_image.server.access.token_file import TokenFile
from model_image.server.refusal import Refusal

OLD, NEW = "old-token-of-some-length", "new-token-of-some-length"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tokens"
    path.write_text(OLD + "\n")
    return path


def admitted(access: Access, token: str) -> bool:
    try:
        asyncio.run(access.check({b"authorization": f"Bearer {token}".encode()}))
    except Refusal as refusal:
        return refusal.status != 401
    return True


def rewrite(path: Path, text: str) -> None:
    """Replace the file at once, as a mounted secret changes."""
    path.with_suffix(".new").write_text(text)
    os.replace(path.with_suffix(".new"), path)


def test_the_token_in_the_file_is_admitted_and_no_other(file: Path):
    access = tokens(file)

    assert admitted(access, OLD)
    assert not admitted(access, NEW)
    assert not admitted(access, OLD[:-1])
    assert not admitted(access, OLD + "x")


def test_each_line_is_a_token_so_that_one_can_follow_another(file: Path):
    file.write_text(f"{OLD}\n\n  {NEW}\r\n")
    access = tokens(file)

    assert admitted(access, OLD)
    assert admitted(access, NEW)


def test_a_new_file_counts_from_the_next_request_on(file: Path):
    access = tokens(file)
    assert admitted(access, OLD)

    rewrite(file, NEW)

    assert admitted(access, NEW)
    assert not admitted(access, OLD)


@pytest.mark.parametrize("text", ["", "short", None])
def test_a_new_file_that_cannot_be_used_leaves_the_tokens_and_is_logged_once(
    file: Path, text: str | None, caplog: pytest.LogCaptureFixture
):
    access = tokens(file)
    if text is None:
        file.unlink()
    else:
        rewrite(file, text)

    with caplog.at_level(logging.WARNING):
        assert admitted(access, OLD)
        assert admitted(access, OLD)

    (line,) = caplog.messages
    assert line.startswith("the tokens stay as they were: ")


def test_a_file_that_comes_back_is_read_again(file: Path):
    access = tokens(file)
    file.unlink()
    assert admitted(access, OLD)

    file.write_text(NEW)

    assert admitted(access, NEW)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "has no token"),
        (b"\n \n", "has no token"),
        (OLD.encode() + b"\nfifteen-chars-x", "line 2 of {} has a token of 15"),
        (b"twenty characters or so", "line 1 of {} is no bearer token"),
        ("längst-nicht-ascii-ä".encode(), "cannot be read (not ASCII)"),
    ],
)
def test_a_file_that_cannot_be_used_is_an_error_without_its_content(
    file: Path, content: bytes, fault: str
):
    file.write_bytes(content)

    with pytest.raises(AccessError) as raised:
        tokens(file)

    assert fault.format(file) in str(raised.value)
    assert not any(
        word in str(raised.value) for word in content.decode().split() if len(word) > 5
    )


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(AccessError, match=r"cannot be read \(No such file"):
        tokens(tmp_path / "nothing")


def test_no_token_is_kept_in_the_clear(file: Path):
    holder = TokenFile(file)

    assert OLD not in repr(vars(holder))
    assert OLD.encode() not in pickle.dumps(holder)
