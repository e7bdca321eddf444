"""What is let pass although a judge holds it against us: one visible file."""

from collections.abc import Iterable
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from .verdict import Finding

FILE = Path(__file__).with_name("waivers.yaml")
LONGEST = timedelta(days=366)
"""How long before its end a waiver may be written."""
Text = Annotated[str, Field(min_length=1)]


class Waiver(BaseModel):
    """One check of one judge, and why it is not right about these objects."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    judge: Text
    check: Text
    objects: Text = "*"
    """A pattern of `Kind/name`."""
    reason: Text
    owner: Text
    expires: date

    def waives(self, finding: Finding) -> bool:
        """Whether this is what it is about, be it expired or not."""
        return (self.judge, self.check) == (
            finding.judge,
            finding.check,
        ) and fnmatchcase(finding.object, self.objects)

    def __str__(self) -> str:
        return f"{self.judge} {self.check} on {self.objects}, of {self.owner}"


def read(judges: Iterable[str] | None = None) -> tuple[Waiver, ...]:
    """
    Those of the file, or of some judges alone.

    Raises pydantic's ValidationError with all its mistakes.
    """
    waivers = TypeAdapter(tuple[Waiver, ...])
    every = waivers.validate_python(yaml.safe_load(FILE.read_text()))
    named = None if judges is None else {*judges}
    return tuple(one for one in every if named is None or one.judge in named)


def unwaived(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> list[Finding]:
    """What no waiver that is still good is about."""
    good = [one for one in waivers if one.expires >= today]
    return sorted(
        finding for finding in findings if not any(one.waives(finding) for one in good)
    )


def mistakes(
    findings: Iterable[Finding], waivers: Iterable[Waiver], today: date
) -> list[str]:
    """What is wrong with the waivers themselves, a sentence for each."""
    found = list(findings)
    told = []
    for one in waivers:
        if one.expires < today:
            told.append(f"{one}, expired on {one.expires}: mend it, or decide again")
        if one.expires > today + LONGEST:
            told.append(f"{one}, expires only on {one.expires}: decide again in a year")
        if not any(one.waives(finding) for finding in found):
            told.append(f"{one}, waives nothing any more: remove it")
    return told
