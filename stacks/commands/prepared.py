"""A machine that can carry a stack: Docker, a builder, a base, the shared stack."""

import os

from stacks.machine.base_image import require_base
from stacks.machine.docker import docker_cli, require_docker
from stacks.machine.virtualenv import ROOT
from stacks.observe.registry import answers
from stacks.settings.stack import StackSettings

from .console import say
from .engines import StackEngine

_SHARED = "shared"


def prepare(settings: StackSettings) -> None:
    """See to what the platform of `settings` needs on this machine."""
    if settings.platform.kind != "local":
        return
    require_docker(say)
    os.environ["SLIPWAY_DOCKER"] = docker_cli()
    if "base" not in settings.build.model_fields_set:
        require_base(say)


def bring_up_shared(settings: StackSettings, engine: StackEngine) -> None:
    """Bring up the shared stack when the local registry that it owns is not there."""
    registry = settings.registry
    if settings.tier == "shared" or registry.kind != "local":
        return
    shared = StackSettings.read(ROOT, _SHARED)
    if shared.registry == registry and not answers(registry.address):
        say(f"the registry at {registry.address} is not up yet: {_SHARED} goes first")
        engine.up(_SHARED)
