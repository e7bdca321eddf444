"""All mistakes of a stack file at once, each with key, value found, and a way out."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails


class SettingsError(Exception):
    """A stack file that cannot be used; the text is what its author should read."""


def settings_error(
    origin: str, error: ValidationError, found: Mapping[str, Any]
) -> SettingsError:
    """One line per mistake of `found`, each named by its key as written in `origin`."""
    lines = [_sentence(detail, found) for detail in error.errors()]
    if len(lines) == 1:
        return SettingsError(f"{origin}: {lines[0]}")
    listed = "".join(f"\n  {line}" for line in lines)
    return SettingsError(f"{origin}: {len(lines)} settings are wrong:{listed}")


def _sentence(detail: ErrorDetails, found: Mapping[str, Any]) -> str:
    path = _written_path(detail, found)
    key = "slipway:" + ".".join(str(part) for part in path)
    match detail["type"]:
        case "missing":
            return f"{key} is missing: {_purpose(detail)}"
        case "extra_forbidden":
            return f"{key} is not a setting; remove it or mend its spelling"
        case "value_error":
            text = str(detail.get("ctx", {}).get("error", detail["msg"]))
            return f"{key}: {text}" if path else text
        case _:
            return f"{key} is {detail['input']!r}: {_lower(detail['msg'])}"


def _written_path(detail: ErrorDetails, found: Mapping[str, Any]) -> list[int | str]:
    """
    Where the mistake is, without the union tags that pydantic adds to a path.

    A tag (`platform.local.port`) is no key of the file; it is told from one by not
    being there, unless it is the last part and names what is missing.
    """
    path: list[int | str] = []
    here: Any = found
    for position, part in enumerate(detail["loc"]):
        absent = detail["type"] == "missing" and position == len(detail["loc"]) - 1
        if isinstance(here, Mapping) and part not in here and not absent:
            continue
        path.append(part)
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
    return path


def _purpose(detail: ErrorDetails) -> str:
    return f"add it ({detail['loc'][-1]} has no default)"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
