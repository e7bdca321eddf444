"""`promote` and `rollback` killed after any step are completed by the next."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from stacks.releases.ledger import ledger_for
from stacks.releases.ledger.history import History
from stacks.settings.stack import StackSettings
from tests.deployment.line import HEALTH
from tests.estate import Estate
from tests.packages import EXAMPLE, variant
from tests.traffic import Traffic

pytestmark = pytest.mark.docker

_PATIENCE_S = 40


@pytest.fixture(scope="module")
def pair(
    shared_estate: Estate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Estate, str, str]]:
    """A dev that built 1.0.0 and runs 1.1.0, and a staging that runs 1.0.0."""
    root = tmp_path_factory.mktemp("killed") / "clone"
    estate = Estate.clone(root, registry_of=shared_estate)
    dev, staging = estate.write_dev(), estate.stack("staging")
    gates = {"running": False}
    estate.write(
        staging,
        tier="staging",
        upstream=dev,
        service={"health": HEALTH},
        gates=gates,
    )
    estate.up(dev)
    estate.promote("1.0.0", dev, staging)
    package = variant(root / EXAMPLE, root / "models" / "next", version="1.1.0")
    estate.up(estate.write_dev(str(package.relative_to(root))))
    yield estate, dev, staging
    estate.clean()


@pytest.mark.parametrize(
    ("forward", "back"),
    [
        ("admitted", "deployed"),
        ("verified", "held"),
        pytest.param("deployed", "verified", marks=pytest.mark.proof),
    ],
)
def test_what_was_killed_after_a_step_is_completed_by_running_it_again(
    pair: tuple[Estate, str, str], forward: str, back: str
) -> None:
    estate, dev, staging = pair
    promote = ("promote", "1.1.0", "--from", dev, "--to", staging, "--yes")
    rollback = ("rollback", staging, "--yes")

    with _traffic(estate, staging) as traffic:
        for words, step, version in (
            (promote, forward, "1.1.0"),
            (rollback, back, "1.0.0"),
        ):
            _killed_after(estate, staging, step, *words)
            done = estate.run(*words)

            assert done.returncode == 0, done.stderr
            _ends_with(estate, staging, version)
    assert traffic.lost == []
    assert estate.run("hold", staging, "--lift").returncode == 0


def _traffic(estate: Estate, stack: str) -> Traffic:
    url = f"http://127.0.0.1:{estate.ports[stack]}"
    return Traffic(url, estate.root / EXAMPLE / "example.json", rate=100)


def _killed_after(estate: Estate, stack: str, step: str, *words: str) -> None:
    """Start a command; kill it, and all it started, when the ledger has the step."""
    before = _count(estate)
    process = estate.started(*words)
    deadline = time.monotonic() + _PATIENCE_S
    subject = ""
    while not subject.startswith(f"{step} in {stack}:"):
        assert time.monotonic() < deadline, f"never {step}, but {subject}"
        time.sleep(0.02)
        if _count(estate) > before:
            subject = _git(estate, "log", "-1", "--format=%s", "slipway-ledger")
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def _ends_with(estate: Estate, stack: str, version: str) -> None:
    """One version in the file, in the ledger, and in the only container."""
    settings = StackSettings.read(estate.root, stack)
    current = History(ledger_for(estate.root).events()).current(stack)
    (container,) = estate.containers(stack)
    assert settings.image is not None
    assert current is not None
    assert container.labels["slipway.version"] == version
    assert (settings.image.version, current.version) == (version, version)
    assert settings.image.digest == current.digest


def _count(estate: Estate) -> int:
    return int(_git(estate, "rev-list", "--count", "slipway-ledger"))


def _git(estate: Estate, *words: str) -> str:
    command = ["git", *words]
    done = subprocess.run(command, cwd=estate.root, capture_output=True, check=True)
    return done.stdout.decode().strip()
