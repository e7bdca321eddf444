"""`python -m tests.engine.record`: record the scenario anew; needs the Pulumi CLI."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.estate import Estate

from .names import Names
from .pulumi_run import PulumiRun
from .recording import Recording
from .scenario import SCENARIO, Command, Phase

Run = Callable[[Command, str], Recording]


def carry_out(
    estate: Estate, run: Run, after: Callable[[Phase], None] = lambda phase: None
) -> dict[str, Recording]:
    """Every phase of the scenario, with names for what changes from run to run."""
    names, found = Names(estate), {}
    for phase in SCENARIO:
        phase.change(estate)
        recording = run(phase.command, estate.stack(phase.stack))
        names.learn(recording)
        found[phase.name] = names.apply_to(recording)
        after(phase)
    return found


def main() -> None:
    """Refresh the files in `recordings`."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "clone"
        root.mkdir()
        estate = Estate.clone(root, pulumi=True)
        try:
            found = carry_out(estate, PulumiRun(estate, Path(folder)))
        finally:
            estate.clean()
    for phase in SCENARIO:
        found[phase.name].commit(phase)
        print(f"{phase.name}: {len(found[phase.name].steps)} steps")


if __name__ == "__main__":
    main()
