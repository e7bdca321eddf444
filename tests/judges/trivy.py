"""trivy: the Pod Security Standards, and what is known to be misused."""

import json
import mmap
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from .manifests import called
from .programs import from_python, printed
from .verdict import Finding, JudgeError, Verdict
from .version import KUBERNETES

# Without asking its vendor for anything, and without telling it anything.
_OFFLINE = ("--skip-check-update", "--skip-version-check", "--disable-telemetry")
_SEES_REGISTRIES = "ksv0125"
_WRITTEN = re.compile(
    rb"# METADATA\n(?P<about>(?:#.*\n)+)\s*package (?:builtin|defsec)\.kubernetes\."
)
_ID = re.compile(r"^#\s+id: (\S+)$", re.MULTILINE)
_DEPRECATED = "#   deprecated: true\n"
_TITLE = re.compile(r"^# title: (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Trivy:
    """All its checks of Kubernetes, with the registries that images may come from."""

    trusted: Sequence[str]

    name: ClassVar[str] = "trivy"

    def verdict(self, folder: Path) -> Verdict:
        """It looks at each object by itself."""
        with tempfile.TemporaryDirectory() as scratch:
            trusted = {_SEES_REGISTRIES: {"trusted_registries": [*self.trusted]}}
            Path(scratch, "registries.json").write_text(json.dumps(trusted))
            told = printed(
                from_python(self.name),
                "config",
                *_OFFLINE,
                "--misconfig-scanners=kubernetes",
                f"--k8s-version={KUBERNETES}.0",
                f"--config-data={scratch}",
                "--include-non-failures",
                "--format=json",
                "--quiet",
                ".",
                folder=folder,
            )
        looked = list(_looked(json.loads(told)))
        if not looked:
            raise JudgeError(f"trivy looked at nothing in {folder}")
        return Verdict(
            findings=frozenset(
                _finding(file, one) for file, one in looked if one["Status"] != "PASS"
            ),
            evaluated=frozenset(one["ID"] for _, one in looked),
        )

    def checks(self, folders: Sequence[Path]) -> Mapping[str, str]:
        """As they are written inside its program, for no command lists them."""
        program = from_python(self.name)
        with (
            program.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return dict(_written(content))


def _looked(answer: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for result in answer.get("Results", []):
        for one in result.get("Misconfigurations", []):
            yield result["Target"], one


def _finding(file: str, one: Mapping[str, Any]) -> Finding:
    return Finding(
        judge=Trivy.name, check=one["ID"], object=called(file), text=one["Message"]
    )


def _written(content: mmap.mmap) -> Iterator[tuple[str, str]]:
    for found in _WRITTEN.finditer(content):
        about = found["about"].decode()
        id_, title = _ID.search(about), _TITLE.search(about)
        if id_ and title:
            old = " (deprecated)" if _DEPRECATED in about else ""
            yield id_[1], title[1].strip('" ').replace('\\"', '"') + old
