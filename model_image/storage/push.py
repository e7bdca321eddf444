"""From a package to a reference that others can fetch."""

from model_image.environment import Say
from model_image.errors import PackError
from model_image.package import ModelPackage

from .reference import BucketReference, OciReference, parse


def push(package: ModelPackage, target: str, say: Say) -> str:
    """
    Upload a package; returns the pinned reference to it.

    The same package has the same reference wherever it was packed, and what is already
    there is not moved again. Interrupted, it can simply be run again.
    """
    try:
        return _push(package, target, say)
    except OSError as error:
        raise PackError(
            f"{package.path} changed while it was pushed ({error.strerror or error}); "
            "push it again"
        ) from None


def _push(package: ModelPackage, target: str, say: Say) -> str:
    match parse(target):
        case OciReference(digest="") as repository:
            from . import oci

            return str(oci.push(package, repository, say))
        case BucketReference(digest="") as prefix:
            from . import bucket

            return str(bucket.push(package, prefix, say))
        case OciReference() | BucketReference():
            raise PackError(
                f"{target} names one package by digest; leave out @sha256:..., which "
                "follows from what is pushed"
            )
        case other:
            raise PackError(
                f"{other} is nothing to push to; name oci://host/repository, "
                "s3://bucket/prefix, gs://... or az://..."
            )
