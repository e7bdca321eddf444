"""What the environment may say, and how mistakes in it are told."""

from pathlib import Path

import pytest

from model_image.server.settings import SettingsError, read_settings


def test_an_empty_environment_gives_the_documented_defaults():
    settings = read_settings({}, cpus=lambda: 3)

    assert settings.host == "0.0.0.0"
    assert settings.ports == (8080, 9090)
    assert settings.model == Path("/model")
    assert settings.drain_seconds == 2
    assert settings.threads == 3
    assert settings.max_body_bytes == 8 * 1024 * 1024
    assert settings.log_level == "info"


def test_every_variable_is_read():
    settings = read_settings(
        {
            "SLIPWAY_HOST": "::",
            "SLIPWAY_PORT": "80",
            "SLIPWAY_METRICS_PORT": "81",
            "SLIPWAY_MODEL": "/m",
            "SLIPWAY_DRAIN_SECONDS": "0.5",
            "SLIPWAY_THREADS": "7",
            "SLIPWAY_MAX_BODY_BYTES": "100",
            "SLIPWAY_LOG_LEVEL": "debug",
        }
    )

    assert settings.host == "::"
    assert settings.ports == (80, 81)
    assert settings.model == Path("/m")
    assert settings.drain_seconds == 0.5
    assert settings.threads == 7
    assert settings.max_body_bytes == 100
    assert settings.log_level == "debug"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SLIPWAY_PORT", "http"),
        ("SLIPWAY_PORT", "65536"),
        ("SLIPWAY_PORT", "tcp://10.0.0.1:8080"),
        ("SLIPWAY_METRICS_PORT", "-1"),
        ("SLIPWAY_DRAIN_SECONDS", "soon"),
        ("SLIPWAY_DRAIN_SECONDS", "nan"),
        ("SLIPWAY_DRAIN_SECONDS", "-1"),
        ("SLIPWAY_THREADS", "0"),
        ("SLIPWAY_THREADS", "1.5"),
        ("SLIPWAY_MAX_BODY_BYTES", "8MB"),
        ("SLIPWAY_LOG_LEVEL", "INFO"),
    ],
)
def test_a_mistake_names_the_variable_and_what_it_says(key: str, value: str):
    with pytest.raises(SettingsError) as caught:
        read_settings({key: value})

    (mistake,) = caught.value.mistakes
    assert mistake.startswith(f"{key} is {value!r}; use ")


def test_all_mistakes_come_at_once():
    with pytest.raises(SettingsError) as caught:
        read_settings({"SLIPWAY_PORT": "x", "SLIPWAY_LOG_LEVEL": "y"})

    assert len(caught.value.mistakes) == 2


def test_metrics_may_not_share_the_port_of_predictions():
    with pytest.raises(SettingsError, match="both 9090"):
        read_settings({"SLIPWAY_PORT": "9090"})
