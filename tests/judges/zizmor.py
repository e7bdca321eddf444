"""zizmor: how a workflow could be made to do what a stranger wants."""

import json
from pathlib import Path
from typing import Any, ClassVar

from .programs import from_python, printed
from .verdict import Finding
from .workflow_files import FOLDER, called

# Asks nobody, heeds no file of exceptions, and finds what merely smells.
_OPTIONS = ("--offline", "--no-config", "--no-ignores", "--persona=pedantic")


class Zizmor:
    """All its audits that need no network, of workflows and of own actions."""

    name: ClassVar[str] = "zizmor"

    def findings(self, root: Path) -> frozenset[Finding]:
        """Those of a clone, those too that a comment in a file would have ignored."""
        program = from_python(self.name)
        options = (*_OPTIONS, "--strict-collection", "--no-exit-codes", "--format=json")
        told = printed(program, *options, FOLDER, folder=root)
        return frozenset(map(_finding, json.loads(told)))


def _finding(one: dict[str, Any]) -> Finding:
    where = next(
        place for place in one["locations"] if place["symbolic"]["kind"] == "Primary"
    )
    line = where["concrete"]["location"]["start_point"]["row"] + 1
    return Finding(
        judge=Zizmor.name,
        check=one["ident"],
        object=called(where["symbolic"]["key"]["Local"]["verbatim_path"]),
        text=f"{one['desc']} (line {line})",
    )
