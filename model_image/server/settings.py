"""What may differ between two runs of one image: environment variables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .cpu import usable_cpus

LEVELS = ("debug", "info", "warning", "error")


class SettingsError(Exception):
    """Every mistake of the environment, one sentence each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Settings:
    """Parsed once; nothing else reads the environment of the server."""

    host: str
    port: int
    metrics_port: int
    model: Path
    drain_seconds: float
    threads: int
    max_body_bytes: int
    log_level: str

    @property
    def ports(self) -> tuple[int, int]:
        """Where predictions are asked, and where metrics are."""
        return self.port, self.metrics_port


def read_settings(
    env: Mapping[str, str], cpus: Callable[[], int] = usable_cpus
) -> Settings:
    """The settings in `env`; raises SettingsError with all mistakes at once."""
    mistakes: list[str] = []

    def number(key: str, default: float, low: float, high: float) -> float:
        text = env.get(key, "")
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if low <= value <= high:
            return value
        mistakes.append(f"{key} is {text!r}; use a number from {low:g} to {high:g}.")
        return default

    def whole(key: str, default: int, low: int, high: int) -> int:
        text = env.get(key, "")
        if not text:
            return default
        if text.isdecimal() and low <= int(text) <= high:
            return int(text)
        mistakes.append(f"{key} is {text!r}; use a whole number from {low} to {high}.")
        return default

    level = env.get("SLIPWAY_LOG_LEVEL", "") or "info"
    if level not in LEVELS:
        choices = ", ".join(LEVELS)
        mistakes.append(f"SLIPWAY_LOG_LEVEL is {level!r}; use one of {choices}.")
    settings = Settings(
        host=env.get("SLIPWAY_HOST", "") or "0.0.0.0",
        port=whole("SLIPWAY_PORT", 8080, 0, 65535),
        metrics_port=whole("SLIPWAY_METRICS_PORT", 9090, 0, 65535),
        model=Path(env.get("SLIPWAY_MODEL", "") or "/model"),
        drain_seconds=number("SLIPWAY_DRAIN_SECONDS", 2.0, 0, 3600),
        threads=whole("SLIPWAY_THREADS", 0, 1, 1024) or cpus(),
        max_body_bytes=whole("SLIPWAY_MAX_BODY_BYTES", 8 << 20, 1, 1 << 30),
        log_level=level,
    )
    if settings.port and settings.port == settings.metrics_port:
        mistakes.append(
            f"SLIPWAY_PORT and SLIPWAY_METRICS_PORT are both {settings.port}; "
            "give metrics a port of their own."
        )
    if mistakes:
        raise SettingsError(mistakes)
    return settings
