"""checkov, which others made, on what is declared in AWS."""

import json
from pathlib import Path

import pytest

from stacks.offline import Declaration
from tests.components.aws.plan import plan
from tests.components.aws.test_planted import PLANTED, planted
from tests.judges.programs import from_python, printed
from tests.judges.verdict import JudgeError

pytestmark = pytest.mark.judge
_OPTIONS = (
    "--framework=terraform_plan",
    "--skip-download",
    "--compact",
    "--output=json",
)
WAIVED = {
    "CKV_AWS_26": "AWS's own key keeps alarms out of topics; a key is kms_key's to say",
    "CKV_AWS_51": "it knows no immutable tags with exceptions: latest and stacks",
    "CKV_AWS_91": "access logs need a bucket of the user's: access_logs",
    "CKV_AWS_136": "kms_key may name a key; AWS's own encrypts without",
    "CKV_AWS_158": "kms_key may name a key; AWS's own encrypts without",
    "CKV_AWS_297": "a schedule holds a command and no secret",
    "CKV_AWS_338": "log_days says how long, and the example of prod says a year",
}
"""checkov's findings that are meant, and why."""


def findings(folder: Path, declaration: Declaration) -> set[tuple[str, str]]:
    """The checks that failed, each with the object that it is about."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tfplan.json").write_text(json.dumps(plan(declaration)))
    told = printed(
        from_python("checkov"), *_OPTIONS, "--file=tfplan.json", folder=folder
    )
    results = json.loads(told)["results"]
    if results["parsing_errors"]:
        raise JudgeError(f"checkov cannot read {results['parsing_errors']}")
    assert results["passed_checks"]
    failed = [*results["failed_checks"], *results["skipped_checks"]]
    return {(one["check_id"], one["resource"]) for one in failed}


@pytest.mark.parametrize("stack", ["plain", "full", "registry"])
def test_every_finding_is_one_that_is_meant(
    stack: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    found = findings(tmp_path, request.getfixturevalue(stack))
    assert sorted(one for one in found if one[0] not in WAIVED) == []


def test_no_waiver_is_left_over(
    tmp_path: Path, plain: Declaration, full: Declaration, registry: Declaration
) -> None:
    every = {
        check
        for name, one in (("plain", plain), ("full", full), ("registry", registry))
        for check, _ in findings(tmp_path / name, one)
    }
    assert set(WAIVED) - every == set()


@pytest.mark.parametrize(
    ("mistake", "check"),
    [
        ("a root that can be written to", "CKV_AWS_336"),
        ("a public address for tasks", "CKV_AWS_333"),
        ("a log that is kept for ever", "CKV_AWS_66"),
    ],
)
def test_it_finds_what_is_planted(
    mistake: str, check: str, tmp_path: Path, full: Declaration
) -> None:
    kind, name, plant, _ = PLANTED[mistake]

    found = findings(tmp_path, planted(full, kind, name, plant))

    assert check in {id for id, _ in found}
