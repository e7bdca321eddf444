"""What `doctor` looks at of each stack in a cloud, before anything is created."""

import importlib
import json
import os
import subprocess
from collections.abc import Iterator

import yaml

from stacks.machine.virtualenv import ROOT
from stacks.observe.observer import observer_for
from stacks.settings.cloud import CloudPlatform
from stacks.settings.cloud_error import CloudError
from stacks.settings.platform import PlatformSettings
from stacks.settings.stack import StackSettings, stack_file

Finding = tuple[bool, str]

_SECRETS = {"aws": "awskms://", "gcp": "gcpkms://", "azure": "azurekeyvault://"}
_SWITCHED = {"azure": "providers", "gcp": "apis"}
"""What of a cloud is off until somebody switches it on."""
_SHOWN = 8


def findings(stack: str, settings: StackSettings) -> Iterator[tuple[str, Finding]]:
    """By what was looked at: credentials, permissions, where secrets are sealed."""
    platform = settings.platform
    if not isinstance(platform, CloudPlatform):
        return
    obstacle = observer_for(stack, settings).obstacle()
    yield f"{stack}: credentials", (obstacle is None, obstacle or "of the right place")
    if obstacle is None:
        yield f"{stack}: permissions", _permissions(settings)
        if parts := _SWITCHED.get(platform.kind):
            yield f"{stack}: {parts}", _switched_on(platform, settings.tier, parts)
    yield f"{stack}: secrets", _sealed(stack, settings)


def _permissions(settings: StackSettings) -> Finding:
    module = importlib.import_module(f"stacks.permissions.{settings.platform.kind}")
    try:
        lacking = module.lacking(settings.platform)
    except CloudError as error:
        return False, str(error)
    if not lacking:
        return True, "all that Pulumi and Slipway ask for"
    more = len(lacking) - _SHOWN
    named = ", ".join(lacking[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    where = f"stacks/examples/{settings.platform.kind}"
    return False, f"missing: {named}; {where} has what to grant"


def _switched_on(platform: PlatformSettings, tier: str, parts: str) -> Finding:
    """A new account has parts of its cloud off, and refuses what is made of them."""
    module = importlib.import_module(f"stacks.permissions.{platform.kind}_{parts}")
    try:
        lacking = module.lacking(platform, tier)
    except CloudError as error:
        return False, str(error)
    if not lacking:
        return True, "on, all that a stack is made of"
    how = module.switch_on(platform, lacking)
    return False, f"off: {', '.join(lacking)}; {how}"


def _sealed(stack: str, settings: StackSettings) -> Finding:
    """A key of the cloud's, or Pulumi Cloud's own, rather than one person's words."""
    written = yaml.safe_load(stack_file(ROOT, stack).read_text())
    provider = written.get("secretsprovider") or ""
    wanted = _SECRETS[settings.platform.kind]
    if provider.startswith(wanted):
        return True, f"sealed with {provider.partition('?')[0]}"
    backend = state_backend()
    if backend and backend.startswith("https://") and not provider:
        return True, "sealed by Pulumi Cloud"
    found = provider.partition("://")[0] or "a passphrase"
    return settings.tier != "prod", (
        f"sealed with {found}; everybody who deploys needs it: `pulumi stack "
        f"change-secrets-provider {wanted}... --stack {stack}`"
    )


def state_backend() -> str | None:
    """Where Pulumi keeps state; None where nobody is logged in."""
    if url := os.environ.get("PULUMI_BACKEND_URL"):
        return url
    try:
        command = ["pulumi", "whoami", "--verbose", "--json", "--non-interactive"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return json.loads(done.stdout)["url"]
    except (OSError, ValueError, KeyError):
        return None
