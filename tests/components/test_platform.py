"""The contract of a platform: only the one in use is imported."""

import subprocess
import sys

import pytest

from tests.components.conftest import ROOT

_PROGRAM = """
import sys
import components.image, components.platform, stacks.settings.stack
loaded = [name for name in sys.modules if name.startswith("pulumi_")]
print(*sorted(name for name in loaded if "." not in name))
"""

_ONE = """
import sys
import components.{kind}, stacks.observe.{kind}, stacks.rules.reading.{kind}
loaded = {{name.partition(".")[0] for name in sys.modules}}
clouds = ("boto3", "botocore", "googleapiclient", "azure", "docker", "kr8s")
print(*(one for one in loaded if one in clouds or one.startswith("pulumi_")))
"""
KINDS = {
    "local": {"pulumi_docker", "pulumi_docker_build", "docker"},
    "kubernetes": {"pulumi_kubernetes", "kr8s"},
    "aws": {"pulumi_aws"},
    "gcp": {"pulumi_gcp"},
    "azure": {"pulumi_azure_native"},
}
"""What each loads; a cloud's SDK only once something is asked of it."""


def test_no_platform_is_imported_before_it_is_asked_for() -> None:
    command = [sys.executable, "-c", _PROGRAM]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["pulumi_docker_build"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_program_of_one_platform_loads_no_other(kind: str) -> None:
    command = [sys.executable, "-c", _ONE.format(kind=kind)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) == KINDS[kind]
