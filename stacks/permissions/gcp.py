"""The permissions of Google Cloud that Pulumi and Slipway use, by type of resource."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject, answer

from . import table

_FILE = Path(__file__).with_suffix(".yaml")
_GRANTS = "projects/iAMMember:IAMMember"
_CALLED = {"resourcemanager": "cloudresourcemanager"}
"""APIs whose permissions start otherwise."""
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


def apis() -> list[str]:
    """Those that a project has to have on, for anybody to use the permissions."""
    services = {one.partition(".")[0] for one in everything()}
    return sorted(f"{_CALLED.get(one, one)}.googleapis.com" for one in services)


def lacking(platform: GcpPlatform) -> list[str]:
    """
    Those that whoever runs this does not have; CloudError where nobody says so, or
    where it has no use, for an API is off.
    """
    project = GcpProject(platform)
    if found := missing(project, asked_for(platform)):
        return found
    if found := off(project):
        raise CloudError(
            f"{platform.project} has APIs off: `gcloud services enable "
            f"{' '.join(found)} --project {platform.project}`"
        )
    return []


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


def off(project: GcpProject) -> list[str]:
    """Those of the APIs that the project has not on."""
    names = [f"{project.project}/services/{one}" for one in apis()]
    services = project.client("serviceusage").services()
    asked = services.batchGet(parent=project.project, names=names)
    found = answer(asked, "which APIs are on cannot be seen").get("services", ())
    on = {
        one["name"].rpartition("/")[2] for one in found if one.get("state") == "ENABLED"
    }
    return [one for one in apis() if one not in on]
