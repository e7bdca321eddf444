"""The project that a platform names, through Google's own SDK."""

import json
from typing import Any

from .cloud_error import CloudError
from .gcp import GcpPlatform

_VERSIONS = {
    "cloudresourcemanager": "v3",
    "logging": "v2",
    "monitoring": "v3",
    "run": "v2",
    "serviceusage": "v1",
}
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_PATIENCE_S = 30
_AGAIN = 3


class GcpProject:
    """
    Clients for the APIs of one project, with the credentials of whoever runs this.

    Nothing is asked before a client is. CloudError says in one sentence what is wrong.
    """

    def __init__(self, platform: GcpPlatform, http: Any = None) -> None:
        """`http` takes the place of a connection with the credentials of this place."""
        self._platform = platform
        self._http = http
        self._clients: dict[str, Any] = {}

    @property
    def location(self) -> str:
        """The region, as resources of Cloud Run are named after it."""
        return f"projects/{self._platform.project}/locations/{self._platform.region}"

    @property
    def project(self) -> str:
        """As logs and metrics are named after it."""
        return f"projects/{self._platform.project}"

    def client(self, service: str) -> Any:
        """A client of this API, made from the description that comes with the SDK."""
        from googleapiclient.discovery import build

        if service not in self._clients:
            with told("no credentials of Google Cloud"):
                self._http = self._http or _connection()
            self._clients[service] = build(
                service,
                _VERSIONS[service],
                http=self._http,
                static_discovery=True,
                cache_discovery=False,
            )
        return self._clients[service]

    def services(self) -> Any:
        """The services of Cloud Run."""
        return self.client("run").projects().locations().services()

    def identity(self) -> str:
        """Whoever runs this; CloudError unless they see the project's services."""
        asked = self.services().list(parent=self.location, pageSize=1)
        answer(asked, f"project {self._platform.project} cannot be used")
        return _whose(getattr(self._http, "credentials", None))


def answer(request: Any, doing: str, again: int = _AGAIN) -> dict[str, Any]:
    """What the API answers; one that is slow is asked `again`, and no longer."""
    with told(doing):
        return request.execute(num_retries=again)


def found(request: Any, doing: str, status: int = 404) -> dict[str, Any] | None:
    """The same; None where the API answers this status: that it is not there."""
    from googleapiclient.errors import HttpError

    with told(doing):
        try:
            return request.execute(num_retries=_AGAIN)
        except HttpError as error:
            if error.status_code == status:
                return None
            raise


class told:
    """Turns what the SDK raises into a CloudError that says what was being done."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        from google.auth.exceptions import GoogleAuthError
        from googleapiclient.errors import HttpError
        from httplib2 import HttpLib2Error

        if isinstance(error, HttpError):
            raise CloudError(f"{self._doing}: {_reason(error)}") from None
        if isinstance(error, GoogleAuthError | HttpLib2Error | OSError):
            said = str(error).partition("\n")[0] or type(error).__name__
            raise CloudError(f"{self._doing}: {said}") from None


def _reason(error: Any) -> str:
    """The API's own sentence; the SDK's has addresses around it."""
    try:
        return str(json.loads(error.content)["error"]["message"]).partition("\n")[0]
    except (ValueError, KeyError, TypeError):
        return f"{error.status_code} {error.reason}".strip()


def _connection() -> Any:
    import httplib2
    from google.auth import default
    from google_auth_httplib2 import AuthorizedHttp

    credentials, _ = default(scopes=[_SCOPE])
    return AuthorizedHttp(credentials, http=httplib2.Http(timeout=_PATIENCE_S))


def _whose(credentials: Any) -> str:
    """An account that is known by its name, or somebody who logged in here."""
    named = ("service_account_email", "account")
    known = (getattr(credentials, one, "") for one in named)
    return next(filter(None, known), "a user of gcloud")
