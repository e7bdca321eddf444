"""A package that brings its own code is deployed and promoted like any other."""

import httpx
import pytest

from tests.estate import Estate
from tests.own_package import ANSWER, lock, own_package

pytestmark = pytest.mark.docker


def test_a_users_class_is_served_in_dev_and_the_same_bytes_in_staging(
    estate: Estate,
) -> None:
    requirements = {"requirements.txt": lock("tabulate==0.9.0")}
    own_package(estate.root / "models" / "visitors", requirements)
    dev, staging = estate.write_dev("models/visitors"), estate.stack("staging")

    image = estate.up(dev)["image"]
    again = estate.run("up", dev)
    estate.write(staging, tier="staging", upstream=dev)
    estate.promote("1.0.0", dev, staging)
    promoted = estate.up(staging)

    asked = {"city": "Oslo", "age": 3.5}
    answer = httpx.post(f"{promoted['endpoint']}/predict", json=asked)
    assert "0 changes" in again.stderr
    assert promoted["image"] == image
    assert answer.json()["predictions"] == [ANSWER]
    assert estate.run("verify", staging).returncode == 0
