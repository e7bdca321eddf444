"""Logs in to a cloud's registry, with a token that ends by itself."""

import os
import subprocess

from stacks.settings.cloud_error import CloudError
from stacks.settings.registry import (
    Acr,
    ArtifactRegistry,
    EcrRegistry,
    RegistrySettings,
)

_ECR_USER = "AWS"
_GOOGLE_USER = "oauth2accesstoken"
_ACR_USER = "00000000-0000-0000-0000-000000000000"
_ACR_SCOPE = "https://management.azure.com/.default"
_KNOWN: set[str] = set()
"""The hosts at which this process is logged in; every token outlives it."""


def log_in(registry: RegistrySettings) -> None:
    """
    Let Docker, and all that takes its account from there, use a cloud's registry.

    Once a process, by the cloud's own credentials of this place; the token goes where
    Docker keeps logins, and neither into a file of Slipway's nor into any state. Other
    registries are left to `docker login`. CloudError where the cloud says no.
    """
    if not isinstance(registry, EcrRegistry | ArtifactRegistry | Acr):
        return
    if registry.host not in _KNOWN:
        _docker_login(registry.host, *_account(registry))
        _KNOWN.add(registry.host)


def _account(registry: EcrRegistry | ArtifactRegistry | Acr) -> tuple[str, str]:
    match registry:
        case EcrRegistry():
            return _ECR_USER, _ecr(registry)
        case ArtifactRegistry():
            return _GOOGLE_USER, _google()
        case Acr():
            return _ACR_USER, _acr(registry)


def _docker_login(host: str, user: str, token: str) -> None:
    docker = os.environ.get("SLIPWAY_DOCKER") or "docker"
    command = [docker, "login", "--username", user, "--password-stdin", host]
    try:
        done = subprocess.run(
            command, input=token, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise CloudError(f"docker is needed to use {host}: {error}") from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise CloudError(f"docker cannot log in to {host}: {said}")


def _ecr(registry: EcrRegistry) -> str:
    import base64

    import boto3

    from stacks.settings.aws_account import told

    with told(f"no token for {registry.host}"):
        client = boto3.client("ecr", region_name=registry.region)
        found = client.get_authorization_token()["authorizationData"][0]
    return base64.b64decode(found["authorizationToken"]).decode().partition(":")[2]


def _google() -> str:
    import google.auth
    import google.auth.transport.requests

    from stacks.settings.gcp_project import told

    with told("no token for Artifact Registry"):
        scope = "https://www.googleapis.com/auth/cloud-platform"
        credentials, _ = google.auth.default(scopes=[scope])
        credentials.refresh(google.auth.transport.requests.Request())
    return str(credentials.token)


def _acr(registry: Acr) -> str:
    """A token of Entra is exchanged for one that the registry takes."""
    import httpx
    from azure.identity import DefaultAzureCredential

    from stacks.settings.azure_subscription import told

    with told(f"no token for {registry.host}"):
        token = DefaultAzureCredential().get_token(_ACR_SCOPE).token
    asked = {
        "grant_type": "access_token",
        "service": registry.host,
        "access_token": token,
    }
    try:
        answer = httpx.post(f"https://{registry.host}/oauth2/exchange", data=asked)
        answer.raise_for_status()
        return answer.json()["refresh_token"]
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise CloudError(f"no token for {registry.host}: {error}") from None
