"""Closed-loop load: so many connections, each asking again once it is answered."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import msgspec

from stacks.machine.packages import install_packages

from .processes import processor_seconds
from .running import BenchmarkError, Running

_SCRIPT = Path(__file__).with_name("wrk.lua")


class Load(msgspec.Struct, frozen=True):
    """What a server did under load."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    """Answers that were no 2xx."""
    broken: int
    processor_seconds: float = 0.0
    """What the server's processes used meanwhile."""

    @property
    def processor_microseconds(self) -> float:
        """The same for each request."""
        return self.processor_seconds / self.requests * 1e6 if self.requests else 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (self.requests - self.refused) / self.seconds


def load(running: Running, connections: int, seconds: float) -> Load:
    """Ask one server as fast as it answers; raises BenchmarkError."""
    if not shutil.which("wrk"):
        install_packages("wrk")
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(running.body())
        words = ["--threads", "1", "--connections", str(connections), "--timeout", "30"]
        script = ["--script", str(_SCRIPT), running.url, "--", file.name]
        command = ["wrk", *words, "--duration", f"{max(1, round(seconds))}s", *script]
        before = processor_seconds(running.tree)
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        used = processor_seconds(running.tree) - before
    if run.returncode != 0:
        raise BenchmarkError(f"wrk failed: {(run.stderr or run.stdout).strip()[-300:]}")
    return msgspec.structs.replace(parse(run.stdout), processor_seconds=used)


def parse(text: str) -> Load:
    """The last line of what wrk printed."""
    return msgspec.json.decode(text.strip().splitlines()[-1], type=Load)
