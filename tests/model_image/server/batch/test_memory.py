"""Ten million rows take no more memory than one million."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
WINE = ROOT / "model_image" / "example" / "package"
Peak = Callable[[int, str], int]


@pytest.fixture
def peak(wine_csv: Callable[[int], str], tmp_path: Path) -> Peak:
    """Scores so many rows; the most memory that the process ever held, in bytes."""
    header, _, rows = wine_csv(10_000).partition("\n")

    def scored(count: int, kind: str) -> int:
        with (tmp_path / "in.csv").open("w") as file:
            file.write(header + "\n")
            file.writelines(rows for _ in range(count // 10_000))
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "model_image.server", "batch"),
                *(tmp_path / "in.csv", tmp_path / f"out-{count}.{kind}"),
                *("--keep", "id"),
            ],
            cwd=ROOT,
            env={**os.environ, "SLIPWAY_MODEL": str(WINE), "SLIPWAY_THREADS": "2"},
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return usage.ru_maxrss * 1024

    return scored


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_memory_does_not_grow_with_the_rows(peak: Peak, kind: str):
    few = peak(1_000_000, kind)

    many = peak(10_000_000, kind)

    print(f"{kind}: {few / 2**20:.0f} MiB, then {many / 2**20:.0f} MiB")
    assert many < few * 1.15
