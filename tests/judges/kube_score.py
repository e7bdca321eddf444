"""kube-score: what a workload needs to stay up and to be left alone, as a whole."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from .manifests import called
from .programs import from_go, printed
from .verdict import Finding, Verdict
from .version import KUBERNETES

_PACKAGE = "github.com/zegl/kube-score/cmd/kube-score"
_ALL_IS_WELL = 10


class KubeScore:
    """All its checks, those that are off by default too, and warnings as findings."""

    name: ClassVar[str] = "kube-score"

    def verdict(self, folder: Path) -> Verdict:
        """It sees all objects at once, for some of its checks are about several."""
        options = [
            "--all-default-optional",
            "--disable-ignore-checks-annotations",
            f"--kubernetes-version=v{KUBERNETES}",
            "--output-format=json",
        ]
        files = sorted(file.name for file in folder.glob("*.yaml"))
        told = printed(_program(), "score", *options, *files, folder=folder)
        looked = list(_looked(json.loads(told)))
        return Verdict(
            findings=frozenset(
                _finding(file, one)
                for file, one in looked
                if one["grade"] < _ALL_IS_WELL
            ),
            evaluated=frozenset(one["check"]["id"] for _, one in looked),
        )

    def checks(self, folders: Sequence[Path]) -> Mapping[str, str]:
        """As it lists them itself."""
        told = printed(_program(), "list", folder=folders[0])
        return {id_: about for id_, _, about, _ in csv.reader(told.splitlines())}


def _program() -> Path:
    return from_go("kube_score", _PACKAGE)


def _looked(answer: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A check that it skips is one that this object is nothing for."""
    for one in answer:
        for check in one["checks"] or []:
            if not check["skipped"]:
                yield one["file_name"], check


def _finding(file: str, one: Mapping[str, Any]) -> Finding:
    said = {each["summary"]: None for each in one["comments"] or []}
    return Finding(
        judge=KubeScore.name,
        check=one["check"]["id"],
        object=called(file),
        text="; ".join(said) or one["check"]["comment"],
    )
