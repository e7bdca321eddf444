"""Findings that somebody took upon themselves, until a date."""

from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from .scan_report import ReportError


class Waiver(BaseModel):
    """A vulnerability that does not count, why, and until when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    until: date
    """The last day on which it holds, in UTC."""
    reason: Annotated[str, Field(min_length=1)]


def read_waivers(path: Path) -> list[Waiver]:
    """The waivers of a file; there need be none."""
    try:
        written = yaml.safe_load(path.read_text())
        return TypeAdapter(list[Waiver]).validate_python(written or [])
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror})") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReportError(
            f"{path} is not a list of waivers ({where}: {first['msg']}); each has id, "
            "until and reason"
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReportError(f"{path} is not YAML: {error}") from None
