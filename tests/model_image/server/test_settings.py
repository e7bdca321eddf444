"""What the environment may say, and how mistakes in it are told."""

from pathlib import Path

import pytest

from model_image.server.settings import (
    Callers,
    Limits,
    Settings,
    SettingsError,
    read_settings,
)


def test_an_empty_environment_gives_the_documented_defaults():
    settings = read_settings({}, cpus=lambda: 3)

    assert settings == Settings(
        host="0.0.0.0",
        port=8080,
        socket=None,
        metrics_port=9090,
        model=Path("/model"),
        service="",
        image="",
        release="",
        drain_seconds=2,
        max_body_bytes=8 * 1024 * 1024,
        connections=2048,
        limits=Limits(
            threads=3,
            batch_rows=128,
            queue_seconds=1,
            request_seconds=30,
            stuck_seconds=120,
        ),
        callers=Callers(tokens=None, jwks="", audience="", issuer=""),
        drift_rows=500,
        traces="",
        log_level="info",
        log_payloads=False,
        log_example=False,
    )


def test_every_variable_is_read():
    settings = read_settings(
        {
            "SLIPWAY_HOST": "::",
            "SLIPWAY_PORT": "80",
            "SLIPWAY_SOCKET": "/run/model/socket",
            "SLIPWAY_METRICS_PORT": "81",
            "SLIPWAY_MODEL": "/m",
            "SLIPWAY_SERVICE": "wine-prod",
            "SLIPWAY_IMAGE": "r/wine@sha256:1",
            "SLIPWAY_RELEASE": "wine 1.2.0",
            "SLIPWAY_DRAIN_SECONDS": "0.5",
            "SLIPWAY_MAX_BODY_BYTES": "100",
            "SLIPWAY_CONNECTIONS": "10",
            "SLIPWAY_THREADS": "7",
            "SLIPWAY_BATCH_ROWS": "1",
            "SLIPWAY_QUEUE_SECONDS": "0.1",
            "SLIPWAY_REQUEST_SECONDS": "2",
            "SLIPWAY_STUCK_SECONDS": "60",
            "SLIPWAY_JWKS": "https://issuer/keys",
            "SLIPWAY_JWT_AUDIENCE": "wine",
            "SLIPWAY_JWT_ISSUER": "https://issuer",
            "SLIPWAY_DRIFT_ROWS": "1000",
            "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318",
            "SLIPWAY_LOG_LEVEL": "debug",
            "SLIPWAY_LOG_PAYLOADS": "yes",
            "SLIPWAY_LOG_EXAMPLE": "yes",
        }
    )

    assert settings == Settings(
        host="::",
        port=80,
        socket=Path("/run/model/socket"),
        metrics_port=81,
        model=Path("/m"),
        service="wine-prod",
        image="r/wine@sha256:1",
        release="wine 1.2.0",
        drain_seconds=0.5,
        max_body_bytes=100,
        connections=10,
        limits=Limits(
            threads=7,
            batch_rows=1,
            queue_seconds=0.1,
            request_seconds=2,
            stuck_seconds=60,
        ),
        callers=Callers(None, "https://issuer/keys", "wine", "https://issuer"),
        drift_rows=1000,
        traces="http://collector:4318",
        log_level="debug",
        log_payloads=True,
        log_example=True,
    )


def test_a_file_of_tokens_is_a_path():
    assert read_settings({"SLIPWAY_TOKENS": "/t"}).callers.tokens == Path("/t")


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
        ("SLIPWAY_LOG_PAYLOADS", "true"),
        ("SLIPWAY_QUEUE_SECONDS", "0"),
        ("SLIPWAY_CONNECTIONS", "0"),
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


def test_callers_show_tokens_or_jwts_and_not_either():
    with pytest.raises(SettingsError, match="one or the other"):
        read_settings(
            {
                "SLIPWAY_TOKENS": "/t",
                "SLIPWAY_JWKS": "/k",
                "SLIPWAY_JWT_AUDIENCE": "a",
                "SLIPWAY_JWT_ISSUER": "i",
            }
        )


@pytest.mark.parametrize("named", ["SLIPWAY_JWT_AUDIENCE", "SLIPWAY_JWT_ISSUER"])
def test_a_jwt_is_never_taken_from_any_issuer_for_any_audience(named: str):
    with pytest.raises(SettingsError, match="made for somebody else"):
        read_settings({"SLIPWAY_JWKS": "/k", named: "x"})


def test_traces_go_to_a_web_address():
    with pytest.raises(SettingsError, match="use an http or https"):
        read_settings({"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"})
