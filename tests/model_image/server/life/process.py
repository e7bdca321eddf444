"""What a process of the server holds, as the kernel counts it."""

import os
from pathlib import Path


def resident_bytes(pid: int) -> int:
    """Memory that is its own and in use."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"process {pid} has no memory")


def descriptors(pid: int) -> int:
    """Open files and sockets."""
    return len(os.listdir(f"/proc/{pid}/fd"))
