"""One instance of a new revision, beside the service and out of every caller's way."""

import re
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

from components.proof import Inputs
from stacks.observe.gcp import revisions
from stacks.observe.gcp.rest import body
from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp_project import GcpProject, answer, found

_NEW_GRANT_S = 120
"""How long a permission that was just given may not be known everywhere yet."""
_EARLY = re.compile(r"ermission|ervice account .*does not exist")
"""What is said of a permission, or of an account, that is not known yet."""
_MADE = "a revision to try out cannot be made"
_GONE_S = 120
_POLL_S = 2.0


class Trial:
    """
    A service of one instance that runs what a revision is to run.

    Nobody may call it and nothing leads to it but the project's own network. What it
    is found to be is in its own log.
    """

    def __init__(self, project: GcpProject, name: str) -> None:
        self._project = project
        self._name = name

    @contextmanager
    def of(self, service: Inputs) -> Generator[None]:
        """Remove it at the end, and what an earlier run that was killed left of one."""
        self._service = service
        self._remove(wait=True)
        try:
            yield
        finally:
            with suppress(CloudError):
                self._remove(wait=False)

    def start(self) -> str:
        """
        Make the service; returns the whole name of its revision.

        One that is refused what it was just granted is made again for a while.
        """
        until = time.monotonic() + _NEW_GRANT_S
        while True:
            try:
                return self._started(until)
            except CloudError as error:
                if not _EARLY.search(str(error)) or time.monotonic() > until:
                    raise
            time.sleep(_POLL_S)
            self._remove(wait=True)

    def _started(self, until: float) -> str:
        services = self._project.services()
        wanted = trial_service(self._service, self._name)
        asked = services.create(
            parent=self._project.location, serviceId=self._name, body=wanted
        )
        # One whose answer was lost is asked for again, and is there by then.
        operation = found(asked, _MADE, status=409) or {}
        id = f"{self._path}/revisions/{wanted['template']['revision']}"
        while True:
            seen = found(services.revisions().get(name=id), _MADE)
            late = time.monotonic() > until
            if seen and (late or revisions.health(seen) != "waiting"):
                return _granted(seen)
            if said := operation.get("error", {}).get("message"):
                raise CloudError(f"{_MADE}: {said}")
            if late:
                raise CloudError(f"{_MADE}: it is not there after {_NEW_GRANT_S} s")
            time.sleep(_POLL_S)
            operation = self._operation(operation)

    def _operation(self, last: dict[str, Any]) -> dict[str, Any]:
        """How it goes on, where it is known and not over."""
        if "name" not in last or last.get("done"):
            return last
        operations = self._project.client("run").projects().locations().operations()
        return answer(operations.get(name=last["name"]), _MADE)

    def _remove(self, *, wait: bool) -> None:
        services = self._project.services()
        doing = f"the trial {self._name} cannot be removed"
        gone = found(services.delete(name=self._path), doing)
        until = time.monotonic() + _GONE_S
        while wait and gone and time.monotonic() < until:
            if found(services.get(name=self._path), doing) is None:
                return
            time.sleep(_POLL_S)

    @property
    def _path(self) -> str:
        return f"{self._project.location}/services/{self._name}"


def _granted(revision: revisions.Revision) -> str:
    """Its name; CloudError where it may not start. Whether it starts is seen later."""
    said = revisions.why(revision) or ""
    if revisions.health(revision) == "blocked" and _EARLY.search(said):
        raise CloudError(f"{_MADE}: {said}")
    return revision["name"]


def trial_service(service: Inputs, name: str) -> dict[str, Any]:
    """
    What the API is asked for: the template of the service, and nothing that admits.

    The example is answered after the instance is ready, when nobody calls yet, so its
    processor is there between requests too.
    """
    template = body(service["template"])
    _, _, mark = template.pop("revision").rpartition("-")
    template.pop("scaling", None)
    for container in template["containers"]:
        resources = container["resources"]
        if not str(resources["limits"]["cpu"]).endswith("m"):
            resources["cpuIdle"] = False
    wanted: dict[str, Any] = {
        "ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY",
        "labels": {**template["labels"], "slipway-role": "trial"},
        "scaling": {"minInstanceCount": 1, "maxInstanceCount": 1},
        "template": {**template, "revision": f"{name}-{mark}"},
    }
    if authorized := service.get("binaryAuthorization"):
        wanted["binaryAuthorization"] = body(authorized)
    return wanted
