"""A stack file is right, or says everything that is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings, stack_names

ROOT = Path(__file__).parents[3]
LOCAL = {"kind": "local", "port": 8001}
DEV = {"tier": "dev", "package": "models/fraud", "platform": LOCAL}
DIGEST = f"sha256:{'0' * 64}"


def _parse(settings: dict[str, Any]) -> StackSettings:
    entries = {f"slipway:{key}": value for key, value in settings.items()}
    return StackSettings.parse("dev", entries)


def _mistakes(**settings: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        _parse({**DEV, **settings})
    return str(caught.value)


@pytest.mark.parametrize("stack", stack_names(ROOT))
def test_every_shipped_stack_is_valid(stack: str) -> None:
    assert StackSettings.read(ROOT, stack).platform.kind == "local"


def test_the_shipped_stacks_follow_one_another() -> None:
    tiers = [StackSettings.read(ROOT, name) for name in ("dev", "staging", "prod")]
    assert [one.upstream for one in tiers] == [None, "dev", "staging"]


def test_the_shipped_stacks_have_ports_of_their_own() -> None:
    services = [StackSettings.read(ROOT, name) for name in ("dev", "staging", "prod")]
    assert len({one.platform.address for one in services}) == 3


def test_all_mistakes_are_told_at_once_each_by_its_key() -> None:
    told = _mistakes(
        platform={"kind": "local", "port": "80x", "colour": 1},
        service={"replicas": 0, "memroy_mb": 256, "health": {"retries": "x"}},
    )
    assert "5 settings are wrong" in told
    for key in (
        "slipway:platform.port is '80x'",
        "slipway:platform.colour is not a setting",
        "slipway:service.replicas is 0",
        "slipway:service.memroy_mb is not a setting",
        "slipway:service.health.retries is 'x'",
    ):
        assert key in told


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"package": None}, "slipway:package is missing"),
        ({"tier": "prod"}, "slipway:package is for dev only"),
        ({"upstream": "dev"}, "do not belong in dev"),
        ({"platform": {"kind": "local"}}, "slipway:platform.port is missing"),
        ({"platform": {"kind": "mars"}}, "'mars'"),
        ({"service": {"drain_s": 20, "stop_s": 15}}, "longer than drain_s"),
        (
            {"registry": {"kind": "oci", "address": "r.example", "username": "me"}},
            "slipway:registry: username and password come together",
        ),
    ],
)
def test_a_key_that_does_not_fit_is_named(settings: dict[str, Any], told: str) -> None:
    assert told in _mistakes(**settings)


@pytest.mark.parametrize("tier", ["staging", "prod"])
def test_staging_and_prod_must_name_their_upstream(tier: str) -> None:
    assert "slipway:upstream is missing" in _mistakes(tier=tier, package=None)


@pytest.mark.parametrize("digest", ["latest", "sha256:12", f"md5:{'0' * 64}"])
def test_a_promoted_image_is_named_by_digest_or_not_at_all(digest: str) -> None:
    image = {"name": "wine", "version": "1.0.0", "digest": digest}
    told = _mistakes(tier="prod", package=None, upstream="staging", image=image)
    assert "slipway:image.digest" in told


def test_a_promoted_image_is_pulled_by_digest() -> None:
    image = {"name": "wine", "version": "1.0.0", "digest": DIGEST}
    settings = _parse(
        {"tier": "prod", "upstream": "staging", "platform": LOCAL, "image": image}
    )
    assert settings.reference == f"127.0.0.1:5005/wine@{DIGEST}"


def test_settings_cannot_be_changed_after_they_are_parsed() -> None:
    settings = _parse(DEV)
    with pytest.raises(ValueError, match="frozen"):
        settings.service.cpu = 4  # type: ignore[misc]


@pytest.mark.parametrize("text", ["- a list", "text", "config: [1]", "config: text"])
def test_a_file_without_settings_in_it_is_told_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/Pulumi.dev.yaml").write_text(text)
    with pytest.raises(SettingsError, match="belong under `config:`"):
        StackSettings.read(tmp_path, "dev")


def test_mistakes_between_keys_are_told_together() -> None:
    told = _mistakes(tier="prod", platform={"kind": "local"})
    for part in ("package is for dev only", "upstream is missing", "port is missing"):
        assert part in told


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="python -m stacks init"):
        StackSettings.read(tmp_path, "dev")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(StackSettings.model_fields)), _json))
def test_whatever_a_file_says_is_accepted_or_told_in_words(
    settings: dict[str, Any],
) -> None:
    told = ""
    try:
        _parse(settings)
    except SettingsError as error:
        told = str(error)
    assert told == "" or told.startswith("Pulumi.dev.yaml: ")


@given(
    replicas=st.integers(1, 25),
    cpu=st.floats(0.01, 64),
    memory_mb=st.integers(32, 4096),
)
def test_the_cli_s_json_text_means_the_same_as_the_file(
    replicas: int, cpu: float, memory_mb: int
) -> None:
    service = {"replicas": replicas, "cpu": cpu, "memory_mb": memory_mb}
    written = _parse({**DEV, "service": service})
    handed_over = _parse({**DEV, "service": json.dumps(service)})
    assert handed_over == written
