"""The lock binds the owner's own `pulumi up`, and nothing but the lock does."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.estate import Estate

from .pulumi_run import PulumiRun
from .recording import ROOT_TYPE

pytestmark = [pytest.mark.engine, pytest.mark.docker]
LOCK = "stacks/releases/lock.py"
REFUSAL = "if reason := refusal("


@dataclass
class Edited:
    """An estate whose prod file names what dev verified and staging never saw."""

    estate: Estate
    run: PulumiRun
    prod: str


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[Edited]:
    (tmp_path / "clone").mkdir()
    estate = Estate.clone(tmp_path / "clone", pulumi=True)
    try:
        yield _edited(estate, PulumiRun(estate, tmp_path))
    finally:
        estate.clean()


def _edited(estate: Estate, run: PulumiRun) -> Edited:
    dev, staging, prod = (estate.stack(name) for name in ("dev", "staging", "prod"))
    estate.write_dev()
    for stack in (estate.shared, dev):
        assert run("up", stack).end == "done"
    digest = run.output(dev, "image").partition("@")[2]
    image = {"name": "wine", "version": "1.0.0", "digest": digest}
    health = {"interval_s": 1, "startup_s": 15, "window_s": 1}
    estate.write(staging, tier="staging", upstream=dev)
    estate.write(
        prod, tier="prod", upstream=staging, image=image, service={"health": health}
    )
    return Edited(estate, run, prod)


def test_preview_and_up_refuse_a_digest_that_staging_never_verified(
    edited: Edited,
) -> None:
    for refused in (edited.run("preview", edited.prod), edited.run("up", edited.prod)):
        assert refused.end == "refused"
        assert "has not been verified in" in refused.errors[0]
        assert [each["type"] for each in refused.registrations.values()] == [ROOT_TYPE]

    assert edited.estate.containers(edited.prod) == []


def test_without_the_lock_the_same_digest_goes_through(edited: Edited) -> None:
    """So the test above fails when the lock does not hold."""
    lock = edited.estate.root / LOCK
    text = lock.read_text()
    assert text.count(REFUSAL) == 1
    lock.write_text(text.replace(REFUSAL, "if reason := None and refusal("))

    assert edited.run("preview", edited.prod).end == "done"
    assert edited.run("up", edited.prod).end == "done"
    [replica] = edited.estate.containers(edited.prod)
    assert replica.status == "running"
