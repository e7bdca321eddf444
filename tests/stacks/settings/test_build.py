"""What of this machine reaches a build, and what does not."""

from pathlib import Path

import certifi
import pytest

from stacks.settings.build import BuildSettings, build_secrets

_OWN = "-----BEGIN CERTIFICATE-----\nb3du\n-----END CERTIFICATE-----\n"


def test_a_plain_machine_hands_over_nothing(tmp_path: Path) -> None:
    assert build_secrets({"HOME": str(tmp_path)}) == {}


def test_a_private_index_becomes_a_pip_configuration(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PIP_INDEX_URL": "https://u:p@index.corp/"}
    assert build_secrets(environment) == {
        "pip.conf": "[global]\nindex-url = https://u:p@index.corp/\n"
    }


def test_a_percent_encoded_password_is_no_interpolation(tmp_path: Path) -> None:
    (tmp_path / ".pip").mkdir()
    address = "https://u:p%40ss@index.corp/"
    (tmp_path / ".pip/pip.conf").write_text(f"[global]\nindex-url = {address}\n")
    secrets = build_secrets({"HOME": str(tmp_path)})
    assert secrets == {"pip.conf": f"[global]\nindex-url = {address}\n"}


def test_only_the_authorities_that_are_this_machine_s_own_are_handed_over(
    tmp_path: Path,
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(Path(certifi.where()).read_text() + "\n# ours\n" + _OWN)
    environment = {"HOME": str(tmp_path), "SSL_CERT_FILE": str(bundle)}
    assert build_secrets(environment) == {"ca.crt": _OWN}


def test_the_base_made_on_this_machine_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_STATE_HOME", str(tmp_path))
    pinned = BuildSettings().base
    (tmp_path / "machine.json").write_text('{"base": "slipway/debian:12-abc"}')

    assert "@sha256:" in pinned
    assert BuildSettings().base == "slipway/debian:12-abc"
    assert BuildSettings(base="other@sha256:1").base == "other@sha256:1"
