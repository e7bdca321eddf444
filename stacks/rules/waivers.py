"""What is let pass although a judge or a rule holds it against us: one visible file."""

from collections.abc import Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from stacks.settings.mistakes import SettingsError

FILE = Path("stacks", "waivers.yaml")
"""In a clone."""
OURS = "slipway"
"""The judge's name of our own rules."""
LONGEST = timedelta(days=366)
"""How long before its end a waiver may be written."""
Text = Annotated[str, Field(min_length=1)]


class Waiver(BaseModel):
    """One check of one judge, and why it is not right about these objects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    judge: Text
    check: Text
    objects: Text = "*"
    """A pattern of `Kind/name`; of `stack/resource` for our own rules."""
    reason: Text
    owner: Text
    expires: date
    """The last day on which it holds."""

    def is_about(self, judge: str, check: str, object: str) -> bool:
        """Whether this is what it would let pass, be it expired or not."""
        same = (self.judge, self.check) == (judge, check)
        return same and fnmatchcase(object, self.objects)

    def fault(self, today: date) -> str | None:
        """Why it lets nothing pass today; None where it does."""
        if self.expires < today:
            return f"{self}, expired on {self.expires}: mend it, or decide again"
        if self.expires > today + LONGEST:
            return f"{self}, expires only on {self.expires}: decide again in a year"
        return None

    def __str__(self) -> str:
        return f"{self.judge} {self.check} on {self.objects}, of {self.owner}"


_WAIVERS = TypeAdapter(tuple[Waiver, ...])


def read_waivers(file: Path) -> tuple[Waiver, ...]:
    """Those of a file, of which there need be none; raises SettingsError."""
    try:
        return _WAIVERS.validate_python(yaml.safe_load(file.read_text()) or [])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror})") from None
    except ValidationError as error:
        raise SettingsError(
            f"{file}: {'; '.join(_mistakes(error))}; each waiver has judge, check, "
            "reason, owner, expires (a day, as 2027-01-31) and may have objects"
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise SettingsError(f"{file} is not YAML ({told}); mend it") from None


def _mistakes(error: ValidationError) -> Iterator[str]:
    for one in error.errors():
        where: tuple[Any, ...] = one["loc"]
        named = f"waiver {where[0] + 1}" if where else "the file"
        key = f" {where[1]}" if len(where) > 1 else ""
        yield f"{named}{key}: {one['msg'][:1].lower()}{one['msg'][1:]}"
