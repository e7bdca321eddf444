"""A package's server on this machine, seeing nothing of it but the package."""

from .environment import Say, environment
from .package import ModelPackage
from .sandbox import INPUT, serving


def server_command(
    package: ModelPackage, port: int, metrics_port: int, say: Say
) -> list[str]:
    """The command that serves `package` on loopback, in its own locked environment."""
    settings = {
        "SLIPWAY_HOST": "127.0.0.1",
        "SLIPWAY_MODEL": str(INPUT / "package"),
        "SLIPWAY_PORT": str(port),
        "SLIPWAY_METRICS_PORT": str(metrics_port),
    }
    python = environment(package.lock, say)
    words = serving(python, {"package": package.path}, settings)
    return [*words, "-m", "model_image.server"]
