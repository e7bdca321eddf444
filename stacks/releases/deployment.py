"""What is deployed, as one name: a release, and how it shall run."""

import hashlib

from stacks.settings.stack import StackSettings

from .ledger.event import Release


def deployment_id(release: Release, settings: StackSettings) -> str:
    """
    Fingerprint of what is deployed: the digest or recipe, and how it shall run.

    The number of replicas is left out: one more of the same is no other deployment.
    """
    service = settings.service.model_dump_json(exclude={"replicas"})
    identity = f"{release.identity}\n{service}{settings.platform.deployed}"
    return hashlib.sha256(identity.encode()).hexdigest()[:12]
