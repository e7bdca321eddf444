"""Runs the `run:` steps of a workflow, in order, as GitHub would."""

import itertools
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from .action import Place
from .event import REPOSITORY, Event
from .expression import all_written, holds, written
from .github import GitHub
from .job import Job, Run, surroundings

ROOT = Path(__file__).parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"


@dataclass
class Runner:
    """
    A machine whose only memory is a state folder, which stands for Pulumi's backend.

    Each job starts in an empty workspace, with a token that may what its permissions
    say, and gets its code, its reviews and its ledger as on GitHub.
    """

    origin: Path
    scratch: Path
    environment: Mapping[str, str]
    variables: dict[str, str]
    github: GitHub

    @property
    def workspace(self) -> Path:
        return self.scratch / "workspace"

    def run(self, workflow: str, event: Event) -> Run | None:
        """None where the workflow is not about this event."""
        told = yaml.safe_load((WORKFLOWS / f"{workflow}.yml").read_text())
        # YAML 1.1, which PyYAML reads, takes the word `on` for a truth.
        if not self._is_about(told[True], event):
            return None
        run, needs = Run(), dict[str, Any]()
        for key, job in told["jobs"].items():
            wanted = [job["needs"]] if isinstance(job.get("needs"), str) else []
            assert needs.keys() >= {*wanted}, f"{key} stands before what it needs"
            known = {name: needs[name] for name in wanted}
            contexts = self._contexts(event, known)
            results, outputs = ["skipped"], dict[str, Any]()
            if holds(job.get("if"), contexts):
                results = []
                for matrix in _matrix(job, contexts):
                    result, outputs = self._job(key, job, contexts | matrix, run)
                    results.append(result)
            result = "failure" if "failure" in results else results[0]
            run.results[key] = result
            needs[key] = {"result": result, "outputs": outputs}
        return run

    def _is_about(self, on: dict[str, Any], event: Event) -> bool:
        if event.name not in on:
            return False
        wanted = on[event.name]
        paths = wanted.get("paths") if isinstance(wanted, dict) else None
        if not paths:
            return True
        words = ["git", "diff", "--name-only", event.payload["before"], event.sha]
        changed = subprocess.check_output(words, cwd=self.origin, text=True).split()
        return any(fnmatchcase(one, path) for one in changed for path in paths)

    def _contexts(self, event: Event, needs: dict[str, Any]) -> dict[str, Any]:
        github = {
            "actor": "ann",
            "event": event.payload,
            "event_name": event.name,
            "repository": REPOSITORY,
            "sha": event.sha,
        }
        return {
            "github": github,
            "inputs": event.inputs,
            "needs": needs,
            "vars": self.variables,
            "success": all(one["result"] == "success" for one in needs.values()),
        }

    def _job(
        self, key: str, job: dict[str, Any], contexts: dict[str, Any], run: Run
    ) -> tuple[str, dict[str, Any]]:
        for folder in (self.workspace, self.scratch / "temp"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        token, temp = secrets.token_hex(8), self.scratch / "temp"
        self.github.tokens[token] = permissions = job["permissions"]
        if environment := written(job.get("environment"), contexts):
            run.environments.append(environment)
        contexts = {
            **contexts,
            "github": {**contexts["github"], "token": token},
            "runner": {"temp": str(temp), "os": "Linux"},
            "steps": {},
            "success": True,
        }
        place = Place(
            origin=self.origin,
            workspace=self.workspace,
            temp=temp,
            artifacts=self.scratch / "artifacts",
            commit=contexts["github"]["sha"],
            may_push=permissions.get("contents") == "write",
        )
        environment = {
            **self.environment,
            **surroundings(self.github.address, temp),
            **all_written(job.get("env"), contexts),
        }
        result = Job(key, place, contexts, environment).run(job["steps"], run)
        return result, all_written(job.get("outputs"), contexts)


def _matrix(job: dict[str, Any], contexts: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One for each job of a matrix; one with nothing where there is no matrix."""
    axes = (job.get("strategy") or {}).get("matrix") or {}
    values = [written(value, contexts) for value in axes.values()]
    for chosen in itertools.product(*values):
        yield {"matrix": dict(zip(axes, chosen, strict=True))}
