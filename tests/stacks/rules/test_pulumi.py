"""The Pulumi CLI stops where a rule is broken, and says what the rule book says."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from stacks.offline import declare
from stacks.rules import judged
from tests.estate import Estate

from .pack import PACK, environment

pytestmark = [pytest.mark.engine, pytest.mark.docker]


def test_a_preview_fails_with_the_rule_books_sentence(
    shared_estate: Estate, tmp_path: Path
) -> None:
    estate = Estate.clone(tmp_path / "clone", registry_of=shared_estate, pulumi=True)
    (estate.root / PACK / ".venv").symlink_to(environment())
    dev = estate.write_dev(env={"DB_PASSWORD": "hunter2"})
    resources = declare(estate.root, dev).resources
    (broken,) = judged(estate.root, dev, resources, date.today()).open

    refused = _preview(estate, dev)

    assert refused.returncode != 0, refused.stdout
    assert f"[mandatory]  {broken.rule}" in refused.stdout, refused.stdout
    assert str(broken) in refused.stdout
    assert "hunter2" not in refused.stdout + refused.stderr

    estate.write_dev(env={"COLOUR": "blue"})
    allowed = _preview(estate, dev)

    assert allowed.returncode == 0, allowed.stdout + allowed.stderr


def _preview(estate: Estate, stack: str) -> subprocess.CompletedProcess[str]:
    command = ["pulumi", "stack", "select", "--create", stack]
    subprocess.run(command, cwd=estate.root, env=estate.environment, check=True)
    return subprocess.run(
        ["pulumi", "preview", "--stack", stack, "--policy-pack", str(PACK)],
        cwd=estate.root,
        env=estate.environment,
        capture_output=True,
        text=True,
        check=False,
    )
