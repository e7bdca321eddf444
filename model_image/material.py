"""What a person gave to pack: private copies, recognised and scanned."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from .errors import PackError
from .scan import Scan, scan
from .scan.format import Format
from .scan.recognise import recognise
from .scan.snapshot import snapshot
from .settings import PackSettings

_GB = 1 << 30
_SAMPLE_BYTES = 4 * _GB
_CODE_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Material:
    """Nothing in it can change any more, and nothing of it has been loaded."""

    artifacts: Path
    """The folder with the model's files."""
    digests: dict[str, str]
    """sha256 of each, by the name it was given under."""
    format: Format | None
    """None where only the user's own code can tell."""
    scan: Scan
    code: Path | None
    sample: Path | None

    @property
    def names(self) -> list[str]:
        """The model's files, in the order they were given."""
        return list(self.digests)


def taken(files: Sequence[Path], settings: PackSettings, work: Path) -> Material:
    """Copy what was named into `work`, then look at it; raises PackError."""
    artifacts = work / "artifacts"
    artifacts.mkdir()
    if len({file.name for file in files}) < len(files):
        raise PackError("two of the files have the same name; rename one")
    digests = {}
    for file in files:
        limit = int(settings.max_gb * _GB)
        digests[file.name] = snapshot(file, artifacts / file.name, limit).sha256
    code = _copied(settings.code, work / "code", _CODE_BYTES)
    sample = settings.data
    suffix = sample.suffix.lower() if sample else ""
    return Material(
        artifacts=artifacts,
        digests=digests,
        **_looked_at(artifacts, list(digests), settings, code),
        code=code,
        sample=_copied(sample, work / f"sample{suffix}", _SAMPLE_BYTES),
    )


def _looked_at(
    artifacts: Path, names: list[str], settings: PackSettings, code: Path | None
) -> dict:
    """The format and the scan of all files together."""
    modules = frozenset(one.stem for one in code.iterdir()) if code else frozenset()
    format: Format | None = None
    found = Scan()
    for name in names:
        try:
            kind = recognise(artifacts / name)
        except PackError:
            # What the user's code reads is its own business, unless it is a pickle.
            if code is None:
                raise
            continue
        if format not in (None, kind) or (format and kind is not Format.PICKLE):
            raise PackError(
                f"{name} is {kind.value} and {names[0]} is {format}; only pickles of "
                "scikit-learn are packed together"
            )
        format = kind
        one = scan(
            artifacts / name, kind, trusted=frozenset(settings.trust), code=modules
        )
        found = _merged(found, one)
    return {"format": format, "scan": found}


def _merged(first: Scan, second: Scan) -> Scan:
    return msgspec.structs.replace(
        second,
        globals=tuple(sorted({*first.globals, *second.globals})),
        libraries={**first.libraries, **second.libraries},
    )


def _copied(path: Path | None, into: Path, limit: int) -> Path | None:
    if path is None:
        return None
    snapshot(path, into, limit)
    return into
