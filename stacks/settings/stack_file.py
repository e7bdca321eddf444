"""A stack's file, changed in one place: comments, order and all other bytes stay."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .mistakes import SettingsError

Value = Mapping[str, Any] | None


def with_setting(text: str, key: str, value: Value, where: str) -> str:
    """
    The text of a stack file with `key` set to `value`, or without it for None.

    A new key comes after the last one; raises SettingsError where the file has no
    settings to stand among.
    """
    config = _config(text, where)
    entries = {name.value: (name, one) for name, one in config.value}
    if key in entries:
        begin = entries[key][0].start_mark
        start, end = begin.index - begin.column, _end(text, entries[key][1])
        line = _line(begin.column, key, value)
        return text[:start] + line + text[end:]
    if value is None:
        return text
    after = max(
        (one for _, one in entries.values()), key=lambda one: one.end_mark.index
    )
    end = _end(text, after)
    column = config.value[0][0].start_mark.column
    gap = "" if text[:end].endswith("\n") else "\n"
    return text[:end] + gap + _line(column, key, value) + text[end:]


def write_settings(path: Path, changes: Mapping[str, Value]) -> bool:
    """Set these keys in a file, whole or not at all; whether anything changed."""
    try:
        before = path.read_text()
        text = before
        for key, value in changes.items():
            text = with_setting(text, key, value, path.name)
        if text == before:
            return False
        _replace(path, text)
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be written ({error.strerror}); it is as it was"
        ) from None
    return True


def _config(text: str, where: str) -> yaml.MappingNode:
    root = yaml.compose(text)
    if isinstance(root, yaml.MappingNode):
        for name, value in root.value:
            block = isinstance(value, yaml.MappingNode) and not value.flow_style
            if name.value == "config" and block and value.value:
                return value
    raise SettingsError(
        f"{where} has no settings, one `key: value` a line under `config:`"
    )


def _line(column: int, key: str, value: Value) -> str:
    if value is None:
        return ""
    inside = ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    return f"{' ' * column}{key}: {{{inside}}}\n"


def _plain(value: Any) -> str:
    """As people write it: quotes only where YAML would read something else."""
    bare = isinstance(value, str) and ":" not in value
    return value if bare and yaml.safe_load(value) == value else json.dumps(value)


def _end(text: str, node: yaml.Node) -> int:
    """After the value's last line: a block's own end is where the next thing begins."""
    last = len(text[: node.end_mark.index].rstrip())
    newline = text.find("\n", last)
    return len(text) if newline < 0 else newline + 1


def _replace(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, path.stat().st_mode & 0o777)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
