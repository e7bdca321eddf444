"""checkov: the checks of several benchmarks, object by object and across them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from .manifests import called
from .programs import from_python, printed
from .verdict import Finding, JudgeError, Verdict

# Without asking its vendor for anything.
_OFFLINE = ("--framework=kubernetes", "--skip-download")


class Checkov:
    """All its checks of Kubernetes; one that an object has skipped is a finding."""

    name: ClassVar[str] = "checkov"

    def verdict(self, folder: Path) -> Verdict:
        """It sees all objects at once, for some of its checks are about several."""
        options = (*_OFFLINE, "--compact", "--output=json", "--directory=.")
        told = printed(from_python(self.name), *options, folder=folder)
        results = json.loads(told)["results"]
        if results["parsing_errors"]:
            raise JudgeError(f"checkov cannot read {results['parsing_errors']}")
        failed = [*results["failed_checks"], *results["skipped_checks"]]
        looked = [*failed, *results["passed_checks"]]
        return Verdict(
            findings=frozenset(_finding(one) for one in failed),
            evaluated=frozenset(one["check_id"] for one in looked),
        )

    def checks(self, folders: Sequence[Path]) -> Mapping[str, str]:
        """As it lists them itself, a line of its table for each and kind."""
        told = printed(from_python(self.name), *_OFFLINE, "--list", folder=folders[0])
        rows = [[cell.strip() for cell in row.split("|")] for row in told.splitlines()]
        return {row[2]: row[5] for row in rows if "Kubernetes" in row[6:7]}


def _finding(one: Mapping[str, Any]) -> Finding:
    return Finding(
        judge=Checkov.name,
        check=one["check_id"],
        object=called(one["file_path"]),
        text=one["check_name"],
    )
