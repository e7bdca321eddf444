"""What callers notice of a deployment: nothing."""

from pathlib import Path

import pytest

from tests.estate import Estate
from tests.packages import variant
from tests.traffic import Traffic

pytestmark = pytest.mark.docker


def test_no_request_is_lost_while_good_and_bad_versions_are_deployed(
    estate_of_either: Estate, tmp_path: Path
) -> None:
    estate = estate_of_either
    example = estate.root / "model_image/example/package"
    dev = estate.write_dev()
    url = estate.up(dev)["endpoint"]

    with Traffic(url, example / "example.json") as traffic:
        estate.write_dev(str(variant(example, tmp_path / "good", version="1.0.1")))
        estate.up(dev)
        serving = _serving(estate, dev)

        crashing = variant(example, tmp_path / "bad", version="1.0.2", model=b"junk")
        estate.write_dev(str(crashing))
        crashed = [estate.run("up", dev).returncode for _ in range(2)]
        after_crash = _serving(estate, dev)

        estate.write_dev(str(tmp_path / "good"))
        health = estate.root / "model_image/server/health.py"
        healthy = health.read_text()
        health.write_text("raise SystemExit(1)\n")
        unhealthy = [estate.run("up", dev).returncode for _ in range(2)]
        after_unhealthy = _serving(estate, dev)
        health.write_text(healthy)

        estate.write_dev(str(variant(example, tmp_path / "next", version="1.0.3")))
        estate.up(dev)

    assert traffic.lost == []
    assert set(traffic.answered) == {"1.0.0", "1.0.1", "1.0.3"}
    assert 0 not in crashed + unhealthy
    assert serving == after_crash == after_unhealthy
    assert len(estate.containers(dev)) == 1


def _serving(estate: Estate, stack: str) -> list[str]:
    """The ids of the containers that take traffic."""
    return [
        container.id
        for container in estate.containers(stack)
        for network in container.attrs["NetworkSettings"]["Networks"].values()
        if "model" in (network["Aliases"] or [])
    ]
