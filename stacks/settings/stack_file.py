"""A stack's file, changed in one place: comments, order and all other bytes stay."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from .mistakes import SettingsError
from .stack import StackSettings

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
        name, old = entries[key]
        begin, end = name.start_mark, _end(old)
        if value is None:
            start = begin.index - begin.column
            return text[:start] + text[_next_line(text, end) :]
        # What follows on the line, such as a comment, stays.
        return text[: begin.index] + _entry(key, value) + text[end:]
    if value is None:
        return text
    end = _next_line(text, max(_end(one) for _, one in entries.values()))
    indent = " " * config.value[0][0].start_mark.column
    newline = "\r\n" if "\r\n" in text else "\n"
    gap = "" if text[:end].endswith("\n") else newline
    return text[:end] + gap + indent + _entry(key, value) + newline + text[end:]


def write_settings(path: Path, changes: Mapping[str, Value]) -> bool:
    """Set these keys in a file, whole or not at all; whether anything changed."""
    stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    try:
        before = path.read_bytes().decode()
        text = before
        for key, value in changes.items():
            text = with_setting(text, key, value, path.name)
        if text == before:
            return False
        # A file that says what it may not would bar every command that could mend it.
        StackSettings.parse(stack, yaml.safe_load(text)["config"])
        _replace(path, text)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError(
            f"{path} cannot be written ({reason}); it is as it was"
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


def _entry(key: str, value: Mapping[str, Any]) -> str:
    inside = ", ".join(f"{name}: {_plain(one)}" for name, one in value.items())
    return f"{key}: {{{inside}}}"


def _plain(value: Any) -> str:
    """As people write it: quotes only where YAML would read something else."""
    bare = isinstance(value, str) and ":" not in value
    return value if bare and yaml.safe_load(value) == value else json.dumps(value)


def _end(node: yaml.Node) -> int:
    """After what is written last in it: a block's own end is where the next begins."""
    block = isinstance(node, yaml.CollectionNode) and not node.flow_style
    if not block or not node.value:
        return node.end_mark.index
    last = node.value[-1]
    return _end(last[1] if isinstance(node, yaml.MappingNode) else last)


def _next_line(text: str, index: int) -> int:
    newline = text.find("\n", index)
    return len(text) if newline < 0 else newline + 1


def _replace(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, path.stat().st_mode & 0o777)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
