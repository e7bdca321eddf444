"""A machine that can carry a stack: Docker, a builder, a base, the shared stack."""

import os

from stacks.machine.base_image import require_base
from stacks.machine.docker import docker_cli, require_docker
from stacks.machine.virtualenv import ROOT
from stacks.observe.registry import answers
from stacks.settings.stack import StackSettings, stack_names

from .console import say
from .engines import stack_engine


def prepare(settings: StackSettings) -> None:
    """See to what the platform of `settings` needs on this machine."""
    if settings.platform.kind != "local":
        return
    require_docker(say)
    os.environ["SLIPWAY_DOCKER"] = docker_cli()
    if "base" not in settings.build.model_fields_set:
        require_base(say)


def bring_up_shared(settings: StackSettings) -> None:
    """Bring up the shared stack when the local registry that it owns is not there."""
    registry = settings.registry
    if settings.tier == "shared" or registry.kind != "local":
        return
    if answers(registry.address):
        return
    for name in stack_names(ROOT):
        shared = StackSettings.read(ROOT, name)
        if shared.tier == "shared" and shared.registry == registry:
            say(f"no registry answers at {registry.address}: {name} goes first")
            stack_engine(name).up(name)
