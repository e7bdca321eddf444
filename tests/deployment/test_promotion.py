"""A release goes from dev to prod and back: the same bytes, proven, or not at all."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import yaml

from stacks.releases.registry.images import Images
from stacks.settings.stack import StackSettings
from tests.estate import Estate
from tests.packages import EXAMPLE, variant
from tests.registries import another_registry
from tests.traffic import Traffic

pytestmark = pytest.mark.docker

HEALTH = {"interval_s": 1, "startup_s": 15, "window_s": 1}


Line = tuple[Estate, str, str, str]


@pytest.fixture(
    scope="module",
    params=["offline", pytest.param("pulumi", marks=pytest.mark.engine)],
)
def line(
    request: pytest.FixtureRequest,
    shared_estate: Estate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Line]:
    """
    An estate with dev, staging and prod, where dev runs 1.0.0.

    It is one line for the tests here, and each goes on where the one before ended: as
    in life, prod has a past when something happens to it.
    """
    estate = Estate.clone(
        tmp_path_factory.mktemp("line") / "clone",
        registry_of=shared_estate,
        pulumi=request.param == "pulumi",
    )
    dev, staging, prod = (estate.stack(name) for name in ("dev", "staging", "prod"))
    estate.write_dev()
    estate.write(staging, tier="staging", upstream=dev, service={"health": HEALTH})
    estate.write(prod, tier="prod", upstream=staging, service={"health": HEALTH})
    estate.up(dev)
    yield estate, dev, staging, prod
    estate.clean()


def _build(estate: Estate, version: str, **changes: Any) -> None:
    """Let dev run a new version."""
    variant(
        estate.root / EXAMPLE,
        estate.root / "models" / version,
        version=version,
        **changes,
    )
    estate.up(estate.write_dev(f"models/{version}"))


def _digests(estate: Estate, stack: str) -> set[str]:
    """Of the images that the stack's containers run, asked of Docker."""
    images = [one.image for one in estate.containers(stack)]
    return {
        name.partition("@")[2]
        for image in images
        for name in image.attrs["RepoDigests"]
        if "/wine@" in name
    }


def _file(estate: Estate, stack: str) -> dict[str, Any]:
    text = (estate.root / "stacks" / f"Pulumi.{stack}.yaml").read_text()
    return yaml.safe_load(text)["config"]


def _images(estate: Estate, stack: str) -> Images:
    return Images(StackSettings.read(estate.root, stack), "wine")


def _blobs(estate: Estate) -> dict[str, int]:
    """Every blob that the registry keeps, with its size."""
    registry = estate.containers(_shared_of(estate), "registry")[0]
    find = "import pathlib as p; [print(f.parent.name, f.stat().st_size) for f in p.Path('/var/lib/registry').rglob('data')]"  # noqa: E501
    output = registry.exec_run(["python3", "-c", find]).output.decode()
    return {name: int(size) for name, size in map(str.split, output.splitlines())}


def _shared_of(estate: Estate) -> str:
    """The stack whose registry the estate uses, which may be another estate's."""
    label: dict[str, Any] = {"label": "slipway.role=registry"}
    for one in docker.from_env().containers.list(filters=label):
        ports = one.ports.get("5000/tcp") or []
        if any(int(each["HostPort"]) == estate.registry_port for each in ports):
            return one.labels["slipway.stack"]
    raise LookupError("no container holds the registry's port")


def test_one_digest_goes_from_dev_to_prod_and_no_layer_moves(line: Line) -> None:
    estate, dev, staging, prod = line
    digest = _digests(estate, dev)
    before = _blobs(estate)

    estate.promote("1.0.0", dev, staging)
    estate.promote("1.0.0", staging, prod)

    assert len(digest) == 1
    assert digest == _digests(estate, staging) == _digests(estate, prod)
    new = {name: size for name, size in _blobs(estate).items() if name not in before}
    assert max(new.values(), default=0) < 20_000, "what was attached, and nothing else"
    images, (one,) = _images(estate, prod), digest
    for tag in ("1.0.0", "1.0", "1", "latest", "stable", staging, prod):
        assert images.tagged(tag) == one
    # The ledger is on the image too: without git it can still be told what happened.
    told = estate.run("history", prod, "--image", "--json")
    kinds = [event["kind"] for event in json.loads(told.stdout)]
    assert (kinds[0], kinds[-1]) == ("built", "verified")


def test_what_was_not_promoted_is_refused_by_plain_up_and_preview(line: Line) -> None:
    estate, dev, staging, prod = line
    (old,) = _digests(estate, prod)
    _build(estate, "1.1.0")
    estate.promote("1.1.0", dev, staging)
    (new,) = _digests(estate, staging)
    _prod(line, new, "1.1.0")

    refused = [estate.run(verb, prod) for verb in ("preview", "up")]

    assert all(one.returncode != 0 for one in refused)
    told = refused[0].stderr + refused[0].stdout
    assert "has not passed the gates of" in told
    assert f"promote 1.1.0 --from {staging} --to {prod}" in told
    assert _digests(estate, prod) == {old}
    _prod(line, old, "1.0.0")


def _prod(line: Line, digest: str, version: str, **settings: Any) -> None:
    """Write prod's file by hand: this image, and these settings."""
    estate, _, staging, prod = line
    image = {"name": "wine", "version": version, "digest": digest}
    fine = {"service": {"health": HEALTH}}
    estate.write(
        prod, tier="prod", upstream=staging, image=image, **{**fine, **settings}
    )


def _traffic(line: Line) -> Traffic:
    estate, _, _, prod = line
    url = f"http://127.0.0.1:{estate.ports[prod]}"
    return Traffic(url, estate.root / EXAMPLE / "example.json")


def _promote_to_prod(line: Line, *more: str) -> subprocess.CompletedProcess[str]:
    estate, _, staging, prod = line
    words = ("promote", "1.1.0", "--from", staging, "--to", prod, "--yes")
    return estate.run(*words, *more)


def test_what_fails_in_prod_is_put_back_by_itself_and_stays_out(line: Line) -> None:
    estate, _, _, prod = line
    (old,) = _digests(estate, prod)
    # What serves keeps its room; the next replica gets too little.
    _prod(line, old, "1.0.0", service={"health": HEALTH, "memory_mb": 40})

    with _traffic(line) as traffic:
        failed = _promote_to_prod(line)

    assert failed.returncode == 4, "1.0.0 has no room here either"
    assert "it needs more memory than its 40 MiB" in failed.stderr
    assert traffic.lost == []
    assert _file(estate, prod)["slipway:image"]["digest"] == old
    again = _promote_to_prod(line)
    assert again.returncode == 1
    assert "untried" in again.stderr
    _prod(line, old, "1.0.0")
    estate.up(prod)


def test_a_canary_without_traffic_is_withdrawn(line: Line) -> None:
    estate, _, _, prod = line
    (old,) = _digests(estate, prod)
    watch = {"window": "1s", "patience": "1s", "requests": 10}
    _prod(line, old, "1.0.0", watch=watch)

    withdrawn = _promote_to_prod(line, "--canary", "10")

    assert withdrawn.returncode == 3, withdrawn.stderr
    assert "only 0 requests reached it" in withdrawn.stderr
    assert estate.containers(prod, "canary") == []
    assert _digests(estate, prod) == {old}
    assert "slipway:canary" not in _file(estate, prod)
    again = _promote_to_prod(line)
    assert again.returncode == 1, "what failed as a canary does not come another way"
    assert estate.run("retry", prod, "--reason", "now it has").returncode == 0


def test_a_canary_that_is_as_good_takes_over_and_loses_nothing(line: Line) -> None:
    estate, _, _, prod = line
    (old,) = _digests(estate, prod)
    _prod(line, old, "1.0.0", watch={"window": "2s", "requests": 20})

    with _traffic(line) as traffic:
        promoted = _promote_to_prod(line, "--canary", "50")

    assert promoted.returncode == 0, promoted.stderr
    assert traffic.lost == []
    assert set(traffic.answered) == {"1.0.0", "1.1.0"}
    assert len(estate.containers(prod)) == 1
    assert estate.containers(prod, "canary") == []
    assert "slipway:canary" not in _file(estate, prod)
    assert _file(estate, prod)["slipway:image"]["version"] == "1.1.0"


def test_a_rollback_loses_nothing_and_holds(line: Line) -> None:
    estate, _, _, prod = line
    (new,) = _digests(estate, prod)

    with _traffic(line) as traffic:
        back = estate.run("rollback", prod, "--reason", "it is odd", "--yes")

    assert back.returncode == 0, back.stderr
    (old,) = _digests(estate, prod)
    assert _file(estate, prod)["slipway:image"]["digest"] == old != new
    assert traffic.lost == []
    assert set(traffic.answered) == {"1.0.0", "1.1.0"}
    images = _images(estate, prod)
    assert (images.tagged("latest"), images.tagged("stable")) == (new, old)

    forward = _promote_to_prod(line)
    _prod(line, new, "1.1.0")
    plain = estate.run("up", prod)

    assert forward.returncode == 1
    assert "held at wine 1.0.0" in forward.stderr
    assert plain.returncode != 0
    assert "held at wine 1.0.0" in plain.stderr + plain.stdout
    assert _digests(estate, prod) == {old}
    _prod(line, old, "1.0.0")


def test_a_tag_that_somebody_moved_is_noticed(line: Line) -> None:
    estate, dev, staging, prod = line
    (other,) = _digests(estate, prod)
    _build(estate, "1.2.0")
    images = _images(estate, dev)
    images.tag(other, "1.2.0")

    words = ("promote", "1.2.0", "--from", dev, "--to", staging, "--yes")
    refused = estate.run(*words)

    assert refused.returncode == 1
    assert "somebody moved the tag" in refused.stderr
    assert _file(estate, staging)["slipway:image"]["version"] == "1.1.0"
    images.tag(next(iter(_digests(estate, dev))), "1.2.0")


def test_two_promotions_at_once_are_one_and_a_sentence(line: Line) -> None:
    estate, dev, staging, _ = line
    words = ("promote", "1.2.0", "--from", dev, "--to", staging, "--yes")
    first = estate.started(*words)
    lock = Path(estate.environment["SLIPWAY_STATE_HOME"]) / f"moving-{staging}.lock"
    held = time.monotonic() + 20
    while not lock.exists() and time.monotonic() < held:
        time.sleep(0.05)
    time.sleep(0.3)

    second = estate.run(*words)

    assert second.returncode == 1
    assert "another promotion or rollback of it runs on this machine" in second.stderr
    assert first.wait() == 0


FAULTS = {
    "errs": "self.calls % 50 == 49 and exec('raise RuntimeError(1)')",
    "is-slow": "self.calls > 40 and __import__('time').sleep(0.1)",
}


@pytest.mark.parametrize(
    ("fault", "told"),
    [("errs", "answers are errors"), ("is-slow", "takes longer than")],
)
def test_a_version_that_is_worse_under_traffic_is_withdrawn(
    line: Line, fault: str, told: str
) -> None:
    """2 % errors, or a tenth of a second more: no example would show that."""
    estate, dev, staging, prod = line
    (old,) = _digests(estate, prod)
    version = {"errs": "2.0.0", "is-slow": "2.1.0"}[fault]
    estate.run("hold", prod, "--lift")  # the rollback before held it
    server = estate.root / "model_image/server/flavours/onnx.py"
    text = server.read_text()
    begin = "        names = self.outputs if outputs is None else outputs\n"
    assert text.count(begin) == 1
    wrong = (
        f"        self.calls = getattr(self, 'calls', 0) + 1\n        {FAULTS[fault]}\n"
    )
    server.write_text(text.replace(begin, wrong + begin))
    _build(estate, version)
    server.write_text(text)
    estate.promote(version, dev, staging)
    watch = {"window": "5s", "requests": 300, "error_rate": 0.005}
    _prod(line, old, "1.0.0", watch=watch)

    words = ("promote", version, "--from", staging, "--to", prod, "--yes")
    with _traffic(line) as traffic:
        withdrawn = estate.run(*words, "--canary", "50")
        lost = len(traffic.lost)
        time.sleep(1)

    assert withdrawn.returncode == 3, withdrawn.stderr
    assert told in withdrawn.stderr
    assert all(one.startswith("500 at") for one in traffic.lost), "of the canary alone"
    assert len(traffic.lost) == lost, "none after it was withdrawn"
    assert (lost > 0) == (fault == "errs")
    assert _digests(estate, prod) == {old}
    assert estate.containers(prod, "canary") == []


def test_between_two_registries_everything_comes_along(
    line: Line, shared_estate: Estate
) -> None:
    estate, dev, _, _ = line
    (digest,) = _digests(estate, dev)
    here = _images(estate, dev)
    signature = f"{digest.replace(':', '-')}.sig"
    here.tag(digest, signature)  # any manifest will do for one
    far = estate.stack("far")
    with another_registry(shared_estate) as (host, _):
        registry = {"kind": "oci", "address": f"{host}/team"}
        estate.write(
            far,
            tier="staging",
            upstream=dev,
            registry=registry,
            service={"health": HEALTH},
        )
        version = estate.containers(dev)[0].labels["slipway.version"]

        words = ("promote", version, "--from", dev, "--to", far, "--yes")
        promoted = estate.run(*words)
        again = estate.run(*words)

        assert promoted.returncode == 0, promoted.stderr
        assert "blobs copied" in promoted.stderr
        assert "0 blobs copied (0 bytes)" in again.stderr
        assert digest in _digests(estate, far)
        there = _images(estate, far)
        for name in (digest, signature):
            assert there.repository.stored(name) == here.repository.stored(name)
        assert there.tagged(version) == digest
    for container in estate.containers(far) + estate.containers(far, "edge"):
        container.remove(force=True, v=True)


def test_a_glass_is_broken_where_the_ledger_cannot_be_used_and_told_later(
    line: Line,
) -> None:
    estate, _, _, prod = line
    (old,) = _digests(estate, prod)
    ledger = "refs/heads/slipway-ledger"
    good = _git(estate, "rev-parse", ledger)
    forged = _git(
        estate, "commit-tree", f"{ledger}^{{tree}}", "-p", ledger, "-m", "no change"
    )
    _git(estate, "update-ref", ledger, forged)

    refused = [estate.run("up", prod), estate.run("preview", prod)]
    words = ("break-glass", prod, f"1.0.0@{old}", "--reason", "who wrote that?")
    broken = estate.run(*words, "--yes")
    plain = estate.run("up", prod)
    _git(estate, "update-ref", ledger, good)
    told = estate.run("history", prod, "-n", "3")

    for one in refused:
        assert one.returncode != 0
        assert "was not written by Slipway" in one.stderr + one.stdout
    assert broken.returncode == 0, broken.stderr
    assert plain.returncode == 0, plain.stderr
    assert "break-glass" in told.stdout
    assert "who wrote that?" in told.stdout


def _git(estate: Estate, *words: str) -> str:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    command = ["git", *who, *words]
    done = subprocess.run(command, cwd=estate.root, capture_output=True, check=True)
    return done.stdout.decode().strip()
