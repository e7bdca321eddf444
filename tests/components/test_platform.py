"""The contract of a platform: only the one in use is imported."""

import subprocess
import sys

from tests.components.conftest import ROOT

_PROGRAM = """
import sys
import components.image, components.platform, stacks.settings.stack
loaded = [name for name in sys.modules if name.startswith("pulumi_")]
print(*sorted(name for name in loaded if "." not in name))
"""


def test_no_platform_is_imported_before_it_is_asked_for() -> None:
    command = [sys.executable, "-c", _PROGRAM]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["pulumi_docker_build"]
