"""From a reference to a folder with exactly that."""

from pathlib import Path

from model_image.environment import Say
from model_image.package import ModelPackage

from . import cached
from .reference import (
    BucketReference,
    OciReference,
    PackageFolder,
    RegisteredModel,
    parse_pinned,
)


def fetch(reference: str, say: Say) -> Path:
    """
    A folder with what the reference names, every byte of it checked.

    It is a package, but for `models:/name/version`, which is an MLflow model folder for
    `pack`. Raises PackError, or ManifestError for a folder that is no package.
    """
    match parse_pinned(reference):
        case PackageFolder(path):
            return ModelPackage.read(path).path
        case OciReference() as artifact:
            from .oci import OciSource

            return cached.package(OciSource(artifact), say)
        case BucketReference() as stored:
            from .bucket import BucketSource

            return cached.package(BucketSource(stored), say)
        case RegisteredModel() as model:
            from .mlflow import download

            return download(model, say)
