"""What a release must show before it may come to a stack."""

import re
from datetime import time, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    NonNegativeFloat,
    model_validator,
)

from .duration import Duration
from .section import Section

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SEVERITIES = ("UNKNOWN", "NEGLIGIBLE", "LOW", "MEDIUM", "HIGH", "CRITICAL")
Severity = Literal["UNKNOWN", "NEGLIGIBLE", "LOW", "MEDIUM", "HIGH", "CRITICAL"]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"no time zone is called {name!r}, as in Europe/Berlin; or this machine "
            "lacks the package tzdata"
        ) from None
    return name


def _clock(value: Any) -> Any:
    """YAML reads `18:00` without quotes as a number of minutes, and `09:00` as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        hours, minutes = divmod(value, 60)
        value = f"{hours:02}:{minutes:02}"
    if isinstance(value, time) and value.tzinfo is None:
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d\d:\d\d", value):
        raise ValueError("a time of day is hours and minutes, as in 09:00")
    return value


Clock = Annotated[time, BeforeValidator(_clock)]


class Hours(Section):
    """When releases may come: outside these hours nobody is there to look."""

    zone: Annotated[str, AfterValidator(_known_zone)]
    """As in Europe/Berlin; daylight saving follows it."""
    days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
    begin: Clock = time(9)
    end: Clock = time(17)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.begin >= self.end:
            raise ValueError("hours.begin must be before hours.end")
        return self


class ScanGate(Section):
    """A vulnerability report on exactly this digest: Trivy, Grype, SARIF or ECR."""

    max: Severity = "HIGH"
    """The worst severity that still passes."""
    age: Duration = timedelta(days=7)
    """How old a report may be: what was harmless last month need not be."""
    reports: str = "scans"
    """The folder in the clone where reports are; `promote --scan` names one besides."""
    waivers: str = "scans/waivers.yaml"
    """Findings that somebody took upon themselves, each until a date."""


class MetricGate(Section):
    """One figure of the package's evidence, against what the stack runs."""

    metric: str
    """As `python -m model_image inspect` shows it."""
    better: Literal["higher", "lower"] = "higher"
    margin: NonNegativeFloat = 0
    """How much worse it may be."""


class ApprovalGate(Section):
    """People who are not the release's authors and sign with keys of their own."""

    count: Annotated[int, Field(ge=1, le=20)] = 1
    signers: str = "stacks/approvers"
    """
    The file of those who may: ssh's `allowed_signers`, a line `who key-type key` each,
    as in https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS.
    """


class GatesSettings(Section):
    """
    Checks of `promote`, each with evidence; what cannot be known does not pass.

    That the release is verified in the upstream and neither held back nor vetoed is
    always asked.
    """

    running: bool = True
    """The upstream runs the release now."""
    soak: Duration = timedelta(0)
    """How long the upstream has run it, verified and without a break."""
    hours: Hours | None = None
    scan: ScanGate | None = None
    alerts: bool = False
    """No alert of the upstream fires now, says its Prometheus."""
    quality: tuple[MetricGate, ...] = ()
    schema_compatible: bool = Field(default=True, alias="schema")
    """Callers of what the stack runs can call the release as they did."""
    platforms: tuple[str, ...] = ()
    """What the image must have been built for; by default, what this machine is."""
    approvals: ApprovalGate | None = None
    admission: Duration = timedelta(days=1)
    """How long gates that were passed let the release be deployed."""
