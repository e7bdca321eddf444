"""Vulnerability reports: whose they are, how old, and what in them counts."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from stacks.releases.gates.scan_report import ReportError, read_report
from tests.stacks.releases.gates.conftest import DIGEST, NOON, Asked, answer

Write = Callable[..., Path]
GATE = {"scan": {"max": "HIGH", "age": "7d"}}
OTHER = f"sha256:{'c' * 64}"


def trivy(severity: str = "CRITICAL", digest: str = DIGEST, at: Any = NOON) -> Any:
    found = {"VulnerabilityID": "CVE-1", "PkgName": "openssl", "Severity": severity}
    return {
        "SchemaVersion": 2,
        "CreatedAt": at.strftime("%Y-%m-%dT%H:%M:%S.123456789Z"),
        "ArtifactName": "127.0.0.1:5005/wine:1.1.0",
        "Metadata": {
            "ImageID": OTHER,
            "RepoDigests": [f"127.0.0.1:5005/wine@{digest}"],
        },
        "Results": [{"Target": "debian", "Vulnerabilities": [found]}, {"Target": "x"}],
    }


def grype(severity: str = "Critical") -> Any:
    vulnerability = {"id": "CVE-1", "severity": severity}
    return {
        "matches": [{"vulnerability": vulnerability, "artifact": {"name": "openssl"}}],
        "source": {
            "type": "image",
            "target": {"manifestDigest": OTHER, "repoDigests": [f"r/wine@{DIGEST}"]},
        },
        "descriptor": {"name": "grype", "timestamp": NOON.isoformat()},
    }


def sarif(score: str = "9.8") -> Any:
    rule = {"id": "CVE-1", "properties": {"security-severity": score}}
    return {
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Trivy", "rules": [rule]}},
                "results": [{"ruleId": "CVE-1", "level": "error"}],
                "properties": {"repoDigests": [f"r/wine@{DIGEST}"]},
                "invocations": [{"endTimeUtc": NOON.isoformat()}],
            }
        ],
    }


def ecr(severity: str = "CRITICAL", **more: Any) -> Any:
    return {
        "imageId": {"imageDigest": DIGEST, "imageTag": "1.1.0"},
        "imageScanStatus": {"status": "COMPLETE"},
        "imageScanFindings": {
            "imageScanCompletedAt": NOON.timestamp(),
            "findings": [{"name": "CVE-1", "severity": severity}],
        },
        **more,
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(content: object, name: str = "report.json") -> Path:
        path = tmp_path / "scans" / name
        path.parent.mkdir(exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text)
        return path

    return written


@pytest.mark.parametrize("form", [trivy, grype, sarif, ecr])
def test_a_report_of_any_scanner_counts(
    asked: Asked, write: Write, form: Callable[[], Any]
) -> None:
    write(form())

    found = answer(asked(gates=GATE), "scan")

    assert found.result == "fail"
    assert found.got.startswith("CVE-1 (CRITICAL)")


@pytest.mark.parametrize(
    "report", [trivy("HIGH"), grype("Negligible"), sarif("8.9"), ecr("INFORMATIONAL")]
)
def test_what_is_not_too_severe_passes(
    asked: Asked, write: Write, report: object
) -> None:
    write(report)

    assert answer(asked(gates=GATE), "scan").result == "pass"


def test_without_a_report_on_this_digest_nothing_is_known(
    asked: Asked, write: Write
) -> None:
    """An image's id is a digest too, and no image's in a registry."""
    write(trivy(digest=f"sha256:{'d' * 64}"))

    found = answer(asked(gates=GATE), "scan")

    assert (found.result, found.got) == ("unknown", "no report on this digest in scans")


def test_a_report_may_be_too_old(asked: Asked, write: Write) -> None:
    write(trivy("LOW", at=NOON - timedelta(days=8)))

    found = answer(asked(gates=GATE), "scan")

    assert (found.result, found.got) == ("fail", "the report is 7d 23h old")


def test_the_newest_report_counts(asked: Asked, write: Write) -> None:
    write(trivy("CRITICAL", at=NOON - timedelta(days=1)), "a.json")
    write(trivy("LOW"), "b.json")

    assert answer(asked(gates=GATE), "scan").result == "pass"


def test_a_report_of_the_future_is_not_believed(asked: Asked, write: Write) -> None:
    write(trivy("LOW", at=NOON + timedelta(hours=1)))

    assert answer(asked(gates=GATE), "scan").result == "unknown"


def test_a_waiver_holds_until_its_day_is_over(asked: Asked, write: Write) -> None:
    write(trivy())
    write("- {id: CVE-1, until: 2026-03-04, reason: not reachable}", "waivers.yaml")
    question = asked(gates=GATE)

    assert answer(question, "scan").result == "pass"
    assert answer(question, "scan").evidence["waived"] == ["CVE-1"]
    late = asked(gates=GATE, at=NOON + timedelta(days=1))
    assert answer(late, "scan").result == "fail"
    assert "whose waiver has expired" in answer(late, "scan").got


@pytest.mark.parametrize("waivers", ["- {id: CVE-1}", "{", "CVE-1"])
def test_waivers_that_cannot_be_read_waive_nothing(
    asked: Asked, write: Write, waivers: str
) -> None:
    write(trivy())
    write(waivers, "waivers.yaml")

    assert answer(asked(gates=GATE), "scan").result == "unknown"


def test_a_report_may_be_named_beside_those_in_the_clone(
    asked: Asked, write: Write, tmp_path: Path
) -> None:
    elsewhere = write(trivy("LOW")).rename(tmp_path / "elsewhere.json")

    assert answer(asked(gates=GATE), "scan").result == "unknown"
    named = asked(gates=GATE, scans=(elsewhere,))
    assert answer(named, "scan").result == "pass"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "7",
        "{}",
        {"matches": []},
        {"runs": []},
        trivy("SEVERE"),
        ecr(imageScanStatus={"status": "IN_PROGRESS"}),
        ecr(nextToken="more"),
    ],
)
def test_what_is_no_whole_report_is_refused_in_one_sentence(
    write: Write, content: object
) -> None:
    path = write(content)

    with pytest.raises(ReportError, match=r"report\.json is no"):
        read_report(path)
