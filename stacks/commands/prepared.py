"""A machine that can carry a stack: Docker, a builder, a base, the shared stack."""

import os

from stacks.machine.base_image import require_base
from stacks.machine.docker import docker_cli, require_docker
from stacks.machine.virtualenv import ROOT
from stacks.observe.monitoring import is_watching
from stacks.observe.registry import answers
from stacks.settings.stack import StackSettings, all_stacks
from stacks.settings.watched import fingerprint, watched_at

from .console import say
from .engines import stack_engine


def prepare(settings: StackSettings) -> None:
    """See to what the stack needs of this machine: Docker, where it builds or runs."""
    if settings.platform.kind != "local" and settings.package is None:
        return
    require_docker(say)
    os.environ["SLIPWAY_DOCKER"] = docker_cli()
    if "base" not in settings.build.model_fields_set:
        require_base(say)


def bring_up_shared(settings: StackSettings) -> None:
    """Bring up the shared stack where what it owns is not there, or looks elsewhere."""
    if settings.tier == "shared":
        return
    registry, port = settings.registry, settings.monitoring.port
    missing = registry.kind == "local" and not answers(registry.address)
    watched = watched_at(ROOT, port)
    unwatched = port is not None and not is_watching(fingerprint(watched))
    if not (missing or unwatched):
        return
    for name, shared in all_stacks(ROOT).items():
        if shared.tier != "shared":
            continue
        if missing and shared.registry == registry:
            say(f"no registry answers at {registry.address}: {name} goes first")
        elif unwatched and shared.monitoring.port == port:
            say(f"{name} goes first, to watch {', '.join(w.stack for w in watched)}")
        else:
            continue
        stack_engine(name).up(name)
