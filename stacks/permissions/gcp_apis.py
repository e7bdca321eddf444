"""The APIs that a project of Google Cloud has to have on, once."""

from collections.abc import Sequence

from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject, answer

from .gcp import everything

_CALLED = {"resourcemanager": "cloudresourcemanager"}
"""APIs whose permissions start otherwise."""


def lacking(platform: GcpPlatform, tier: str) -> list[str]:
    """Those that are off, without which no permission is of use, whatever the tier."""
    return off(GcpProject(platform))


def switch_on(platform: GcpPlatform, names: Sequence[str]) -> str:
    """The command that does it."""
    return f"`gcloud services enable {' '.join(names)} --project {platform.project}`"


def apis() -> list[str]:
    """Those that a project has to have on, for anybody to use the permissions."""
    services = {one.partition(".")[0] for one in everything()}
    return sorted(f"{_CALLED.get(one, one)}.googleapis.com" for one in services)


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
