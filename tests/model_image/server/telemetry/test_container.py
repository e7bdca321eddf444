"""What the container uses and may use, from files as both versions write them."""

from pathlib import Path

import pytest

from model_image.server.telemetry.container import Container


def written(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text + "\n")


def readings(root: Path, membership: str) -> dict[str, float]:
    (root / "membership").write_text(membership)
    found = Container(root, root / "membership").collect()
    return {
        sample.name.removeprefix("slipway_container_"): sample.value
        for metric in found
        for sample in metric.samples
    }


@pytest.fixture
def version_2(tmp_path: Path) -> Path:
    written(tmp_path, cgroup__controllers="cpu memory")
    written(
        tmp_path,
        cpu__stat="usage_usec 2500000\nnr_throttled 3\nthrottled_usec 40000",
        cpu__max="150000 100000",
        memory__current="52428800",
        memory__max="268435456",
        memory__stat="anon 1000\ninactive_file 2428800",
    )
    return tmp_path


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    written(
        tmp_path / "cpu",
        **{"cpu__cfs_quota_us": "50000", "cpu__cfs_period_us": "100000"},
        cpu__stat="nr_periods 7\nnr_throttled 3\nthrottled_time 40000000",
    )
    written(tmp_path / "cpuacct", cpuacct__usage="2500000000")
    written(
        tmp_path / "memory",
        memory__usage_in_bytes="52428800",
        memory__limit_in_bytes="268435456",
        memory__stat="inactive_file 7\ntotal_inactive_file 2428800",
    )
    return tmp_path


EVERYTHING = {
    "cpu_seconds_total": 2.5,
    "cpu_throttled_seconds_total": 0.04,
    "cpu_limit_cores": 1.5,
    "memory_bytes": 52428800,
    "memory_working_set_bytes": 50000000,
    "memory_limit_bytes": 268435456,
}


def test_version_2_is_read(version_2: Path):
    assert readings(version_2, "0::/\n") == EVERYTHING


def test_version_1_is_read(version_1: Path):
    membership = "4:memory:/docker/1\n2:cpu,cpuacct:/docker/1\n0::/\n"

    assert readings(version_1, membership) == EVERYTHING | {"cpu_limit_cores": 0.5}


def test_outside_a_container_the_own_group_is_found_below_the_root(version_2: Path):
    written(version_2 / "system" / "model", memory__current="1", memory__max="2")

    found = readings(version_2, "0::/system/model\n")

    assert found == {"memory_bytes": 1, "memory_limit_bytes": 2}


def test_in_version_1_each_controller_has_a_place_of_its_own(version_1: Path):
    written(version_1 / "memory" / "mine", memory__usage_in_bytes="7")

    found = readings(version_1, "4:memory:/mine\n2:cpu,cpuacct:/\n")

    assert found["memory_bytes"] == 7
    assert found["cpu_seconds_total"] == 2.5


def test_no_limit_is_no_metric_in_version_2(version_2: Path):
    written(version_2, cpu__max="max 100000", memory__max="max")

    assert readings(version_2, "0::/\n").keys() == EVERYTHING.keys() - {
        "cpu_limit_cores",
        "memory_limit_bytes",
    }


def test_no_limit_is_no_metric_in_version_1(version_1: Path):
    written(version_1 / "cpu", cpu__cfs_quota_us="-1")
    written(version_1 / "memory", memory__limit_in_bytes="9223372036854771712")

    assert readings(version_1, "").keys() == EVERYTHING.keys() - {
        "cpu_limit_cores",
        "memory_limit_bytes",
    }


def test_what_cannot_be_read_is_absent(tmp_path: Path):
    assert readings(tmp_path, "") == {}
    assert not [*Container(tmp_path, tmp_path / "nothing").collect()]


def test_each_reading_is_of_the_moment(version_2: Path):
    (version_2 / "membership").write_text("0::/\n")
    container = Container(version_2, version_2 / "membership")
    before = {one.name: one.samples[0].value for one in container.collect()}

    written(version_2, memory__current="62428800")

    after = {one.name: one.samples[0].value for one in container.collect()}
    assert after == before | {
        "slipway_container_memory_bytes": 62428800,
        "slipway_container_memory_working_set_bytes": 60000000,
    }


def test_memory_that_can_be_given_back_is_never_more_than_all(version_2: Path):
    """The two files are read one after the other."""
    written(version_2, memory__current="99")

    found = readings(version_2, "0::/\n")

    assert found["memory_working_set_bytes"] == 0
