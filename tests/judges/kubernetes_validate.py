"""kubernetes-validate: every field is one that the API has, of the type it has."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from .manifests import Object, called, read
from .programs import from_python, printed
from .verdict import Finding, JudgeError, Verdict
from .version import KUBERNETES

_LINE = re.compile(r"(?P<word>INFO|WARN|ERROR) (?P<file>\S+\.yaml) (?P<text>.+)")


class KubernetesValidate:
    """
    The schema of each kind, and no field that it does not know.

    It has those of Kubernetes itself. Kinds that others define are not evaluated here:
    the API server of the tests' cluster has their definitions, and checks them.
    """

    name: ClassVar[str] = "kubernetes-validate"

    def verdict(self, folder: Path) -> Verdict:
        """Each kind's schema is a check."""
        schemas = {name: _schema(one) for name, one in read(folder).items()}
        files = sorted(file.name for file in folder.glob("*.yaml"))
        version = f"--kubernetes-version={KUBERNETES}"
        command = (from_python(self.name), "--strict", version, *files)
        findings, evaluated = set[Finding](), set[str]()
        for line in printed(*command, folder=folder).splitlines():
            word, name, text = _parsed(line)
            if word != "WARN":
                evaluated.add(schemas[name])
            if word == "ERROR":
                found = {"check": schemas[name], "object": name, "text": text}
                findings.add(Finding(judge=self.name, **found))
        return Verdict(findings=frozenset(findings), evaluated=frozenset(evaluated))

    def checks(self, folders: Sequence[Path]) -> Mapping[str, str]:
        """One for each kind that there is."""
        return {
            _schema(one): "the fields and types of this kind"
            for folder in folders
            for one in read(folder).values()
        }


def _schema(one: Object) -> str:
    return f"{one['apiVersion']}/{one['kind']}"


def _parsed(line: str) -> tuple[str, str, str]:
    found = _LINE.fullmatch(line)
    if not found:
        raise JudgeError(f"kubernetes-validate says {line!r}")
    return found["word"], called(found["file"]), found["text"]
