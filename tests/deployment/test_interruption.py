"""`up` ended at any moment can simply be run again, and callers never notice."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from docker.models.containers import Container

from tests.estate import Estate
from tests.packages import variant
from tests.traffic import Traffic

pytestmark = pytest.mark.docker

_FEW = [1.5, 3.0, 4.5]
_MANY = [0.25 * step for step in range(2, 34)]


@pytest.mark.parametrize(
    ("moments", "how"),
    [
        pytest.param(_FEW, signal.SIGKILL, id="kill"),
        pytest.param(_FEW[::2], signal.SIGINT, id="ctrl-c"),
        pytest.param(
            _MANY,
            signal.SIGKILL,
            id="kill-many",
            marks=[pytest.mark.proof, pytest.mark.timeout(1800)],
        ),
        pytest.param(
            _MANY,
            signal.SIGINT,
            id="ctrl-c-many",
            marks=[pytest.mark.proof, pytest.mark.timeout(1800)],
        ),
    ],
)
def test_an_up_that_was_ended_is_completed_by_the_next(
    estate: Estate, tmp_path: Path, moments: list[float], how: signal.Signals
) -> None:
    example = estate.root / "model_image/example/package"
    dev = estate.write_dev()
    url = estate.up(dev)["endpoint"]

    with Traffic(url, example / "example.json", rate=100) as traffic:
        for number, moment in enumerate(moments, start=1):
            version = f"1.0.{number}"
            package = variant(example, tmp_path / version, version=version)
            estate.write_dev(str(package))
            _ended(estate, dev, moment, how)

            outputs = estate.up(dev)

            (container,) = estate.containers(dev)
            assert container.labels["slipway.version"] == version
            assert outputs["image"].partition("@")[2] in _digests(container)
    assert traffic.lost == []
    assert len(estate.containers(dev, "edge")) == 1


def _ended(estate: Estate, stack: str, moment: float, how: signal.Signals) -> None:
    """Start an `up` and end it after `moment` seconds, if it still runs."""
    with subprocess.Popen(
        estate.command("up", stack),
        cwd=estate.root,
        env=estate.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(moment)
        process.send_signal(how)
        _, told = process.communicate(timeout=60)
    assert "Traceback" not in told


def _digests(container: Container) -> str:
    assert container.image
    return str(container.image.attrs["RepoDigests"])
