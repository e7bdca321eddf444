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
PLAIN = HERE / "Dockerfile"
OWN = HERE / "requirements.Dockerfile"
SERVER = HERE / "server" / "Dockerfile"
DOCKERFILES = [PLAIN, OWN, SERVER]


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
        ("requirements.txt", True),
        ("code", True),
        ("artifacts", True),
        (".env", False),
        ("model", False),
        ("evidence.json", False),
    ],
)
@pytest.mark.parametrize("dockerfile", [PLAIN, OWN], ids=str)
def test_only_what_a_manifest_may_list_reaches_the_builder(
    dockerfile: Path, name: str, reaches: bool
):
    ignored = dockerfile.with_name(f"{dockerfile.name}.dockerignore")
    lines = ignored.read_text().splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]

    assert "*" in lines
    assert any(fnmatch.fnmatch(name, pattern) for pattern in allowed) == reaches


def test_a_packages_requirements_are_installed_just_like_the_servers():
    """Locked, with hashes, from wheels alone; secrets are mounted and not copied."""
    assert installation(OWN) == installation(SERVER)
    for option in ("--require-hashes", "--only-binary :all:", "--no-deps"):
        assert option in installation(OWN)
    assert "COPY pip.conf" not in OWN.read_text()


def installation(path: Path) -> str:
    _, _, after = path.read_text().partition("RUN --mount")
    return after.partition("--requirement ")[0]


def test_a_package_is_the_same_layer_whatever_it_is_built_on():
    plain, own = (settling(path) for path in (PLAIN, OWN))

    assert plain.replace('"python"', '"python3"') == own


def settling(path: Path) -> str:
    return next(line for line in path.read_text().splitlines() if "os.utime" in line)
