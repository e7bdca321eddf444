"""The apps of one resource group, as the SDK finds them."""

from typing import TYPE_CHECKING

from stacks.settings.azure_subscription import AzureSubscription, told

if TYPE_CHECKING:
    from azure.mgmt.appcontainers.models import ContainerApp, Revision
    from azure.mgmt.appcontainers.models import Replica as Copy


class Apps:
    """What there is; CloudError where Azure does not say."""

    def __init__(self, subscription: AzureSubscription) -> None:
        self._subscription = subscription
        self._group = subscription.platform.resource_group

    def app(self, name: str) -> "ContainerApp | None":
        """An app, where there is one of this name."""
        with told(f"{name} cannot be seen"):
            try:
                return self._subscription.client.container_apps.get(self._group, name)
            except _missing():
                return None

    def revisions(self, app: str) -> list["Revision"]:
        """Every revision of an app that Azure still knows."""
        asked = self._subscription.client.container_apps_revisions
        with told(f"the revisions of {app} cannot be seen"):
            try:
                return list(asked.list_revisions(self._group, app))
            except _missing():
                return []

    def copies(self, revision: "Revision") -> list["Copy"]:
        """Every copy of a revision."""
        asked = self._subscription.client.container_apps_revision_replicas
        name = revision.name or ""
        with told(f"the copies of {name} cannot be seen"):
            return list(asked.list_replicas(self._group, _app(name), name).value)

    def copy(self, id: str) -> tuple["Revision", "Copy"]:
        """One copy, `revision/copy`, with its revision; LookupError when it is gone."""
        client, (name, _, copy) = self._subscription.client, id.partition("/")
        where = (self._group, _app(name), name)
        with told(f"copy {id} cannot be seen"):
            try:
                revision = client.container_apps_revisions.get_revision(*where)
                replicas = client.container_apps_revision_replicas
                return revision, replicas.get_replica(*where, copy)
            except _missing():
                raise LookupError(f"copy {copy or id} is gone") from None

    def token(self, revision: "Revision") -> str:
        """What opens the streams of an app's copies, for a while."""
        app = _app(revision.name or "")
        with told(f"the log of {app} cannot be read"):
            answer = self._subscription.client.container_apps.get_auth_token(
                self._group, app
            )
        return (answer.properties.token if answer.properties else None) or ""


def _app(revision: str) -> str:
    """A revision's name is its app's and a suffix."""
    return revision.rpartition("--")[0]


def _missing() -> type[Exception]:
    """Nothing by that name; a program that only declares never comes to ask."""
    from azure.core.exceptions import ResourceNotFoundError

    return ResourceNotFoundError
