"""Which alerts of a service are raised, in Cloud Monitoring."""

from stacks.settings.gcp_project import GcpProject, answer


def firing(project: GcpProject, called: str) -> set[str]:
    """By the names that policies have after that of the service."""
    start = f"{called}: "
    alerts = project.client("monitoring").projects().alerts()
    asked = alerts.list(parent=project.project, filter='state="OPEN"', pageSize=1000)
    names: set[str] = set()
    while asked is not None:
        page = answer(asked, "Cloud Monitoring does not say which alerts are raised")
        for one in page.get("alerts", ()):
            if one.get("state") == "OPEN":
                names.add(one.get("policy", {}).get("displayName", ""))
        asked = alerts.list_next(asked, page)
    return {one.removeprefix(start) for one in names if one.startswith(start)}
