"""What `doctor` says of a stack in a cloud."""

import pytest

from stacks.commands.cloud_check import _switched_on
from stacks.permissions import azure_providers, gcp_apis
from stacks.settings.azure import AzurePlatform
from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp import GcpPlatform

OURS = "22222222-2222-2222-2222-222222222222"
AZURE = AzurePlatform(
    kind="azure", subscription=OURS, location="westeurope", resource_group="ml"
)
GCP = GcpPlatform(kind="gcp", project="shop-prod", region="europe-west1")


def test_a_provider_that_is_not_registered_is_named_with_what_registers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(azure_providers, "lacking", lambda *_: ["Microsoft.App"])
    assert _switched_on(AZURE, "dev", "providers") == (
        False,
        "off: Microsoft.App; `az provider register --namespace Microsoft.App "
        f"--subscription {OURS}`",
    )


def test_an_api_that_is_off_is_named_with_what_switches_it_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = ["iam.googleapis.com", "run.googleapis.com"]
    monkeypatch.setattr(gcp_apis, "lacking", lambda *_: found)
    assert _switched_on(GCP, "dev", "apis") == (
        False,
        "off: iam.googleapis.com, run.googleapis.com; `gcloud services enable "
        "iam.googleapis.com run.googleapis.com --project shop-prod`",
    )


def test_a_cloud_that_does_not_say_what_is_on_is_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent(*_: object) -> list[str]:
        raise CloudError("which APIs are on cannot be seen: forbidden")

    monkeypatch.setattr(gcp_apis, "lacking", silent)
    assert _switched_on(GCP, "dev", "apis") == (
        False,
        "which APIs are on cannot be seen: forbidden",
    )
