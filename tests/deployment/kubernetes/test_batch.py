"""A file scored by eight pods is the file scored by one process, to the byte."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks.observe.kubernetes.job import Job, JobFailed
from tests.cluster import Cluster as OwnCluster
from tests.deployment.kubernetes.applied import Applied
from tests.deployment.kubernetes.conftest import Stack
from tests.deployment.kubernetes.objects import Object, apply
from tests.deployment.watching import until
from tests.estate import ROOT
from tests.packages import EXAMPLE

pytestmark = [pytest.mark.docker, pytest.mark.cluster]
_ROWS, _CHUNK, _SHARDS = 1_200_000, 8_000, 8


@pytest.fixture(scope="module")
def lake() -> Path:
    """A folder of the node that pods mount, with a file to score in it."""
    if not OwnCluster().is_up():
        pytest.skip("a folder of the node is at hand on the tests' own cluster only")
    folder = OwnCluster().run_dir / "lake"
    # Of a run before; what a job left there is another job's.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    folder.chmod(0o777)
    _write_rows(folder / "in.csv")
    return folder


@pytest.fixture(scope="module")
def prod(stack: Stack, wine: dict[str, str], lake: Path) -> Iterator[Applied]:
    """A stack with one job, which waits for a person to begin it."""
    one = stack(
        "batch",
        image={"name": "wine", "version": "1.0.0", "digest": wine["1.0.0"]},
        batch=[
            _job("all", "/data/in.csv", "/data/many/"),
            _job("none", "/data/absent.csv", "/data/none/"),
        ],
    )
    one.admit("1.0.0", wine["1.0.0"])
    one.up()
    volume = _volume(one, lake)
    for made in volume:
        apply(one.cluster, made)
    yield one
    one.cluster.delete(f"/api/v1/persistentvolumes/{volume[0]['metadata']['name']}")


def _job(name: str, input: str, output: str) -> Object:
    return {
        "name": name,
        "input": input,
        "output": output,
        "shards": _SHARDS,
        "parallel": 4,
        "options": [f"--rows={_CHUNK}"],
        "claim": {"name": "lake"},
        "retries": 3,
        "cpu": 0.2,
    }


def _volume(one: Applied, folder: Path) -> list[Object]:
    name = f"{one.stack}-lake"
    spec = {
        "accessModes": ["ReadWriteMany"],
        "storageClassName": "",
    }
    size = {"storage": "1Gi"}
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {**spec, "capacity": size, "hostPath": {"path": str(folder)}},
    }
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "lake", "namespace": one.cluster.namespace},
        "spec": {**spec, "volumeName": name, "resources": {"requests": size}},
    }
    return [volume, claim]


def _write_rows(file: Path) -> None:
    """The example's row again and again, each with a number and a value of its own."""
    stored = json.loads((ROOT / EXAMPLE / "example.json").read_text())
    (row,) = stored["request"]["rows"]
    with file.open("w") as out:
        out.write(",".join(["id", *row]) + "\n")
        for number in range(_ROWS):
            values = [value + number % 97 / 100 for value in row.values()]
            out.write(",".join(map(str, [number, *values])) + "\n")


def _by_one_process(lake: Path) -> dict[str, bytes]:
    words = ["batch", str(lake / "in.csv"), f"{lake / 'one'}/", f"--rows={_CHUNK}"]
    subprocess.run(
        [sys.executable, "-m", "model_image.server", *words],
        cwd=ROOT,
        env={"SLIPWAY_MODEL": str(ROOT / EXAMPLE), "PATH": "/usr/bin"},
        check=True,
        capture_output=True,
    )
    return _parts(lake / "one")


def _parts(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("part-*.csv")}


def test_a_killed_pods_shard_is_done_again_and_no_row_twice(
    prod: Applied, lake: Path
) -> None:
    job = Job(prod.stack, prod.settings, "all")
    begun = time.monotonic()

    job.begin()
    killed = _kill_one_at_work(prod, job.name, lake / "many")
    job.follow(lambda done, all: print(f"{done} of {all}"))

    print(f"{_ROWS} rows by {_SHARDS} shards: {time.monotonic() - begun:.0f} s")
    parts = _parts(lake / "many")
    assert parts == _by_one_process(lake)
    ids = [
        line.partition(b",")[0]
        for name in sorted(parts)
        for line in parts[name].splitlines()[1:]
    ]
    assert len(ids) == len(set(ids)) == _ROWS
    assert killed in _indexes(prod, job.name)


def test_a_job_that_makes_no_sense_says_why(prod: Applied) -> None:
    job = Job(prod.stack, prod.settings, "none")

    job.begin()
    with pytest.raises(JobFailed, match=r"absent\.csv"):
        job.follow(lambda done, all: None)


def test_a_job_that_nobody_names_is_told_with_those_that_are(prod: Applied) -> None:
    with pytest.raises(JobFailed, match="has no job weekly in the cluster, but all"):
        Job(prod.stack, prod.settings, "weekly").begin()


def _kill_one_at_work(prod: Applied, job: str, output: Path) -> str:
    """Kill a pod that has seconds of its shard to do; returns the shard."""
    until(lambda: len(_parts(output)) > 4, "the first parts", 120)
    found: list[Object] = []

    def hardly_begun() -> bool:
        # A pod is still called running when it has just done its last part.
        here = [one for one in _pods(prod, job) if one["status"]["phase"] == "Running"]
        found[:] = [one for one in here if len(_done(output, _index(one))) < 3]
        return bool(found)

    until(hardly_begun, "a pod at work", 60)
    name = found[-1]["metadata"]["name"]
    prod.cluster.delete(prod.cluster.path("pods", name), grace_s=0)
    return _index(found[-1])


def _done(output: Path, shard: str) -> list[str]:
    """The parts of a shard that are there: it takes every eighth chunk."""
    numbers = {name: int(name.split("-")[1].split(".")[0]) for name in _parts(output)}
    return [name for name, at in numbers.items() if at % _SHARDS == int(shard)]


def _pods(prod: Applied, job: str) -> list[Object]:
    mine = {"batch.kubernetes.io/job-name": job}
    return prod.cluster.list(prod.cluster.path("pods"), mine)


def _indexes(prod: Applied, job: str) -> set[str]:
    done = [one for one in _pods(prod, job) if one["status"]["phase"] == "Succeeded"]
    return {_index(one) for one in done}


def _index(pod: Object) -> str:
    labels = pod["metadata"]["labels"]
    return labels["batch.kubernetes.io/job-completion-index"]
