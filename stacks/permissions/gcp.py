"""The permissions of Google Cloud that Pulumi and Slipway use, by type of resource."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject, answer

from . import table

_FILE = Path(__file__).with_suffix(".yaml")
_GRANTS = "projects/iAMMember:IAMMember"
_MOST = 100


def needed() -> dict[str, frozenset[str]]:
    """The permissions by type of resource, without `gcp:` before it, and `push`."""
    return table.read(_FILE, ".")


def everything() -> frozenset[str]:
    """All of them."""
    return table.union(needed())


def role() -> dict[str, Any]:
    """
    The role for whoever deploys, as IAM makes one in a project or an organization.

    Whoever sets a project's own policy can take every permission there is, so that is
    not in it; only `slipway:platform.roles` asks for it.
    """
    return {
        "title": "Slipway: deploy",
        "description": "What Pulumi and Slipway ask for to run models in Cloud Run.",
        "stage": "GA",
        "includedPermissions": sorted(everything() - needed()[_GRANTS]),
    }


def lacking(platform: GcpPlatform) -> list[str]:
    """Those that whoever runs this does not have; CloudError where nobody says so."""
    return missing(GcpProject(platform), asked_for(platform))


def asked_for(platform: GcpPlatform) -> frozenset[str]:
    """Those of the role, and for a model that may do something, to grant it that."""
    grants = needed()[_GRANTS] if platform.roles else frozenset[str]()
    return frozenset(role()["includedPermissions"]) | grants


def missing(project: GcpProject, permissions: Collection[str]) -> list[str]:
    """Those of the permissions that Google does not find in the project."""
    wanted = sorted(permissions)
    projects = project.client("cloudresourcemanager").projects()
    allowed: set[str] = set()
    for start in range(0, len(wanted), _MOST):
        asked = projects.testIamPermissions(
            resource=project.project,
            body={"permissions": wanted[start : start + _MOST]},
        )
        found = answer(asked, "the permissions cannot be seen")
        allowed.update(found.get("permissions", ()))
    return [one for one in wanted if one not in allowed]
