"""Prometheus's and Alertmanager's own judges, in the images that Slipway runs."""

import os
import subprocess
from pathlib import Path

from tests import images
from tests.estate import ROOT

_IMAGES = ROOT / "components/local/images"


def built(folder: str) -> str:
    """The image of this folder, built on the tests' base; its id."""
    return images.built(_IMAGES / folder)


def judged(image: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What a tool of the image says of the files in this folder, mounted as /judged."""
    program, *rest = words
    mount = f"{folder}:/judged:ro"
    command = [os.environ["SLIPWAY_DOCKER"], "run", "--rm", "--network=none"]
    return subprocess.run(
        [*command, "--volume", mount, "--entrypoint", program, image, *rest],
        capture_output=True,
        text=True,
        check=False,
    )
