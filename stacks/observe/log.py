"""What the last lines of a copy's log say, wherever they were read."""

import json
from collections.abc import Iterable


def errors_in(lines: Iterable[str]) -> list[str]:
    """What the server logged as errors, oldest first."""
    return [text for level, text in map(_read, lines) if level == "error"]


def texts_in(lines: Iterable[str]) -> list[str]:
    """Every line that says something, oldest first."""
    return [_read(line)[1] for line in lines if line.strip()]


def _read(line: str) -> tuple[str, str]:
    """Level and text of a JSON log line, or the line itself."""
    try:
        entry = json.loads(line)
        return str(entry.get("level", "")), str(entry.get("error", line))
    except (json.JSONDecodeError, AttributeError):
        return "", line
