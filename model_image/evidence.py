"""What was measured or learnt of a package: beside it, never part of its identity."""

from pathlib import Path

import msgspec

from .convert.task import Parity, Proof
from .errors import PackError
from .scan.report import Scan

EVIDENCE = "evidence.json"
_MB = 1 << 20


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a package comes from."""

    files: dict[str, str]
    """Name and sha256 of each file that was given."""
    format: str
    libraries: dict[str, str]
    packed: str
    """When, in UTC."""


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model took on the machine that packed it, on one thread."""

    load_seconds: float
    row_seconds: float
    original_row_seconds: float
    memory_mb: int
    suggested_memory_mb: int
    """A limit that leaves half as much again for requests."""


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything known of the package of this identity."""

    identity: str
    origin: Origin | None = None
    parity: Parity | None = None
    measured: Measured | None = None
    metrics: dict[str, float] = {}
    scans: tuple[Scan, ...] = ()
    notes: list[str] = []


def measured(proof: Proof, original_row_seconds: float) -> Measured:
    """The proof's figures, with what they suggest."""
    used = proof.memory_bytes / _MB
    suggested = -(-used * 1.5 // 64) * 64
    return Measured(
        round(proof.load_seconds, 4),
        round(proof.row_seconds, 8),
        round(original_row_seconds, 8),
        round(used),
        int(suggested),
    )


def read_evidence(folder: Path, identity: str) -> Evidence:
    """The evidence beside a package; an empty one where there is none."""
    path = folder / EVIDENCE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Evidence)
    except FileNotFoundError:
        return Evidence(identity)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path} cannot be read: {error}; pack again") from None
    if found.identity != identity:
        raise PackError(
            f"{path} is about {found.identity[:19]}…, and the package is "
            f"{identity[:19]}…; pack again"
        )
    return found
