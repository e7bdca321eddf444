"""Values written out for people, as JSON or as Python."""

import json
from collections.abc import Callable
from typing import Any

_LINE = 76


def laid_out(
    value: Any, write: Callable[[Any], str] = json.dumps, indent: int = 0
) -> str:
    """The value in lines of a readable length, each list of plain values on one."""
    text = write(value)
    nested = isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict | list) for one in value)
    )
    if not nested or len(text) + indent <= _LINE:
        return text
    inner = indent + 2
    if isinstance(value, dict):
        pairs = value.items()
        parts = [f"{write(key)}: {laid_out(one, write, inner)}" for key, one in pairs]
    else:
        parts = [laid_out(one, write, inner) for one in value]
    lines = f",\n{' ' * inner}".join(parts)
    return f"{text[0]}\n{' ' * inner}{lines}\n{' ' * indent}{text[-1]}"
