"""The one file of a package that a flavour loads."""

from pathlib import Path

from ..manifest import ARTIFACTS, Manifest, ManifestError


def artifact(folder: Path, manifest: Manifest) -> Path:
    """The only file under `artifacts/`; ManifestError where there is another number."""
    names = [name for name in manifest.files if name.startswith(f"{ARTIFACTS}/")]
    if len(names) != 1:
        raise ManifestError(
            f"{folder / ARTIFACTS} has {len(names)} files, and the flavour "
            f"{manifest.flavour} loads a single one; pack again"
        )
    return folder / names[0]
