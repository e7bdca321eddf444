"""
Slipway's image beside those of BentoML and MLflow, on one base with one model.

`python -m tests.benchmarks.image [--write]`: sizes of the layers, what a new model
moves, start and memory. As root on Linux; about a quarter of an hour.
"""

import argparse
import signal
import sys

from model_image.errors import PackError
from stacks.machine.base_image import require_base
from stacks.machine.docker import MachineError, require_docker
from stacks.machine.packages import PackagesError
from stacks.settings.build import BuildSettings

from .images.rounds import outcomes
from .images.section import section
from .markdown import DocumentError, write
from .models import model
from .running import BenchmarkError
from .servers import PEERS, ROOT
from .speed_section import measured_on

DOCUMENT = ROOT / "docs" / "images.md"
# The largest: what it moves stands out from what is moved beside it.
_MODEL = "net"
_FAILURES = (BenchmarkError, DocumentError, MachineError, PackError, PackagesError)


def main() -> int:
    """Measure, print, and with `--write` put it into the document."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.image")
    parser.add_argument("--write", action="store_true", help="write the document too")
    asked = parser.parse_args()
    _end_tidily()
    try:
        require_docker(_say)
        require_base(_say)
        chosen = model(_MODEL)
        found = outcomes(BuildSettings().base, chosen)
        size = (chosen.package.path / "model.onnx").stat().st_size
        what = f"the model is `{_MODEL}`, {size / 1e6:.1f} MB of ONNX"
        print(text := section(found, what, measured_on(), _versions()))
        if asked.write:
            write(DOCUMENT, "images", text)
    except KeyboardInterrupt:
        print("image: stopped; nothing of it is left", file=sys.stderr)
        return 130
    except _FAILURES as error:
        print(f"image: {error}", file=sys.stderr)
        return 3
    return 0


def _end_tidily() -> None:
    """
    Ctrl-C and SIGTERM both end it by way of every `finally`.

    A shell that runs this in the background has it ignore Ctrl-C.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def _versions() -> str:
    files = (PEERS / name / "requirements.txt" for name in ("bentoml", "mlflow"))
    names = (file.read_text().splitlines()[0] for file in files)
    return " and ".join(name.replace("==", " ") for name in names)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
