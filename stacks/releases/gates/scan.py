"""The gate on known vulnerabilities."""

from collections.abc import Sequence
from datetime import timedelta

from stacks.settings.duration import in_words
from stacks.settings.gates import SEVERITIES, ScanGate

from .outcome import Outcome, outcome, unknown
from .question import Question
from .scan_report import Finding, Report, ReportError, read_report
from .waivers import read_waivers

_CLOCKS_APART = timedelta(minutes=5)


def scan(question: Question) -> Outcome | None:
    """The newest report on exactly this digest has nothing too severe, and is young."""
    wanted = question.target_settings.gates.scan
    if wanted is None:
        return None
    want = f"nothing above {wanted.max} in a report of the last {in_words(wanted.age)}"
    try:
        report = _newest(question, wanted)
        if report is None:
            return unknown(
                "scan", want, f"no report on this digest in {wanted.reports}"
            )
        waivers = read_waivers(question.root / wanted.waivers)
    except ReportError as error:
        return unknown("scan", want, str(error))
    age = question.at - report.at
    if age < -_CLOCKS_APART:
        return unknown("scan", want, f"the report is of the future ({report.at})")
    if age > wanted.age:
        return outcome("scan", False, want, f"the report is {in_words(age)} old")
    valid = {one.id for one in waivers if question.at.date() <= one.until}
    lapsed = {one.id for one in waivers} - valid
    limit = SEVERITIES.index(wanted.max)
    grave = [one for one in report.findings if one.rank > limit]
    left = [one for one in grave if one.id not in valid]
    return outcome(
        "scan",
        not left,
        want,
        _told(left, lapsed, len(report.findings)),
        scanner=report.scanner,
        at=report.at.isoformat(),
        waived=sorted({one.id for one in grave} & valid),
    )


def _newest(question: Question, wanted: ScanGate) -> Report | None:
    """
    A report in the folder that cannot be read is passed over, for it may be on any
    image; one that was named must be readable.
    """
    folder = question.root / wanted.reports
    found = [read_report(path) for path in question.scans]
    for path in sorted(folder.glob("*.json")) + sorted(folder.glob("*.sarif")):
        try:
            found.append(read_report(path))
        except ReportError:
            continue
    mine = [one for one in found if question.digest in one.digests]
    return max(mine, key=lambda one: one.at, default=None)


def _told(left: Sequence[Finding], lapsed: set[str], count: int) -> str:
    if not left:
        return f"{count} findings, none too severe"
    worst = max(left, key=lambda one: one.rank)
    since = ", whose waiver has expired" if worst.id in lapsed else ""
    where = f" in {worst.package}" if worst.package else ""
    return f"{worst.id} ({worst.severity}){where}{since}; {len(left)} in all"
