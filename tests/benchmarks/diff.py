"""
How long it takes to tell what a change does, beside a process for each declaration.

`python -m tests.benchmarks.diff` compares two revisions of the shipped stacks, and of
twelve of AWS, Google Cloud and Azure, in turns, and prints medians in seconds.
"""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from stacks.machine.virtualenv import ROOT
from stacks.offline import declare
from stacks.settings.stack import stack_names
from tests.components.examples import TIERS, released
from tests.stacks.review.request import Request

_ROUNDS = 5
_CLOUDS = ("aws", "gcp", "azure")


def main() -> None:
    """Time both sets; the first round makes everybody warm."""
    print("| stacks | `diff` s | slowest s | one by one s | times faster |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, prepare in (("shipped", _shipped), ("twelve of clouds", _clouds)):
            root = _request(Path(folder, name.replace(" ", "-")), prepare).root
            took = [_timed(_diff, root) for _ in range(_ROUNDS + 1)][1:]
            alone = [_timed(_one_by_one, root) for _ in range(2)][1:]
            median, other = statistics.median(took), statistics.median(alone)
            told = f"| {name} | {median:.2f} | {max(took):.2f} | {other:.2f} "
            print(f"{told}| {other / median:.1f} |")


def _request(root: Path, prepare: Callable[[Request], None]) -> Request:
    """A repository with these stacks, and a branch that changes the program."""
    root.mkdir()
    request = Request.opened(root)
    prepare(request)
    (root / ".venv").symlink_to(ROOT / ".venv")
    request.commit("its stacks")
    request.edit("components/sentences.py", lambda text: text + "\n# changed\n")
    return request


def _shipped(request: Request) -> None:
    source = ROOT / "stacks" / "Pulumi.prod.yaml"
    (request.root / "stacks" / source.name).write_text(source.read_text())


def _clouds(request: Request) -> None:
    for file in (request.root / "stacks").glob("Pulumi.*.yaml"):
        file.unlink()
    for cloud in _CLOUDS:
        for tier in TIERS:
            config = released(cloud, tier)
            if upstream := config.get("slipway:upstream"):
                config["slipway:upstream"] = f"{cloud}-{upstream}"
            file = request.root / f"stacks/Pulumi.{cloud}-{tier}.yaml"
            file.write_text(yaml.safe_dump({"config": config}))


def _timed(run: Callable[[Path], None], root: Path) -> float:
    begun = time.perf_counter()
    run(root)
    return time.perf_counter() - begun


def _diff(root: Path) -> None:
    python = str(root / ".venv/bin/python")  # another would be left for it first
    command = [python, "-m", "stacks", "diff", "--base", "main"]
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL)


def _one_by_one(root: Path) -> None:
    """Both revisions, each stack in a process of its own."""
    for stack in stack_names(root):
        for _ in ("before", "after"):
            declare(root, stack)


if __name__ == "__main__":
    main()
