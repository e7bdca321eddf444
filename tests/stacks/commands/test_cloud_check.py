"""What `doctor` says of a stack in a cloud."""

import pytest

from stacks.commands.cloud_check import _registered
from stacks.permissions import azure_providers
from stacks.settings.azure import AzurePlatform

OURS = "22222222-2222-2222-2222-222222222222"
PLATFORM = AzurePlatform(
    kind="azure", subscription=OURS, location="westeurope", resource_group="ml"
)


def test_what_is_not_registered_is_named_with_what_registers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(azure_providers, "lacking", lambda *_: ["Microsoft.App"])
    assert _registered(PLATFORM, "dev") == (
        False,
        "not registered: Microsoft.App; `az provider register --namespace "
        f"Microsoft.App --subscription {OURS}`",
    )
