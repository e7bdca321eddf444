"""The recorded previews are what the real CLI still says."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.estate import Estate

from .record import FOLDER, record
from .test_preview import NAMES, read

pytestmark = [pytest.mark.docker, pytest.mark.engine]


def test_what_is_recorded_is_still_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = {name: _short(name) for name in NAMES}

    record(tmp_path, tmp_path)

    monkeypatch.setattr(f"{read.__module__}.FOLDER", tmp_path)
    assert {name: _short(name) for name in NAMES} == recorded
    assert FOLDER.is_dir()


def test_a_preview_that_is_refused_is_a_review_too(
    shared_estate: Estate, tmp_path: Path
) -> None:
    estate = Estate.clone(tmp_path / "clone", registry_of=shared_estate, pulumi=True)
    staging = estate.stack("staging")
    image = {"name": "wine", "version": "1.4.2", "digest": f"sha256:{'a' * 64}"}
    estate.write_dev()
    upstream = estate.stack("dev")
    estate.write(staging, tier="staging", upstream=upstream, image=image)

    absent = estate.run("preview", staging, "--format", "json")
    subprocess.run(
        ["pulumi", "stack", "init", staging],
        cwd=estate.root,
        env=estate.environment,
        check=True,
    )
    refused = estate.run("preview", staging, "--output", "review.json")
    shown = estate.run("comment", "review.json", "--dry-run")

    assert absent.returncode == refused.returncode == 1
    assert "no stack named" in json.loads(absent.stdout)["stacks"][0]["error"]
    assert "has not been verified in" in shown.stdout
    estate.clean()


def _short(name: str) -> tuple[object, ...]:
    review = read(name)
    resources = sorted((one.verb, one.type, one.name) for one in review.resources)
    # An image of today has another digest than one of the day it was recorded.
    error = re.sub(r"sha256:(?!a+…)[0-9a-f]+…", "sha256:…", review.error)
    return resources, error, [one.sentence for one in review.notes]
