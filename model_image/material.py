"""What a person gave to pack: private copies, recognised and scanned."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .errors import PackError
from .scan import Format, Scan, recognise, scan
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
    scans: tuple[Scan, ...]
    code: Path | None
    sample: Path | None

    @property
    def globals(self) -> set[str]:
        """Everything that the files name."""
        return {name for scan in self.scans for name in scan.globals}

    @property
    def libraries(self) -> dict[str, str]:
        """The versions that the files were written by, as far as they tell."""
        return {
            name: version
            for scan in self.scans
            for name, version in scan.libraries.items()
        }

    @property
    def names(self) -> list[str]:
        """The model's files, in the order they were given."""
        return list(self.digests)


def taken(files: Sequence[Path], settings: PackSettings, work: Path) -> Material:
    """Copy what was named into `work`, then look at it; raises PackError."""
    artifacts = work / "artifacts"
    artifacts.mkdir()
    names = [file.name for file in files]
    if "" in names or ".." in names or len(set(names)) < len(names):
        listed = ", ".join(map(str, files))
        raise PackError(f"{listed}: give each file of the model once, by its own name")
    digests = {}
    for file in files:
        limit = int(settings.max_gb * _GB)
        digests[file.name] = snapshot(file, artifacts / file.name, limit).sha256
    code = _copied(settings.code, work / "code", _CODE_BYTES)
    sample = settings.data
    suffix = sample.suffix.lower() if sample else ""
    format, scans = _looked_at(files, artifacts, settings, code)
    return Material(
        artifacts=artifacts,
        digests=digests,
        format=format,
        scans=scans,
        code=code,
        sample=_copied(sample, work / f"sample{suffix}", _SAMPLE_BYTES),
    )


def _looked_at(
    files: Sequence[Path], artifacts: Path, settings: PackSettings, code: Path | None
) -> tuple[Format | None, tuple[Scan, ...]]:
    """The format that all files share, and the scan of each."""
    modules = frozenset(one.stem for one in code.iterdir()) if code else frozenset()
    # A pickle may name what is packed with it.
    trusted = frozenset([*settings.trust, *(f"{name}.*" for name in modules)])
    formats: dict[str, Format] = {}
    for file in files:
        try:
            with _as_written(file, artifacts / file.name):
                formats[file.name] = recognise(artifacts / file.name)
        except PackError:
            # What code of the user's own reads may well be in a format of its own.
            if code is None:
                raise
    kinds = set(formats.values())
    if code is None and len(files) > 1 and kinds != {Format.PICKLE}:
        listed = ", ".join(f"{name} ({kind})" for name, kind in formats.items())
        raise PackError(
            f"{listed} are not one model; only pickles of scikit-learn, a model and "
            "its preprocessors, are packed together"
        )
    scans = []
    for file in files:
        copy = artifacts / file.name
        if kind := formats.get(file.name):
            with _as_written(file, copy):
                scans.append(scan(copy, kind, trusted=trusted, code=modules))
    return (min(kinds) if len(kinds) == 1 else None), tuple(scans)


@contextmanager
def _as_written(file: Path, copy: Path) -> Iterator[None]:
    """Refusals name the file as the user wrote it, not its private copy."""
    try:
        yield
    except PackError as error:
        raise PackError(str(error).replace(str(copy), str(file))) from None


def _copied(path: Path | None, into: Path, limit: int) -> Path | None:
    if path is None:
        return None
    snapshot(path, into, limit)
    return into
