"""What may differ between two runs of one image: environment variables."""

from collections.abc import Callable, Mapping, Sequence
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
class Limits:
    """What one request may cost the others."""

    threads: int
    """Processors that the model may use; as many requests run at once."""
    batch_rows: int
    """Rows that requests who wait together may be run as."""
    queue_seconds: float
    """A request that would wait longer is refused at once."""
    request_seconds: float
    """A request that is not answered by then is given up."""
    stuck_seconds: float
    """A run of the model that takes longer makes the server not live."""


@dataclass(frozen=True)
class Callers:
    """Who may ask; whoever reaches the port where nothing is set."""

    tokens: Path | None
    """A file with a bearer token a line."""
    jwks: str
    """A file or https address with the keys of whoever signs the callers' JWTs."""
    audience: str
    issuer: str


@dataclass(frozen=True)
class Settings:
    """Parsed once; nothing else reads the environment of the server."""

    host: str
    port: int
    socket: Path | None
    """A Unix socket that takes the place of `host` and `port`."""
    metrics_port: int
    model: Path
    service: str
    """What this service is called among others, in traces and CloudWatch."""
    image: str
    """The image this is, by digest, where whoever started it said so."""
    release: str
    """The model and version that this was started to be, as `name 1.2.3`."""
    drain_seconds: float
    max_body_bytes: int
    connections: int
    limits: Limits
    callers: Callers
    drift_rows: int
    """Rows below which nothing is said about drift."""
    traces: str
    """Where OpenTelemetry collects traces over HTTP; nowhere where empty."""
    log_level: str
    log_payloads: bool
    log_example: bool
    """Whether the log has what the stored example is answered, for nobody can ask."""

    @property
    def environment(self) -> dict[str, str]:
        """What leads to this server, for what asks it from beside."""
        return {
            "SLIPWAY_HOST": self.host,
            "SLIPWAY_PORT": str(self.port),
            "SLIPWAY_SOCKET": str(self.socket or ""),
            "SLIPWAY_METRICS_PORT": str(self.metrics_port),
            "SLIPWAY_TOKENS": str(self.callers.tokens or ""),
            "SLIPWAY_JWKS": self.callers.jwks,
        }


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

    def choice(key: str, default: str, choices: Sequence[str]) -> str:
        text = env.get(key, "") or default
        if text not in choices:
            mistakes.append(f"{key} is {text!r}; use one of {', '.join(choices)}.")
        return text

    def path(key: str) -> Path | None:
        return Path(text) if (text := env.get(key, "")) else None

    limits = Limits(
        threads=whole("SLIPWAY_THREADS", 0, 1, 1024) or cpus(),
        batch_rows=whole("SLIPWAY_BATCH_ROWS", 128, 1, 1 << 20),
        queue_seconds=number("SLIPWAY_QUEUE_SECONDS", 1.0, 0.001, 3600),
        request_seconds=number("SLIPWAY_REQUEST_SECONDS", 30.0, 0.001, 3600),
        stuck_seconds=number("SLIPWAY_STUCK_SECONDS", 120.0, 1, 86400),
    )
    callers = Callers(
        tokens=path("SLIPWAY_TOKENS"),
        jwks=env.get("SLIPWAY_JWKS", ""),
        audience=env.get("SLIPWAY_JWT_AUDIENCE", ""),
        issuer=env.get("SLIPWAY_JWT_ISSUER", ""),
    )
    settings = Settings(
        host=env.get("SLIPWAY_HOST", "") or "0.0.0.0",
        port=whole("SLIPWAY_PORT", 8080, 0, 65535),
        socket=path("SLIPWAY_SOCKET"),
        metrics_port=whole("SLIPWAY_METRICS_PORT", 9090, 0, 65535),
        model=path("SLIPWAY_MODEL") or Path("/model"),
        service=env.get("SLIPWAY_SERVICE", ""),
        image=env.get("SLIPWAY_IMAGE", ""),
        release=env.get("SLIPWAY_RELEASE", ""),
        drain_seconds=number("SLIPWAY_DRAIN_SECONDS", 2.0, 0, 3600),
        max_body_bytes=whole("SLIPWAY_MAX_BODY_BYTES", 8 << 20, 1, 1 << 30),
        connections=whole("SLIPWAY_CONNECTIONS", 2048, 1, 1 << 20),
        limits=limits,
        callers=callers,
        drift_rows=whole("SLIPWAY_DRIFT_ROWS", 500, 1, 1 << 30),
        traces=env.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        log_level=choice("SLIPWAY_LOG_LEVEL", "info", LEVELS),
        log_payloads=choice("SLIPWAY_LOG_PAYLOADS", "no", ("no", "yes")) == "yes",
        log_example=choice("SLIPWAY_LOG_EXAMPLE", "no", ("no", "yes")) == "yes",
    )
    mistakes += _contradictions(settings)
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def _contradictions(settings: Settings) -> list[str]:
    """What is right by itself, and wrong beside another setting."""
    found: list[str] = []
    if settings.port and settings.port == settings.metrics_port:
        found.append(
            f"SLIPWAY_PORT and SLIPWAY_METRICS_PORT are both {settings.port}; "
            "give metrics a port of their own."
        )
    callers = settings.callers
    if callers.tokens and callers.jwks:
        found.append(
            "SLIPWAY_TOKENS and SLIPWAY_JWKS are both set; callers show one or the "
            "other."
        )
    if settings.traces and not settings.traces.startswith(("http://", "https://")):
        found.append(
            f"OTEL_EXPORTER_OTLP_ENDPOINT is {settings.traces!r}; use an http or https "
            "address."
        )
    if callers.jwks and not (callers.audience and callers.issuer):
        found.append(
            "SLIPWAY_JWKS is set without SLIPWAY_JWT_AUDIENCE and SLIPWAY_JWT_ISSUER; "
            "a token made for somebody else would be let in."
        )
    return found
