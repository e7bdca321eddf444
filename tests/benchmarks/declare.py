"""
How long a stack takes to be declared, as a process of its own, on each platform.

`python -m tests.benchmarks.declare` runs them in turns beside a program that declares
nothing, and prints medians in seconds.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.components import conftest
from tests.components.test_contract import PLATFORMS, SERVICE, on

_ROUNDS = 7
_EMPTY = "empty"
_ROOT = Path(__file__).parents[2]
_CHILD = """
import json, sys
from pathlib import Path
from stacks.offline import declare
root, stack, config = json.load(sys.stdin)
declare(Path(root), stack, config=config)
"""


def main() -> None:
    """Time every platform's stack; the first round makes everybody warm."""
    with tempfile.TemporaryDirectory() as folder:
        asked = {_EMPTY: _empty(Path(folder))} | {one: _asked(one) for one in PLATFORMS}
        took: dict[str, list[float]] = {kind: [] for kind in asked}
        for round in range(_ROUNDS + 1):
            for kind, program in asked.items():
                seconds = _timed(program)
                if round:
                    took[kind].append(seconds)
    empty = statistics.median(took[_EMPTY])
    print("| program | median s | slowest s | times empty |\n| --- | --- | --- | --- |")
    for kind, seconds in took.items():
        median = statistics.median(seconds)
        ratio = median / empty
        print(f"| {kind} | {median:.2f} | {max(seconds):.2f} | {ratio:.1f} |")


def _timed(program: str) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-c", _CHILD]
    subprocess.run(command, cwd=_ROOT, input=program, text=True, check=True)
    return time.perf_counter() - begun


def _asked(kind: str) -> str:
    """What the contract's tests declare, written down instead of declared."""
    found: list[str] = []

    def keep(root: Path, stack: str, *, config: dict[str, object]) -> None:
        found.append(json.dumps([str(root), stack, config]))

    real, conftest.declare = conftest.declare, keep  # type: ignore[assignment]
    try:
        on(kind, SERVICE)
    finally:
        conftest.declare = real
    return found[0]


def _empty(root: Path) -> str:
    """A program that declares nothing."""
    project = "name: empty\nruntime: python\nstackConfigDir: stacks\n"
    (root / "Pulumi.yaml").write_text(project)
    (root / "__main__.py").write_text("import pulumi\n")
    return json.dumps([str(root), "dev", {}])


if __name__ == "__main__":
    main()
