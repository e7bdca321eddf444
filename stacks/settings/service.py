"""What a service may use, how it is checked, and how it stops."""

from typing import Annotated

from pydantic import Field, PositiveFloat

from .section import Section

Seconds = Annotated[float, Field(gt=0, le=3600)]
EnvironmentName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class HealthSettings(Section):
    """When a replica counts as healthy."""

    interval_s: Seconds = 3
    """Between two health checks."""
    timeout_s: Seconds = 3
    """What one health check may take."""
    retries: Annotated[int, Field(ge=1, le=20)] = 3
    """Failed checks in a row that make a replica unhealthy."""
    startup_s: Seconds = 60
    """How long a replica may take from its start until it is ready."""
    window_s: Annotated[float, Field(ge=0, le=3600)] = 3
    """
    How long the first replica of a release must stay healthy before it takes traffic;
    the others are its equals, and only have to be ready and to answer.
    """


class ServiceSettings(Section):
    """One service: as many equal replicas as asked for, each under these limits."""

    replicas: Annotated[int, Field(ge=1, le=25)] = 1
    """Twice as many run while they are replaced, and the edge has 50 places."""
    cpu: Annotated[PositiveFloat, Field(le=256)] = 0.5
    """CPUs of one replica."""
    memory_mb: Annotated[int, Field(ge=32, le=1_048_576)] = 256
    """Memory of one replica in MiB; there is no swap on top of it."""
    env: dict[EnvironmentName, str] = Field(default_factory=dict)
    """Plain environment variables; a secret has no place here."""
    secrets: tuple[EnvironmentName, ...] = ()
    """Names of secrets (`secrets:NAME`), each a file in /run/secrets."""
    health: HealthSettings = HealthSettings()
    drain_s: Annotated[float, Field(ge=0, le=300)] = 2
    """How long a stopping replica still accepts requests while it says not-ready."""
    stop_s: Annotated[int, Field(ge=1, le=600)] = 15
    """After how long a stopping replica is killed; longer than the drain."""
