"""shellcheck: what a shell makes of each `run:`, and of CI's own script."""

import json
import tempfile
from pathlib import Path
from typing import ClassVar

from .programs import printed
from .verdict import Finding
from .workflow_files import called, files, scripts

_CI = Path(".ci", "run")
# What GitHub puts before every script of bash.
_SHELL = "#!/bin/bash -e\n"


class Shellcheck:
    """All that it says by default, as Debian has it; needs it on PATH."""

    name: ClassVar[str] = "shellcheck"

    def findings(self, root: Path) -> frozenset[Finding]:
        """Those of a clone, or of a folder that looks like one."""
        found = set[Finding]()
        with tempfile.TemporaryDirectory() as scratch:
            script = Path(scratch, "script")
            for file in files(root):
                for text in scripts(file):
                    script.write_text(_SHELL + text)
                    found |= self._of(script, called(file))
        if (root / _CI).exists():
            found |= self._of(root / _CI, f"Script/{_CI}")
        return frozenset(found)

    def _of(self, script: Path, name: str) -> set[Finding]:
        told = printed(self.name, "--format=json", script.name, folder=script.parent)
        return {
            Finding(
                judge=self.name,
                check=f"SC{one['code']}",
                object=name,
                text=one["message"],
            )
            for one in json.loads(told)
        }
