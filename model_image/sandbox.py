"""A process that may read what it is given, write one folder, and do nothing else."""

import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import PackError

HERE = Path(__file__).parent
INPUT = Path("/input")
OUTPUT = Path("/output")
_GB = 1 << 30
BARE = {
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
}
"""The environment of whoever gets none of this process's."""


@dataclass(frozen=True)
class Limits:
    """What a sandboxed process may use before it is ended."""

    seconds: int = 900
    memory_bytes: int = 12 * _GB
    file_bytes: int = 4 * _GB


def run_isolated(
    command: Sequence[str | Path],
    *,
    reads: Mapping[str, Path],
    writes: Path,
    limits: Limits,
) -> None:
    """
    Run `python ...` without network, secrets, or a view of this machine.

    `reads` are shown read-only under /input, by name; `writes` is its /output. It ends
    with this process, however that ends. Raises PackError where it fails without
    having said why in the file that it should have written.
    """
    _require_bubblewrap()
    words = [*_limited(limits), *_walls(Path(command[0]), reads, writes)]
    log = writes.with_name(f"{writes.name}.log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*words, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise PackError(
                f"the isolated process took more than {limits.seconds} s and "
                "was ended; allow more with --seconds"
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
        number = -code if code < 0 else code - 128
        return (
            f"the isolated process was ended by signal {number} (its limit is "
            f"{limits.memory_bytes // _GB} GB of memory): {words}"
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
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session",
        *_view(python, reads),
        "--bind", str(writes), str(OUTPUT),
    ]  # fmt: skip


def serving(
    python: Path,
    reads: Mapping[str, Path],
    settings: Mapping[str, str],
    told_on: int | None,
) -> list[str]:
    """
    The start of a command that sees as little, but shares this machine's network.

    It keeps signals to itself: which process to send them to is told, as JSON, on the
    file descriptor `told_on`. It ends with the process that started it.
    """
    _require_bubblewrap()
    words = [
        "bwrap", "--unshare-user", "--unshare-ipc", "--unshare-uts",
        "--die-with-parent",
        *_view(python, reads),
    ]  # fmt: skip
    if told_on is not None:
        words += ["--info-fd", str(told_on)]
    for name, value in settings.items():
        words += ["--setenv", name, value]
    return [*words, str(python)]


def _view(python: Path, reads: Mapping[str, Path]) -> list[str]:
    """Python, what it runs and what it may read; nothing else of this machine."""
    words = walls(python)
    for part in ("convert", "server", "__init__.py"):
        words += ["--ro-bind", str(HERE / part), f"/slipway/model_image/{part}"]
    for name, path in reads.items():
        words += ["--ro-bind", str(path.absolute()), str(INPUT / name)]
    for name, value in _ENVIRONMENT.items():
        words += ["--setenv", name, value]
    return words


def walls(python: Path) -> list[str]:
    """Options of bubblewrap that show a Python, and nothing else of this machine."""
    words = [
        "--clearenv", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--chdir", "/tmp",
    ]  # fmt: skip
    for name, value in BARE.items():
        words += ["--setenv", name, value]
    environment = python.parent.parent
    for folder in ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", sys.base_prefix):
        words += ["--ro-bind-try", folder, folder]
    return [*words, "--ro-bind", str(environment), str(environment)]


def _require_bubblewrap() -> None:
    if not shutil.which("bwrap"):
        raise PackError(
            "models are loaded only inside bubblewrap, which is not installed; install "
            "the package `bubblewrap`"
        )


_ENVIRONMENT = {
    # One row's time is then one thread's, and a busy machine is not made busier.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONPATH": "/slipway",
    "PYTHONSAFEPATH": "1",
    "PYTHONWARNINGS": "ignore",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
}
