"""actionlint: a workflow's keys, expressions, types, needs, and inputs of actions."""

import json
from pathlib import Path
from typing import ClassVar

from .programs import from_go, printed
from .verdict import Finding
from .workflow_files import FOLDER, called

_PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"
# Scripts are for a judge that sees those of actions too.
_ALONE = ("-shellcheck=", "-pyflakes=")


class Actionlint:
    """All its checks of the workflows; it reads no action but for its inputs."""

    name: ClassVar[str] = "actionlint"

    def findings(self, root: Path) -> frozenset[Finding]:
        """Those of a clone, or of a folder that looks like one."""
        program = from_go(self.name, _PACKAGE)
        workflows = sorted((root / FOLDER / "workflows").glob("*.yml"))
        names = [str(file.relative_to(root)) for file in workflows]
        told = printed(program, *_ALONE, "-format={{json .}}", *names, folder=root)
        return frozenset(
            Finding(
                judge=self.name,
                check=one["kind"],
                object=called(one["filepath"]),
                text=f"{one['message']} (line {one['line']})",
            )
            for one in json.loads(told)
        )
