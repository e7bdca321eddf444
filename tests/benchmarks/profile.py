"""Where a loaded server's time goes: `python -m tests.benchmarks.profile`."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from model_image.environment import environment, locked

from .markdown import table, write
from .models import MODELS, model
from .running import BenchmarkError, Running, pinned_to_client_core, running
from .servers import CEILING, OURS, SERVERS
from .speed_section import DOCUMENT
from .stacks import Stack, by_function, by_layer, parse
from .visit import CAPACITY_AT
from .wrk import load

_PY_SPY = "py-spy==0.4.3\n"
_RATE = 200


def main() -> int:
    """Profile Slipway and the ceiling under load; print it, and write it if asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.profile")
    parser.add_argument("--model", choices=MODELS, default="linear")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--write", action="store_true", help="write the document too")
    asked = parser.parse_args()
    try:
        chosen = model(asked.model)
        pinned_to_client_core()
        found: dict[str, list[Stack]] = {}
        for name in (OURS, CEILING):
            with running(SERVERS[name], chosen) as ready:
                found[name] = sampled(ready, asked.seconds)
    except BenchmarkError as error:
        print(f"profile: {error}", file=sys.stderr)
        return 3
    print(made := _section(found))
    if asked.write:
        write(DOCUMENT, "profile", made)
    return 0


def sampled(ready: Running, seconds: int) -> list[Stack]:
    """The stacks of a server that is asked by 16 connections."""
    py_spy = environment(locked(_PY_SPY, print), print).with_name("py-spy")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "stacks")
        words = ["--format", "raw", "--rate", str(_RATE), "--output", str(file)]
        target = ["--pid", str(ready.process.pid), "--duration", str(seconds)]
        options = ["--native", "--full-filenames", *words, *target]
        with subprocess.Popen(
            [str(py_spy), "record", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as spy:
            load(ready, CAPACITY_AT, seconds + 1)
            _, said = spy.communicate()
        if not file.exists():
            raise BenchmarkError(f"py-spy saw nothing: {said.strip()[-300:]}")
        return parse(file.read_text())


def _section(found: dict[str, list[Stack]]) -> str:
    layers = {name: by_layer(stacks) for name, stacks in found.items()}
    named = sorted(
        {layer for each in layers.values() for layer in each},
        key=lambda layer: -layers[OURS].get(layer, 0),
    )
    shares = [
        [layer, *(f"{layers[name].get(layer, 0):.1%}" for name in (OURS, CEILING))]
        for layer in named
    ]
    functions = [
        [f"`{function}`", f"{itself:.1%}", f"{whole:.1%}"]
        for function, itself, whole in by_function(found[OURS])[:15]
    ]
    return "\n".join(
        [
            table(["share of the samples", "Slipway", "raw ASGI"], shares),
            "",
            table(["function in Slipway's server", "itself", "with calls"], functions),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
