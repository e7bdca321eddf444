"""git, as a program to be asked, not a user's: no terminal, no surroundings."""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

TIMEOUT_S = 60

# A git hook that runs Slipway hands these on; they would lead to another repository.
_INHERITED = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_WORK_TREE",
]


def git(
    root: Path,
    *command: str,
    stdin: bytes = b"",
    environ: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> subprocess.CompletedProcess[bytes]:
    """
    Run a git command in `root`, whatever becomes of it.

    A session of its own: git's helpers (ssh, https) die with it, none asks the
    terminal for a password that nobody is there to type.
    """
    inherited = {k: v for k, v in os.environ.items() if k not in _INHERITED}
    full = ["git", "-C", str(root), *command]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        full,
        env={**inherited, **(environ or {})},
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(stdin, timeout_s)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(full, process.returncode, out, err)


def answered(
    root: Path,
    *command: str,
    error: type[Exception],
    stdin: bytes = b"",
    environ: Mapping[str, str] | None = None,
) -> bytes:
    """What a git command prints; where it fails, `error` with what it said."""
    environ = {"LC_ALL": "C", **(environ or {})}
    try:
        done = git(root, *command, stdin=stdin, environ=environ)
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise error(f"git cannot be run: {failed}") from None
    if done.returncode:
        raise error(f"git {command[0]}: {said(done.stderr)}")
    return done.stdout


def said(output: bytes) -> str:
    """What git said, without the credentials of an address."""
    lines = [line for line in output.decode(errors="replace").splitlines() if line]
    errors = [line for line in lines if re.match(r"(fatal|error|remote|!)", line)]
    line = (errors or lines or ["git said nothing"])[0]
    return re.sub(r"//[^/@\s]+@", "//", line).strip().replace("\t", " ")
