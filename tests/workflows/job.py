"""One job: its steps in order, each script as bash on GitHub gets it."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .action import ACTIONS, Place
from .event import REPOSITORY
from .expression import all_written, holds


class UnknownAction(Exception):
    """A `uses:` that nobody here has looked at."""


@dataclass
class Step:
    """One `run:` that was executed, and what came of it."""

    job: str
    name: str
    code: int
    told: str


@dataclass
class Run:
    """What became of a workflow: of each job, and of each step of those that ran."""

    results: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    environments: list[str] = field(default_factory=list)
    summary: str = ""

    @property
    def told(self) -> str:
        """All that the steps printed, for a test that fails."""
        return "\n".join(f"[{one.job}: {one.name}] {one.told}" for one in self.steps)


@dataclass
class Job:
    """What one job's steps have together."""

    name: str
    place: Place
    contexts: dict[str, Any]
    environment: Mapping[str, str]

    def run(self, steps: list[dict[str, Any]], run: Run) -> str:
        """Every step whose condition holds; returns the job's result."""
        for step in steps:
            if not holds(step.get("if"), self.contexts):
                continue
            if "uses" in step:
                self._use(step)
            else:
                self._execute(step, run)
        return "success" if self.contexts["success"] else "failure"

    def _use(self, step: dict[str, Any]) -> None:
        action = step["uses"].partition("@")[0]
        if action not in ACTIONS:
            raise UnknownAction(f"{action} in {self.name}: see to it in action.py")
        print(f"{self.name}: in place of {action}, {ACTIONS[action].__doc__}")
        ACTIONS[action](self.place, all_written(step.get("with"), self.contexts))

    def _execute(self, step: dict[str, Any], run: Run) -> None:
        assert "${{" not in step["run"], "an expression is no part of a script"
        temp = self.place.temp
        output, summary, script = (
            temp / name for name in ("output", "summary", "script")
        )
        output.write_text("")
        summary.write_text("")
        script.write_text(step["run"])
        files = {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
        own = all_written(step.get("env"), self.contexts)
        done = subprocess.run(
            ["bash", "-e", str(script)],
            cwd=self.place.workspace,
            env={**self.environment, **files, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        run.steps.append(Step(self.name, step["name"], done.returncode, done.stdout))
        run.summary += summary.read_text()
        if done.returncode:
            self.contexts["success"] = False
        if "id" in step:
            lines = output.read_text().splitlines()
            outputs = dict(line.split("=", 1) for line in lines)
            self.contexts["steps"][step["id"]] = {"outputs": outputs}


def surroundings(address: str, temp: Path) -> dict[str, str]:
    """What GitHub sets for every step."""
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "ann",
        "GITHUB_API_URL": address,
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_RUN_ID": "7",
        "GITHUB_SERVER_URL": "https://github.test",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "RUNNER_TEMP": str(temp),
    }
