"""A revision of a container app: which release it is, and what is asked of it."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stacks.settings.azure import LABELS

if TYPE_CHECKING:
    from azure.mgmt.appcontainers.models import (
        Container,
        ContainerApp,
        Revision,
        RevisionProperties,
    )


def labels(revision: "Revision") -> Mapping[str, str]:
    """What Slipway said of its copies when it was made; nothing where it was not."""
    found = container(revision)
    for one in (found.env if found else None) or ():
        if one.name == LABELS and one.value:
            return json.loads(one.value)
    return {}


def digest(revision: "Revision") -> str:
    """Of the image that its copies run, which is named by nothing else."""
    found = container(revision)
    return (found.image or "").partition("@")[2] if found else ""


def container(revision: "Revision") -> "Container | None":
    """The model's, among those of a copy."""
    template = properties(revision).template
    every = (template.containers if template else None) or ()
    return next(iter(every), None)


def properties(revision: "Revision") -> "RevisionProperties":
    """What Azure says of it; LookupError where it says nothing."""
    if revision.properties is None:
        raise LookupError(f"revision {revision.name} says nothing of itself")
    return revision.properties


def created(revision: "Revision") -> float:
    """When it was made."""
    at = properties(revision).created_time
    return at.timestamp() if at else 0.0


def main_revision(app: "ContainerApp") -> str:
    """The revision that answers callers; beside a canary, the one that is named."""
    found = app.properties
    if found is None:
        raise LookupError(f"app {app.name} says nothing of itself")
    configuration = found.configuration
    several = configuration and configuration.active_revisions_mode == "Multiple"
    if several and configuration and configuration.ingress:
        for one in configuration.ingress.traffic or ():
            if one.revision_name:
                return one.revision_name
    return found.latest_ready_revision_name or ""
