"""From a package to a service: all that one stack declares, top to bottom."""

from pathlib import Path

import pulumi
import pulumi_docker_build as docker_build

from components.image import ModelImage, ServerImage
from components.platform import (
    CanaryArgs,
    MonitoringArgs,
    PlatformArgs,
    ServiceArgs,
    platform_for,
)
from model_image.package import ModelPackage
from model_image.storage.clone import folder_in
from stacks.engine import engine
from stacks.refusals import one_sentence
from stacks.releases.lock import Lock
from stacks.settings.stack import StackSettings

HERE = Path(__file__).parent

with one_sentence():
    settings = StackSettings.load()
    package = None
    if settings.package:
        folder = folder_in(HERE, settings.package, pulumi.log.info)
        package = ModelPackage.read(folder)
    lock = Lock.on(HERE, pulumi.get_stack(), settings, engine())
    deployment = lock.admit(package)
    trial = lock.admit_canary()
    shown = ServiceArgs.shown(HERE, settings)

builder = docker_build.Provider("builder")
stack = PlatformArgs(
    tier=settings.tier,
    base=settings.build.base,
    labels=lock.labels,
    registry=settings.registry,
    builder=builder,
)
platform = platform_for(settings.platform, stack)

if settings.tier == "shared":
    platform.registry(settings.registry)
    with one_sentence():
        watching = MonitoringArgs.read(HERE, settings.monitoring)
    platform.monitoring(watching)
elif deployment is None:
    pulumi.log.info("nothing is promoted to this stack yet, so it runs no service")
else:
    if package:
        opts = pulumi.ResourceOptions(providers=[builder])
        own = package.brings_requirements
        server = ServerImage("server", settings, opts, code_only=own)
        image = ModelImage("model", package, server, settings, deployment, opts)
        reference = image.reference
    else:
        reference = pulumi.Output.from_input(settings.reference)
    args = ServiceArgs(
        image=reference,
        settings=settings.service,
        checks=deployment,
        monitoring=settings.monitoring,
        upstream=settings.upstream,
        batch=settings.batch,
        model=shown,
        canary=CanaryArgs.of(settings, trial),
    )
    service = platform.service("model", args)
    pulumi.export("image", reference)
    pulumi.export("endpoint", service.endpoint)
