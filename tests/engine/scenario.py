"""The life of a service, step by step, as every engine has to carry it out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.estate import Estate, free_port
from tests.packages import EXAMPLE, variant

Command = Literal["up", "preview", "destroy"]
End = Literal["done", "failed", "refused"]


@dataclass(frozen=True)
class Phase:
    """One run of an engine on one stack, after a change of what the stack asks for."""

    name: str
    stack: str
    """`shared` or `dev`; an estate gives it a name of its own."""
    command: Command = "up"
    end: End = "done"
    """`refused` ends before anything is registered, `failed` in the middle."""
    change: Callable[[Estate], object] = lambda estate: None


def _package(version: str, *, model: bytes | None = None) -> Callable[[Estate], object]:
    def change(estate: Estate) -> None:
        target = estate.root / "models" / version
        if not target.exists():
            source = estate.root / EXAMPLE
            variant(source, target, version=version, model=model)
        estate.write_dev(f"models/{version}")

    return change


def _service(**settings: Any) -> Callable[[Estate], object]:
    return lambda estate: estate.write_dev("models/1.3.0", **settings)


def _port(estate: Estate) -> None:
    estate.ports[estate.stack("dev")] = free_port()
    estate.write_dev("models/1.3.0", memory_mb=320)


SCENARIO = (
    Phase("shared-up", "shared", change=Estate.watch),
    Phase("shared-again", "shared"),
    Phase("first-preview", "dev", "preview", change=Estate.write_dev),
    Phase("first-up", "dev"),
    Phase("again-preview", "dev", "preview"),
    Phase("again-up", "dev"),
    Phase("update-preview", "dev", "preview", change=_package("1.1.0")),
    Phase("update-up", "dev"),
    Phase("crash-up", "dev", end="failed", change=_package("1.2.0", model=b"no model")),
    Phase("crash-preview", "dev", "preview", end="refused"),
    Phase("crash-again", "dev", end="refused"),
    Phase("recovery-preview", "dev", "preview", change=_package("1.3.0")),
    Phase("recovery-up", "dev"),
    Phase("memory-up", "dev", change=_service(memory_mb=320)),
    Phase("port-up", "dev", change=_port),
    Phase("two-replicas", "dev", change=_service(memory_mb=320, replicas=2)),
    Phase("one-replica", "dev", change=_service(memory_mb=320)),
    Phase("dev-destroy", "dev", "destroy"),
    Phase("shared-destroy", "shared", "destroy"),
)
"""Each phase goes on from where the one before it ended."""
