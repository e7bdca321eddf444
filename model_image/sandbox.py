"""A process that may read what it is given, write one folder, and do nothing else."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import PackError

HERE = Path(__file__).parent
INPUT = Path("/input")
OUTPUT = Path("/output")
_GB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """What a sandboxed process may use before it is ended."""

    seconds: int = 900
    memory_bytes: int = 12 * _GB
    file_bytes: int = 4 * _GB


def run_isolated(
    python: Path,
    module: str,
    *,
    reads: Mapping[str, Path],
    writes: Path,
    limits: Limits,
) -> None:
    """
    Run `python -m module` without network, secrets, or a view of this machine.

    `reads` are shown read-only under /input, by name; `writes` is its /output. It ends
    with this process, however that ends. Raises PackError where it fails without
    having said why in the file that it should have written.
    """
    if not shutil.which("bwrap"):
        raise PackError(
            "models are loaded only inside bubblewrap, which is not installed; install "
            "the package `bubblewrap`"
        )
    command = [*_limited(limits), *_walls(python, reads, writes), str(python)]
    log = writes.with_name(f"{writes.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "-m", module],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise PackError(
                f"{module.rpartition('.')[2]} took more than {limits.seconds} s and was "
                "ended; allow more with --seconds"
            ) from None
        finally:
            process.kill()
            process.wait()
    if code != 0:
        raise PackError(_why(code, limits, last_words(log)))


def last_words(log: Path) -> str:
    """The last line of a log that is worth showing, without control characters."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        text = file.read().decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "".join(c for c in lines[-1][:300] if c.isprintable()) if lines else ""


def _why(code: int, limits: Limits, words: str) -> str:
    if "bwrap:" in words:
        return f"this machine does not allow the isolation of models ({words})"
    if code < 0 or code > 128:
        return (
            f"the isolated process was ended by signal {-code if code < 0 else code - 128}"
            f" (its limit is {limits.memory_bytes // _GB} GB of memory): {words}"
        )
    return f"the isolated process failed: {words}"


def _limited(limits: Limits) -> list[str]:
    return [
        "prlimit",
        "--core=0",
        f"--as={limits.memory_bytes}",
        f"--fsize={limits.file_bytes}",
        f"--cpu={limits.seconds * 4}",
        f"--nofile={min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])}",
    ]


def _walls(python: Path, reads: Mapping[str, Path], writes: Path) -> list[str]:
    environment = python.parent.parent
    words = [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv",
        "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "sandbox",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp",
    ]  # fmt: skip
    for folder in ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", sys.base_prefix):
        words += ["--ro-bind-try", folder, folder]
    words += ["--ro-bind", str(environment), str(environment)]
    for part in ("convert", "server", "__init__.py"):
        words += ["--ro-bind", str(HERE / part), f"/slipway/model_image/{part}"]
    for name, path in reads.items():
        words += ["--ro-bind", str(path), str(INPUT / name)]
    words += ["--bind", str(writes), str(OUTPUT)]
    for name, value in _ENVIRONMENT.items():
        words += ["--setenv", name, value]
    return words


_ENVIRONMENT = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "ORT_DISABLE_TELEMETRY": "1",
    "PATH": "/usr/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": "/slipway",
    "PYTHONSAFEPATH": "1",
    "PYTHONWARNINGS": "ignore",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
}
