"""How the container's share of the processors is found."""

import os
from pathlib import Path

import pytest

from model_image.server.cpu import usable_cpus


@pytest.fixture(autouse=True)
def _eight_present(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)))


@pytest.mark.parametrize(
    ("limit", "cpus"),
    [
        ("200000 100000", 2),
        ("350000 100000", 3),
        ("50000 100000", 1),
        ("max 100000", 8),
    ],
)
def test_a_limit_of_cgroup_2_is_rounded_down_to_at_least_one(
    tmp_path: Path, limit: str, cpus: int
):
    (tmp_path / "cpu.max").write_text(limit + "\n")

    assert usable_cpus(tmp_path) == cpus


@pytest.mark.parametrize(("quota", "cpus"), [("200000", 2), ("-1", 8)])
def test_a_limit_of_cgroup_1_counts_where_there_is_no_version_2(
    tmp_path: Path, quota: str, cpus: int
):
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota + "\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")

    assert usable_cpus(tmp_path) == cpus


def test_without_a_limit_every_processor_counts(tmp_path: Path):
    assert usable_cpus(tmp_path) == 8


def test_a_limit_above_the_machine_is_the_machine(tmp_path: Path):
    (tmp_path / "cpu.max").write_text("6400000 100000")

    assert usable_cpus(tmp_path) == 8
