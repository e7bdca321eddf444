"""The subscription that a platform names, through Azure's own SDK."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from .azure import AzurePlatform
from .cloud_error import CloudError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential
    from azure.core.pipeline.transport import HttpTransport
    from azure.mgmt.appcontainers import ContainerAppsAPIClient

_ARM = "https://management.azure.com"
_VERSION = "2022-12-01"


class AzureSubscription:
    """
    What asks Container Apps, with the credentials of whoever runs this.

    Nothing is asked before a client is. CloudError says in one sentence what is wrong.
    """

    def __init__(
        self,
        platform: AzurePlatform,
        *,
        credential: "TokenCredential | None" = None,
        transport: "HttpTransport[Any, Any] | None" = None,
    ) -> None:
        self.platform = platform
        self._given = credential
        self._transport = transport
        self._client: ContainerAppsAPIClient | None = None

    @property
    def client(self) -> "ContainerAppsAPIClient":
        """What asks; one that is slow is asked again, and no longer."""
        from azure.mgmt.appcontainers import ContainerAppsAPIClient

        if self._client is None:
            transport: Any = {"transport": self._transport} if self._transport else {}
            self._client = ContainerAppsAPIClient(
                self._credential,
                self.platform.subscription,
                retry_total=3,
                connection_timeout=5,
                read_timeout=60,
                polling_interval=5,
                logging_enable=False,
                **transport,
            )
        return self._client

    def token(self, scope: str) -> str:
        """A token for another part of Azure."""
        with told("no credentials of Azure"):
            return self._credential.get_token(scope).token

    def identity(self) -> str:
        """What the subscription is called; CloudError unless it can be reached."""
        from azure.core.rest import HttpRequest

        id = self.platform.subscription
        asked = HttpRequest(
            "GET", f"{_ARM}/subscriptions/{id}", params={"api-version": _VERSION}
        )
        with told("no credentials of Azure"):
            answer = self.client.send_request(asked)
        if answer.status_code != 200:
            raise CloudError(
                f"the credentials do not reach slipway:platform.subscription {id} "
                f"({answer.status_code}); `az login`, or set AZURE_TENANT_ID and "
                "AZURE_CLIENT_ID to those of a principal that does"
            )
        found = answer.json()
        tenant = self.platform.tenant
        if tenant and found.get("tenantId") != tenant:
            raise CloudError(
                f"subscription {id} is of tenant {found.get('tenantId')}, and "
                f"slipway:platform.tenant is {tenant}"
            )
        return found.get("displayName", id)

    def pages(
        self, path: str, doing: str, asked: dict[str, str], *, hint: str = ""
    ) -> Iterator[Any]:
        """Every value of a list told by pages, or CloudError with a hint."""
        from azure.core.rest import HttpRequest

        request = HttpRequest("GET", f"{_ARM}{path}", params=asked)
        while True:
            with told(doing):
                answer = self.client.send_request(request)
            if answer.status_code != 200:
                raise CloudError(f"{doing} ({answer.status_code}){hint}")
            page = answer.json()
            yield from page["value"]
            if not (following := page.get("nextLink")):
                return
            request = HttpRequest("GET", following)

    @property
    def _credential(self) -> "TokenCredential":
        return self._given or _credential(self.platform.tenant)


@cache
def _credential(tenant: str | None) -> "TokenCredential":
    from azure.identity import DefaultAzureCredential

    # Of several that may be there, those that ask a person for nothing.
    found = DefaultAzureCredential(
        exclude_interactive_browser_credential=True,
        additionally_allowed_tenants=[tenant] if tenant else [],
    )
    return _Within(found, tenant) if tenant else found


class _Within:
    """Credentials that log in to one tenant, whichever they know first."""

    def __init__(self, credential: "TokenCredential", tenant: str) -> None:
        self._credential = credential
        self._tenant = tenant

    def get_token(self, *scopes: str, **asked: Any) -> "AccessToken":
        """A token of the tenant, unless Azure names another."""
        return self._credential.get_token(
            *scopes, **{**asked, "tenant_id": asked.get("tenant_id") or self._tenant}
        )


class told:
    """Turns what the SDK raises into a CloudError that says what was being done."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        from azure.core.exceptions import AzureError, HttpResponseError

        if isinstance(error, HttpResponseError) and error.error is not None:
            raise CloudError(f"{self._doing}: {_line(error.error.message)}") from None
        if isinstance(error, AzureError):
            raise CloudError(f"{self._doing}: {_line(error.message)}") from None


def _line(text: str | None) -> str:
    """The SDK's own words are several lines, and the first has what there is."""
    return next(iter((text or "").strip().splitlines()), "it does not answer")
