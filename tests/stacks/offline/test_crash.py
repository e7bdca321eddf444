"""Whenever a run is killed, the next one completes, and nothing is left over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import STACK, containers, names

pytestmark = pytest.mark.docker

CRASH = Path(__file__).with_name("crash.py")
CLONE = Path(__file__).parents[3]
LOCAL = """
from pathlib import Path

config = pulumi.Config()
word = config.get("word") or "first"

def prove(args):
    with Path("proven").open("a") as file:
        file.write(args.id + "\\n")

hook = pulumi.ResourceHook("prove", prove)
docker.Volume("offline-test-data")
# Its name is fixed, so that it and all that is in it are replaced old one first.
fixed = docker.Network("offline-test-fixed", name="offline-test-fixed",
    labels=[{"label": "word", "value": word}])
free = docker.Network("offline-test-free")
docker.Container("offline-test-edge", image=IMAGE, command=["sleep", "600"],
    networks_advanced=[{"name": fixed.id}])
docker.Container("offline-test-model", image=IMAGE, command=["sleep", "600"],
    envs=[f"WORD={word}"],
    networks_advanced=[{"name": free.name}],
    opts=pulumi.ResourceOptions(delete_before_replace=False,
        hooks=pulumi.ResourceHookBinding(after_create=[hook])))
"""
EVERYTHING = {"containers": 2, "networks": 2, "volumes": 1}
every_moment = pytest.param(1, marks=[pytest.mark.proof, pytest.mark.timeout(900)])


def crash(project, command, moment):
    """Whether the run was killed; it was not when it was over before that moment."""
    ran = subprocess.run(
        [sys.executable, str(CRASH), command, str(project.root), STACK, str(moment)],
        env={**os.environ, "PYTHONPATH": str(CLONE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return ran.returncode != 0


def assert_whole(project, engine, moment):
    """The next run completes, all that exists is recorded, proven, and stays so."""
    project.up()

    found, recorded = names(engine), project.state
    where = f"killed at moment {moment}"
    assert {kind: len(each) for kind, each in found.items()} == EVERYTHING, where
    ids = {r["id"] for r in recorded["resources"] if r["custom"]}
    assert {c.id for c in containers(engine) if c.status == "running"} < ids, where
    assert len([c for c in containers(engine) if c.status == "running"]) == 2, where
    assert recorded["pending"] == [], where
    (model,) = [r["id"] for r in recorded["resources"] if "model" in r["name"]]
    assert model in (project.root / "proven").read_text().split(), where
    assert set(project.up().changes) == {"same"}, where


@pytest.mark.parametrize("stride", [7, every_moment])
def test_a_first_run_killed_at_any_moment_is_completed_by_the_next(
    project, engine, stride
):
    project.program(LOCAL)
    moment = 1
    while crash(project, "up", moment):
        assert_whole(project, engine, moment)
        project.destroy()
        moment += stride

    assert moment > 20


@pytest.mark.parametrize("stride", [7, every_moment])
def test_a_replacement_killed_at_any_moment_is_completed_by_the_next(
    project, engine, stride
):
    project.program(LOCAL).up()
    moment = 1
    while crash(project.configure(word=f"word-{moment}"), "up", moment):
        assert_whole(project, engine, moment)
        moment += stride

    assert moment > 30


@pytest.mark.parametrize("stride", [7, every_moment])
def test_a_destroy_killed_at_any_moment_is_completed_by_the_next(
    project, engine, stride
):
    project.program(LOCAL).up()
    moment = 1
    while crash(project, "destroy", moment):
        project.destroy()
        assert not any(names(engine).values()), f"killed at moment {moment}"
        project.up()
        moment += stride

    assert moment > 15
    assert not any(names(engine).values())


@pytest.mark.parametrize("stride", [7, every_moment])
def test_a_destroy_killed_at_any_moment_can_be_followed_by_an_up(
    project, engine, stride
):
    project.program(LOCAL).up()
    moment = 1
    while crash(project, "destroy", moment):
        assert_whole(project, engine, moment)
        moment += stride

    assert moment > 15
