"""A model package: a folder with a model, its manifest and all that is known of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from model_image.server.manifest import (
    MANIFEST,
    REQUIREMENTS,
    Manifest,
    ManifestError,
    read_manifest,
    verify_files,
)
from model_image.server.profile import Profile, read_profile

SERVER_LOCK = Path(__file__).parent / "server" / "requirements.txt"


@dataclass(frozen=True)
class ModelPackage:
    """A verified package: every file in it was the one that was packed when read."""

    path: Path
    manifest: Manifest

    @classmethod
    def read(cls, path: Path | str) -> Self:
        """Read and verify the package in a folder; raises ManifestError."""
        folder = Path(path)
        manifest = read_manifest(folder)
        for name in (MANIFEST, *manifest.files):
            if (folder / name).is_symlink():
                raise ManifestError(
                    f"{folder / name} is a link, which an image would hold as a link; "
                    "put the file itself there"
                )
        verify_files(folder, manifest)
        return cls(folder, manifest)

    @property
    def name(self) -> str:
        """What the model is called, in addresses too."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """The version its owner gave it."""
        return self.manifest.version

    @property
    def identity(self) -> str:
        """`sha256:...` of everything that makes this package this one."""
        return self.manifest.identity

    @property
    def brings_requirements(self) -> bool:
        """Whether its image holds what the package locks, not the server's ONNX."""
        return self.manifest.flavour != "onnx"

    @property
    def lock(self) -> Path:
        """The requirements that it is served with, hashes included."""
        own = self.path / REQUIREMENTS
        return own if self.brings_requirements else SERVER_LOCK

    def profile(self) -> Profile:
        """How the training data fell; an empty profile where none was packed."""
        return read_profile(self.path, self.manifest)
