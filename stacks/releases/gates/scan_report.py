"""A vulnerability report, whichever scanner wrote it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stacks.settings.gates import SEVERITIES

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_OTHER_NAMES = {
    "INFORMATIONAL": "NEGLIGIBLE",  # ECR
    "NONE": "NEGLIGIBLE",
    "UNDEFINED": "UNKNOWN",
    "UNTRIAGED": "UNKNOWN",
}


class ReportError(Exception):
    """A report that cannot be relied on; says why, in one sentence."""


@dataclass(frozen=True)
class Finding:
    """One known vulnerability in the image."""

    id: str
    severity: str
    package: str = ""

    @property
    def rank(self) -> int:
        """The higher, the worse."""
        return SEVERITIES.index(self.severity)


@dataclass(frozen=True)
class Report:
    """What a scanner found, when, and in which image."""

    scanner: str
    digests: frozenset[str]
    at: datetime
    findings: tuple[Finding, ...]


def read_report(path: Path) -> Report:
    """The report of a file in the form of Trivy, Grype, SARIF or ECR."""
    try:
        content = json.loads(path.read_text())
        for recognised, read in _FORMS:
            if recognised in content:
                return read(content)
    except OSError as error:
        raise ReportError(f"{path} cannot be read ({error.strerror})") from None
    except _NO_REPORT as error:
        raise ReportError(f"{path} is no whole report ({error!r})") from None
    raise ReportError(f"{path} is no report of Trivy, Grype or ECR, and no SARIF")


def _trivy(content: dict[str, Any]) -> Report:
    metadata, results = content["Metadata"], content.get("Results") or []
    looked = [
        one
        for one in results
        if "Vulnerabilities" in one or str(one.get("Class", "")).endswith("-pkgs")
    ]
    if not looked:
        raise ValueError("it did not look for vulnerabilities")
    found = [
        Finding(one["VulnerabilityID"], _severity(one["Severity"]), one["PkgName"])
        for result in looked
        for one in result.get("Vulnerabilities") or []
    ]
    digests = _digests(metadata.get("RepoDigests") or [], content.get("ArtifactName"))
    return Report("trivy", digests, _time(content["CreatedAt"]), tuple(found))


def _grype(content: dict[str, Any]) -> Report:
    target = content["source"]["target"]
    found = [
        Finding(
            one["vulnerability"]["id"],
            _severity(one["vulnerability"]["severity"]),
            one["artifact"]["name"],
        )
        for one in content["matches"]
    ]
    digests = _digests(target.get("repoDigests") or [], target.get("manifestDigest"))
    at = _time(content["descriptor"]["timestamp"])
    return Report("grype", digests, at, tuple(found))


def _sarif(content: dict[str, Any]) -> Report:
    runs = content["runs"]
    if not runs:
        raise ValueError("no run in it")
    digests = [
        digest
        for run in runs
        for digest in _digests(run.get("properties", {}).get("repoDigests") or [])
    ]
    ends = [one["endTimeUtc"] for run in runs for one in run.get("invocations", [{}])]
    found = tuple(finding for run in runs for finding in _sarif_findings(run))
    scanner = runs[0]["tool"]["driver"]["name"]
    return Report(scanner, frozenset(digests), min(map(_time, ends)), found)


def _sarif_findings(run: dict[str, Any]) -> Iterator[Finding]:
    rules = {one["id"]: one for one in run["tool"]["driver"].get("rules", [])}
    for result in run["results"]:
        properties = rules.get(result["ruleId"], {}).get("properties", {})
        score = properties.get("security-severity")
        level = result.get("level", "warning")
        severity = _scored(float(score)) if score is not None else _LEVELS[level]
        yield Finding(result["ruleId"], severity)


def _ecr(content: dict[str, Any]) -> Report:
    status = content["imageScanStatus"]["status"]
    if status not in ("COMPLETE", "ACTIVE") or content.get("nextToken"):
        raise ValueError(f"the scan is {status}, and this may be a part of it")
    all_of_it = content["imageScanFindings"]
    found = [
        Finding(one["name"], _severity(one["severity"]))
        for one in all_of_it.get("findings") or []
    ] + [
        Finding(
            one["packageVulnerabilityDetails"]["vulnerabilityId"],
            _severity(one["severity"]),
        )
        for one in all_of_it.get("enhancedFindings") or []
    ]
    digests = _digests([content["imageId"]["imageDigest"]])
    return Report(
        "ecr", digests, _time(all_of_it["imageScanCompletedAt"]), tuple(found)
    )


_NO_REPORT = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)
# Without a score an error may be anything.
_LEVELS = {
    "error": "CRITICAL",
    "warning": "MEDIUM",
    "note": "LOW",
    "none": "NEGLIGIBLE",
}
_FORMS = [
    ("ArtifactName", _trivy),
    ("matches", _grype),
    ("runs", _sarif),
    ("imageScanFindings", _ecr),
]


def _digests(names: list[str], *more: str | None) -> frozenset[str]:
    """Those of repositories; an image's id, which is a digest too, is none of them."""
    text = " ".join([*names, *filter(None, more)])
    return frozenset(_DIGEST.findall(text))


def _time(value: Any) -> datetime:
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    # Scanners in Go write nanoseconds, of which Python reads six digits.
    at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _severity(name: str) -> str:
    upper = name.upper()
    known = _OTHER_NAMES.get(upper, upper)
    if known not in SEVERITIES:
        raise ValueError(f"severity {name!r} is not known")
    return known


def _scored(score: float) -> str:
    """CVSS's own names for its scores."""
    steps = ((9, "CRITICAL"), (7, "HIGH"), (4, "MEDIUM"), (0.1, "LOW"))
    return next((name for least, name in steps if score >= least), "NEGLIGIBLE")
