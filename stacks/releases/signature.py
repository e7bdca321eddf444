"""Proof of who said something: signatures by ssh keys, checked by ssh-keygen."""

import subprocess
import tempfile
from pathlib import Path

from .ledger.event import Event, LedgerError, Release

_NAMESPACE = "slipway-approval"
_TIMEOUT_S = 60


class SignatureError(LedgerError):
    """A statement that could not be signed, or a signature that proves nothing."""


def statement(stack: str, release: Release, veto: Event | None) -> bytes:
    """
    What an approver signs: exactly this digest may come to exactly this stack.

    The last veto of it is part of that, so one from before says nothing after.
    """
    last = veto.id if veto else "none"
    lines = (
        "slipway approval",
        f"stack {stack}",
        f"release {release.name} {release.digest}",
        f"last veto {last}",
    )
    return "\n".join(lines).encode() + b"\n"


def sign(content: bytes, key: Path) -> str:
    """The signature of `content` by a private key, or by the agent for a public one."""
    if not key.is_file():
        raise SignatureError(f"{key} is no file; name your ssh key with --key")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statement"
        file.write_bytes(content)
        # Its own question for a passphrase reaches the terminal.
        done = _keygen("-Y", "sign", "-n", _NAMESPACE, "-f", str(key), str(file))
        if done.returncode:
            raise SignatureError(f"{key} did not sign: {_last(done.stderr)}")
        return file.with_suffix(".sig").read_text()


def signer(content: bytes, signature: str, allowed: Path) -> str:
    """
    Who of the `allowed` signers signed `content`.

    Raises SignatureError for one of nobody in that file, for an expired or a revoked
    key, and for a signature of anything else.
    """
    if not allowed.is_file():
        raise SignatureError(f"{allowed} is missing: it lists who may approve")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "signature"
        file.write_text(signature)
        known = ("-f", str(allowed), "-s", str(file))
        found = _keygen("-Y", "find-principals", *known)
        names = found.stdout.decode(errors="replace").split("\n")
        if found.returncode or not names[0]:
            raise SignatureError(f"its key is nobody's in {allowed.name}")
        who = names[0].strip()
        checked = _keygen(
            "-Y", "verify", "-n", _NAMESPACE, "-I", who, *known, stdin=content
        )
        if checked.returncode:
            raise SignatureError(f"{who} did not sign this: {_last(checked.stderr)}")
    return who


def _keygen(
    *words: str, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *words],
            input=stdin,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        raise SignatureError(
            "ssh-keygen is not on PATH; install OpenSSH's client"
        ) from None
    except subprocess.TimeoutExpired:
        raise SignatureError(f"ssh-keygen did not end in {_TIMEOUT_S} s") from None


def _last(text: bytes) -> str:
    return (text.decode(errors="replace").strip().splitlines() or ["no reason"])[-1]
