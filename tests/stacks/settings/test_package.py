"""Only a folder or an exact package is built from."""

import pytest

from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings

DIGEST = f"sha256:{'0' * 64}"


def _package(written: str) -> str | None:
    entries = {
        "slipway:tier": "dev",
        "slipway:platform": {"kind": "local", "port": 8001},
        "slipway:package": written,
    }
    return StackSettings.parse("dev", entries).package


@pytest.mark.parametrize(
    "written",
    [
        "models/fraud",
        f"oci://r.example/team/fraud@{DIGEST}",
        f"s3://models/fraud@{DIGEST}",
        f"gs://models/fraud@{DIGEST}",
        f"az://models/fraud@{DIGEST}",
    ],
)
def test_a_folder_or_a_pinned_reference_is_a_package(written: str) -> None:
    assert _package(written) == written


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("oci://r.example/fraud:1.0.0", "may name another package tomorrow"),
        ("s3://models/fraud", "may name another package tomorrow"),
        ("http://models/fraud", "is no place for a package"),
        ("models:/fraud/3", "`python -m model_image pack models:/fraud/3` makes one"),
    ],
)
def test_what_may_move_is_refused_by_its_key(written: str, told: str) -> None:
    with pytest.raises(
        SettingsError, match=r"Pulumi\.dev\.yaml: slipway:package: "
    ) as error:
        _package(written)

    assert told in str(error.value)
