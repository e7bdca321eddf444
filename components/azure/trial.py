"""An app with one copy of a release that nobody reaches, for a while."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import pulumi

from components.proof import Inputs
from stacks.settings.azure_subscription import AzureSubscription, told
from stacks.settings.cloud_error import CloudError

from .body import out_of_reach

_PAUSE_S = 3.0
_NEW_ROLE_S = 300
"""How long a role that was just given may not be known everywhere yet."""
_NOT_YET = ("unauthorized", "denied", "forbidden", "unable to get value using managed")
_BUSY_S = 120
"""How long an app may be busy with what it is, before it can be removed."""


@contextmanager
def trial(
    subscription: AzureSubscription, group: str, service: Inputs
) -> Generator[Callable[[], str]]:
    """What starts the copy; its app is removed whatever comes of it."""
    called = trial_name(service["containerAppName"])
    apps = _Trial(subscription, group, called)
    apps.remove()  # of a run that was killed
    try:
        yield lambda: apps.start(out_of_reach(service))
    finally:
        try:
            apps.remove()
        except CloudError as error:
            pulumi.log.warn(f"{called} is left, and costs: {error}")


def trial_name(app: str) -> str:
    """What the app is called in which a release of this one is tried out."""
    return f"{app}-trial"


class _Trial:
    """The app, from nothing to nothing."""

    def __init__(self, subscription: AzureSubscription, group: str, name: str) -> None:
        self._client = subscription.client
        self._start_s = subscription.platform.start_s
        self._group, self._name = group, name

    def start(self, app: Any) -> str:
        """
        Its copy, as soon as there is one.

        An image that may not be pulled, or a secret that may not be read, is asked for
        again while the role may only not be known yet.
        """
        begun = time.monotonic()
        while True:
            try:
                return self._started(app, begun + self._start_s)
            except CloudError as error:
                text = str(error).lower()
                late = time.monotonic() > begun + _NEW_ROLE_S
                if late or not any(word in text for word in _NOT_YET):
                    raise
            time.sleep(5 * _PAUSE_S)

    def _started(self, app: Any, until: float) -> str:
        with told("a copy to try out cannot be started"):
            making = self._client.container_apps.begin_create_or_update(
                self._group, self._name, app
            )
            while not (found := self._copies()):
                if making.done():
                    making.result()
                if time.monotonic() > until:
                    raise CloudError("no copy to try out is placed in time")
                time.sleep(_PAUSE_S)
        return found[0]

    def _copies(self) -> list[str]:
        from azure.core.exceptions import ResourceNotFoundError

        client, found = self._client, list[str]()
        try:
            for revision in client.container_apps_revisions.list_revisions(
                self._group, self._name
            ):
                replicas = client.container_apps_revision_replicas.list_replicas(
                    self._group, self._name, revision.name or ""
                )
                found += [f"{revision.name}/{one.name}" for one in replicas.value]
        except ResourceNotFoundError:
            return []  # it is not known yet
        return found

    def remove(self) -> None:
        """Wait until it is gone; Azure refuses while it is busy with it."""
        until = time.monotonic() + _BUSY_S
        while True:
            try:
                with told(f"{self._name} cannot be removed"):
                    self._client.container_apps.begin_delete(
                        self._group, self._name
                    ).result()
                return
            except CloudError:
                if time.monotonic() > until:
                    raise
            time.sleep(_PAUSE_S)
