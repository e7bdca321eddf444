"""The judges' command line: their verdicts, waived or not, and what they took."""

import sys
import tempfile
from datetime import date
from pathlib import Path

from model_image.errors import PackError
from tests.cluster.execution import ClusterError

from . import coverage, stacks, waivers
from .review import findings, review, waived
from .verdict import JudgeError


def main(arguments: list[str]) -> int:
    """Returns 1 where the tests would fail, and 2 where nobody could judge."""
    if arguments not in ([], ["--write"]):
        print("usage: python3 -m tests.judges [--write]", file=sys.stderr)
        return 2
    try:
        with tempfile.TemporaryDirectory() as scratch:
            heard = review(stacks.objects(), Path(scratch))
    except (JudgeError, ClusterError, PackError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for one in heard:
        print(
            f"{one.judge:20} {one.seconds:5.1f} s  "
            f"{len(one.verdict.findings):3} findings, "
            f"{len(one.never_evaluated):3} of {len(one.checks)} checks never evaluated"
        )
    if arguments:
        coverage.FILE.write_text(coverage.text(heard))
        print(f"wrote {coverage.FILE}")
    found, today = findings(heard), date.today()
    let_pass = waived()
    wrong = [*map(str, waivers.unwaived(found, let_pass, today))]
    wrong += waivers.mistakes(found, let_pass, today)
    print("\n".join(wrong) or "no finding without a waiver")
    return 1 if wrong else 0
