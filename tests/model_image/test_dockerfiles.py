"""The Dockerfiles, before anything is built."""

import fnmatch
import re
import subprocess
import sys
from pathlib import Path

import pytest

from model_image.recipe import default_base
from model_image.server.manifest import EXAMPLE, MANIFEST, MODEL, PROFILE

HERE = Path(__file__).parents[2] / "model_image"
DOCKERFILES = [HERE / "Dockerfile", HERE / "server" / "Dockerfile"]


@pytest.mark.parametrize("path", DOCKERFILES, ids=str)
def test_a_dockerfile_passes_hadolint_with_no_rule_ignored(path: Path):
    hadolint = Path(sys.executable).with_name("hadolint")

    run = subprocess.run([hadolint, path], capture_output=True, text=True, check=False)

    assert (run.returncode, run.stdout) == (0, "")
    assert "hadolint" not in path.read_text()


@pytest.mark.parametrize("path", DOCKERFILES, ids=str)
def test_a_dockerfile_builds_without_asking_docker_hub_for_its_syntax(path: Path):
    text = path.read_text()

    assert not re.search(r"^#\s*syntax\s*=", text, re.MULTILINE)
    assert "--link" not in text
    assert "<<" not in text


def test_the_default_base_is_pinned_by_digest():
    assert re.fullmatch(
        r"python:3\.11-slim-bookworm@sha256:[0-9a-f]{64}", default_base()
    )


@pytest.mark.parametrize(
    ("name", "reaches"),
    [
        (MANIFEST, True),
        (MODEL, True),
        ("model.onnx.data", True),
        (PROFILE, True),
        (EXAMPLE, True),
        ("training.csv", False),
        (".env", False),
        ("model", False),
    ],
)
def test_only_what_a_manifest_may_list_reaches_the_builder(name: str, reaches: bool):
    lines = (HERE / "Dockerfile.dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]

    assert "*" in lines
    assert any(fnmatch.fnmatch(name, pattern) for pattern in allowed) == reaches
