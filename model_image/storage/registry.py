"""oras's client for OCI registries, and what it lacks for large files and logins."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import docker.auth
import docker.errors
import oras.auth
import oras.auth.utils
import oras.container
import oras.provider
import oras.utils
import requests
from requests.adapters import HTTPAdapter

from model_image.errors import PackError

from .loopback import is_loopback

if TYPE_CHECKING:
    from _typeshed import SupportsRead

_SECONDS = (10, 120)
_HUB = {"docker.io": "registry-1.docker.io"}


class RegistryClient(oras.provider.Registry):
    """
    Requests to one registry: HTTPS, and plain HTTP only on this machine's loopback.

    Unlike its parent it fails at once rather than after two minutes, streams uploads,
    asks for a new token whenever a request wants one (a wider scope, or the old one is
    spent), answers a challenge for basic authentication, and takes its account from
    where Docker has it, credential helpers included.
    """

    def __init__(self, host: str) -> None:
        loopback = is_loopback(host)
        super().__init__(hostname=_HUB.get(host, host), insecure=loopback)
        self.session.trust_env = not loopback  # no proxy stands before loopback
        self.session.auth = lambda request: request  # else ~/.netrc replaces the token
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, _Patient(max_retries=2))
        self._login = _login(host)
        self._granted: dict[str, str] = {}

    @property
    def has_login(self) -> bool:
        """Whether Docker has an account for this registry."""
        return self._login is not None

    def do_request(
        self,
        url: str,
        method: str = "GET",
        data: Any = None,
        headers: dict[str, str] | None = None,
        json: dict[str, Any] | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """One request; when it is challenged, once more with what was asked for."""

        def send() -> requests.Response:
            granted = self._granted if self._is_mine(url) else {}
            sent = {**(headers or {}), **granted}
            return self.session.request(
                method, url, data=data, headers=sent, json=json, stream=stream
            )

        answer = send()
        challenged = answer.status_code == 401 and self._is_mine(answer.url)
        if not challenged or not self._authenticate(answer):
            return answer
        answer.close()
        if hasattr(data, "seek"):
            data.seek(0)
        return send()

    def upload(
        self,
        container: oras.container.Container,
        digest: str,
        file: "SupportsRead[bytes]",
        size: int,
    ) -> requests.Response:
        """
        Upload a blob in one streamed request, which every registry takes.

        The parent reads all of it into memory, or sends pieces, which some refuse.
        """
        url = f"{self.prefix}://{container.upload_blob_url()}"
        started = self.do_request(url, "POST")
        location = self._get_location(started, container)
        if started.status_code >= 300 or not location:
            return started
        return self.do_request(
            oras.utils.append_url_params(location, {"digest": digest}),
            "PUT",
            data=file if size else b"",
            headers={"Content-Type": "application/octet-stream"},
        )

    def _is_mine(self, url: str) -> bool:
        """Uploads and downloads may lead elsewhere; the account does not go along."""
        return urlsplit(url).netloc == self.hostname

    def _authenticate(self, answer: requests.Response) -> bool:
        """Prepare the header that the challenge asks for; False when there is none."""
        challenge = answer.headers.get("Www-Authenticate", "")
        if "realm=" not in challenge.lower():
            return False
        kind = "basic" if challenge.lower().startswith("basic") else "token"
        auth = oras.auth.get_auth_backend(kind, self.session, self.prefix == "http")
        if self._login:
            auth.set_basic_auth(*self._login)
        elif kind == "basic":
            return False
        self._granted, changed = auth.authenticate_request(answer, {})
        return changed


class _Patient(HTTPAdapter):
    """Waits for an answer, but not for ever; sends files in large pieces."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **{**options, "blocksize": 2**20})

    def send(self, *args: Any, **options: Any) -> requests.Response:
        return super().send(*args, **{**options, "timeout": _SECONDS})


def _login(host: str) -> tuple[str, str] | None:
    try:
        found = docker.auth.load_config().resolve_authconfig(host) or {}
    except docker.errors.DockerException:
        raise PackError(
            f"the credential helper in Docker's configuration fails for {host}; mend "
            f"it, or run `docker login {host}` again"
        ) from None
    account = {key.lower(): value for key, value in found.items()}
    if account.get("username") and account.get("password"):
        return account["username"], account["password"]
    return None
