"""A stack file is changed in one place, and nowhere else."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stacks.settings.mistakes import SettingsError
from stacks.settings.stack_file import with_setting, write_settings

KEY = "slipway:image"
IMAGE = {"name": "wine", "version": "1.4.2", "digest": f"sha256:{'a' * 64}"}
FILE = """\
# Whose stack this is, and why.
config:
  pulumi:disable-default-providers: ["*"]
  slipway:tier: prod   # never changed
  slipway:image: {name: wine, version: 1.4.1, digest: "sha256:9"}
  # A comment on what follows.
  slipway:service:
    replicas: 2        # two of them
    env: {COLOUR: "blue"}

secretsprovider: passphrase
"""


def test_a_setting_is_replaced_and_all_else_is_as_it_was() -> None:
    changed = with_setting(FILE, KEY, IMAGE, "a file").splitlines()

    before = FILE.splitlines()
    assert [n for n, line in enumerate(changed) if line != before[n]] == [4]
    assert changed[4] == (
        f'  slipway:image: {{name: wine, version: 1.4.2, digest: "sha256:{"a" * 64}"}}'
    )


def test_a_setting_over_several_lines_is_replaced_as_a_whole() -> None:
    block = "config:\n  slipway:image:\n    name: wine\n    # old\n    version: 1.0.0\n"
    after = "  slipway:tier: prod\n"

    changed = with_setting(block + after, KEY, IMAGE, "a file")

    assert changed.splitlines()[0] == "config:"
    assert changed.endswith("\n" + after)
    assert "old" not in changed


def test_a_new_setting_comes_after_the_last_one() -> None:
    text = with_setting(FILE, KEY, None, "a file")

    changed = with_setting(text, KEY, IMAGE, "a file")

    lines = changed.splitlines()
    assert lines[7].strip().startswith("env:")
    assert lines[8].startswith("  slipway:image: {")
    assert lines[9:] == ["", "secretsprovider: passphrase"]


def test_a_setting_that_is_not_there_is_removed_without_a_change() -> None:
    text = with_setting(FILE, KEY, None, "a file")

    assert KEY not in text
    assert with_setting(text, KEY, None, "a file") == text


@pytest.mark.parametrize(
    "text", ["", "config:\n", "config: {slipway:tier: prod}\n", "- a\n"]
)
def test_a_file_without_settings_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="a file has no settings"):
        with_setting(text, KEY, IMAGE, "a file")


_WORD = st.text("abc", min_size=1, max_size=6)
_LINES = st.lists(
    st.one_of(
        _WORD.map(lambda word: f"  # {word}"),
        _WORD.map(lambda word: f"  other:{word}: {{a: 1}}  # {word}"),
        _WORD.map(lambda word: f"  block:{word}:\n      - {word}\n      # {word}"),
        st.just(""),
    ),
    max_size=8,
)


@given(before=_LINES, after=_LINES, there=st.booleans(), newline=st.booleans())
def test_whatever_a_file_looks_like_the_other_lines_stay(
    before: list[str], after: list[str], there: bool, newline: bool
) -> None:
    mine = ["  slipway:image: {name: wine}"] if there else []
    lines = ["config:", "  slipway:tier: prod", *before, *mine, *after]
    text = "\n".join(lines) + ("\n" if newline else "")
    if _duplicates(lines):
        return

    changed = with_setting(text, KEY, IMAGE, "a file")

    expected: dict[str, Any] = yaml.safe_load(text)
    expected["config"][KEY] = IMAGE
    assert yaml.safe_load(changed) == expected
    kept = [line for line in text.split("\n") if line not in mine]
    assert [x for x in changed.split("\n") if KEY not in x and x] == [
        x for x in kept if x
    ]


def _duplicates(lines: list[str]) -> bool:
    keys = [line.split(": ")[0].split(":\n")[0] for line in lines if ":" in line]
    return len(keys) != len(set(keys))


TIER = "  slipway:tier: prod   # never changed\n"
REST = "  slipway:upstream: staging\n  slipway:platform: {kind: local, port: 8003}\n"
WHOLE = FILE.replace(TIER, TIER + REST)


def test_comments_and_line_ends_stay_where_a_setting_is_replaced() -> None:
    text = FILE.replace('"sha256:9"}', '"sha256:9"}  # by Ann').replace("\n", "\r\n")

    changed = with_setting(text, KEY, IMAGE, "a file")

    assert changed.splitlines()[4].endswith(f'{"a" * 64}"}}  # by Ann')
    assert changed.count("\r\n") == changed.count("\n") == text.count("\n")


def test_a_comment_after_a_block_is_not_the_blocks() -> None:
    block = "config:\n  slipway:image:\n    name: wine\n  # On what follows.\n"
    after = "  slipway:tier: prod\n"

    changed = with_setting(block + after, KEY, IMAGE, "a file")

    assert changed.endswith("\n  # On what follows.\n  slipway:tier: prod\n")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("slipway:image", {**IMAGE, "version": "v1.4.2"}),
        ("slipway:package", {"path": "models/wine"}),
    ],
)
def test_what_would_be_a_mistake_is_not_written(
    tmp_path: Path, key: str, value: dict[str, str]
) -> None:
    """A file that no command can read could be mended by none."""
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(WHOLE)

    with pytest.raises(SettingsError, match=key):
        write_settings(path, {key: value})

    assert path.read_text() == WHOLE


def test_a_file_is_written_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(WHOLE)
    path.chmod(0o640)

    assert write_settings(path, {KEY: IMAGE})

    assert yaml.safe_load(path.read_text())["config"][KEY] == IMAGE
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_says_it_already_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(with_setting(WHOLE, KEY, IMAGE, "a file"))
    os.utime(path, (0, 0))

    assert not write_settings(path, {KEY: IMAGE})
    assert path.stat().st_mtime == 0


def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(WHOLE)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match="No space left on device"):
        write_settings(path, {KEY: IMAGE})

    assert path.read_text() == WHOLE
    assert list(tmp_path.iterdir()) == [path]
