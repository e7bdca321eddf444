"""checkov on a template of Azure Resource Manager; what it holds against one."""

import json
from pathlib import Path
from typing import Any

from tests.judges.programs import from_python, printed
from tests.judges.verdict import JudgeError

_OPTIONS = ("--framework=arm", "--skip-download", "--compact", "--output=json")


def findings(folder: Path, template: dict[str, Any]) -> dict[str, str]:
    """The checks that failed, by their id, with the object that each is about."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.json").write_text(json.dumps(template))
    told = printed(from_python("checkov"), *_OPTIONS, "--directory=.", folder=folder)
    results = json.loads(told).get("results")
    if results is None:
        return {}  # it has no check for anything that is there
    if results["parsing_errors"]:
        raise JudgeError(f"checkov cannot read {results['parsing_errors']}")
    failed = [*results["failed_checks"], *results["skipped_checks"]]
    return {one["check_id"]: one["resource"] for one in failed}
