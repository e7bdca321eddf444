"""The same with the real Pulumi and its Kubernetes plugin, door by door."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.callers import assert_nothing_lost, callers
from tests.deployment.kubernetes.conftest import address, digests, example, pods, write
from tests.deployment.watching import until
from tests.estate import Estate
from tests.packages import EXAMPLE, variant

pytestmark = [pytest.mark.docker, pytest.mark.cluster, pytest.mark.engine]
_SECRET = "tell-it-to-nobody-3141"


@dataclass
class Line:
    """dev and prod in the cluster, each in a namespace of its own."""

    estate: Estate
    dev: str
    prod: str

    def build(self, version: str, **changes: Any) -> None:
        """Name another version in dev's file."""
        package = Path("models") / version
        root = self.estate.root
        variant(root / EXAMPLE, root / package, version=version, **changes)
        self.write_dev(str(package))

    def write_dev(self, package: str) -> None:
        write(self.estate, self.dev, tier="dev", upstream=None, package=package)

    def looked_at(self, stack: str) -> Applied:
        """What is there of a stack."""
        return Applied(self.estate.root, stack)

    def pulumi(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The CLI itself, as an owner would run it."""
        return subprocess.run(
            ["pulumi", *words],
            cwd=self.estate.root,
            env=self.estate.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def unchanged(self, stack: str) -> bool:
        """Whether Pulumi, asked twice and refreshed in between, sees nothing to do."""
        asked = ("preview", "--expect-no-changes", "--stack", stack)
        refreshed = ("refresh", "--yes", "--stack", stack)
        runs = [self.pulumi(*one) for one in (asked, refreshed, asked)]
        return all(run.returncode == 0 for run in runs)


@pytest.fixture(scope="module")
def line(registry: Estate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """dev runs 1.0.0, and each test goes on where the one before ended."""
    clone = tmp_path_factory.mktemp("pulumi") / "clone"
    estate = Estate.clone(clone, registry_of=registry, pulumi=True)
    line = Line(estate, estate.stack("dev"), estate.stack("prod"))
    line.write_dev(str(EXAMPLE))
    write(
        estate,
        line.prod,
        upstream=line.dev,
        platform={"autoscale": {"min": 2, "max": 4}},
        service={"secrets": ["KEY"]},
    )
    line.pulumi("stack", "init", line.prod)
    key = ("config", "set", "--secret", "secrets:KEY", _SECRET, "--stack", line.prod)
    assert line.pulumi(*key).returncode == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLIPWAY_STATE_HOME", estate.environment["SLIPWAY_STATE_HOME"])
        yield line
        for stack in (line.dev, line.prod):
            line.looked_at(stack).destroy()
    estate.clean()


def test_a_release_is_built_promoted_and_then_nothing_changes(line: Line) -> None:
    line.estate.up(line.dev)
    line.estate.promote("1.0.0", line.dev, line.prod)

    until(lambda: len(pods(line.looked_at(line.prod))) == 2, "the autoscaler's pods")
    assert line.unchanged(line.dev)
    assert line.unchanged(line.prod)


def test_a_promotion_and_the_way_back_lose_nothing(line: Line) -> None:
    prod = line.looked_at(line.prod)
    line.build("1.1.0")
    line.estate.up(line.dev)
    (old,) = digests(prod)

    with callers(address(prod), example(line.estate)) as outcome:
        line.estate.promote("1.1.0", line.dev, line.prod)
        (new,) = digests(prod)
        back = line.estate.run("rollback", line.prod, "--reason", "a test", "--yes")

    assert back.returncode == 0, back.stderr
    assert new != old
    assert digests(prod) == {old}
    assert_nothing_lost(outcome)
    assert line.estate.run("hold", line.prod, "--lift").returncode == 0


def test_a_version_that_does_not_load_changes_nothing(line: Line) -> None:
    before = {pod["metadata"]["uid"] for pod in pods(line.looked_at(line.dev))}
    line.build("1.2.0", model=b"no model at all")

    failed = line.estate.run("up", line.dev)
    again = line.pulumi("preview", "--stack", line.dev)

    said = failed.stdout + failed.stderr
    assert failed.returncode != 0
    assert "its container ended with 1: /model/model.onnx cannot be" in said, said
    assert again.returncode != 0
    assert "failed verification here" in again.stdout + again.stderr
    after = {pod["metadata"]["uid"] for pod in pods(line.looked_at(line.dev))}
    assert after == before


def test_a_digest_that_was_not_promoted_is_refused(line: Line) -> None:
    file = line.estate.root / "stacks" / f"Pulumi.{line.prod}.yaml"
    text = file.read_text()
    (digest,) = digests(line.looked_at(line.prod))
    file.write_text(text.replace(digest, f"sha256:{'0' * 64}"))

    doors = (("preview",), ("up", "--yes"))
    refused = [line.pulumi(*door, "--stack", line.prod) for door in doors]

    file.write_text(text)
    assert all(one.returncode != 0 for one in refused)
    for one in refused:
        said = one.stdout + one.stderr
        assert "has not been verified in" in said, said


def test_a_secret_is_in_plain_text_nowhere_but_in_its_file(line: Line) -> None:
    prod = line.looked_at(line.prod)
    pod = pods(prod)[0]["metadata"]["name"]
    read = "print(open('/run/secrets/KEY').read())"

    code, found = prod.cluster.run(pod, "model", ["python", "-c", read])

    assert (code, found.strip()) == (0, _SECRET)
    state = line.pulumi("stack", "export", "--stack", line.prod).stdout
    shown = line.pulumi("preview", "--diff", "--stack", line.prod).stdout
    rendered = line.estate.run("render", line.prod).stdout
    log = "".join(prod.cluster.log(pod, "model"))
    written = "".join(json.dumps(one) for one in pods(prod))
    for text in (state, shown, rendered, log, written):
        assert text
        assert _SECRET not in text


@pytest.mark.parametrize("moment", ["trial", "rollout"])
def test_after_kill_9_the_next_up_goes_on(line: Line, moment: str) -> None:
    dev = line.looked_at(line.dev)
    line.build("1.3.0" if moment == "trial" else "1.4.0")
    uids = {pod["metadata"]["uid"] for pod in pods(dev)}

    def begun() -> bool:
        if moment == "trial":
            return bool(pods(dev, "trial"))
        return any(pod["metadata"]["uid"] not in uids for pod in pods(dev))

    with callers(address(dev), example(line.estate), rate=100) as outcome:
        process = line.estate.started("up", line.dev)
        until(begun, moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        until(lambda: _canceled(line), "the lock to be given back")
        line.estate.up(line.dev)

    (digest,) = digests(dev)
    assert dev.delivery().observer.replicas()[0].digest == digest
    assert pods(dev, "trial") == []
    assert_nothing_lost(outcome)


def test_a_first_up_that_was_killed_is_taken_over(line: Line) -> None:
    prod = line.looked_at(line.prod)
    assert line.estate.run("destroy", line.prod, "--yes").returncode == 0
    assert prod.cluster.get(f"/api/v1/namespaces/{prod.cluster.namespace}") is None

    process = line.estate.started("up", line.prod)
    until(lambda: pods(prod), "the Deployment")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    until(lambda: _canceled(line, line.prod), "the lock to be given back")

    line.estate.up(line.prod)


def test_destroy_leaves_nothing(line: Line) -> None:
    for stack in (line.dev, line.prod):
        destroyed = line.estate.run("destroy", stack, "--yes")
        assert destroyed.returncode == 0, destroyed.stderr
        space = line.looked_at(stack).cluster
        assert space.get(f"/api/v1/namespaces/{space.namespace}") is None


def _canceled(line: Line, stack: str | None = None) -> bool:
    words = ("cancel", "--yes", "--stack", stack or line.dev)
    return line.pulumi(*words).returncode == 0
