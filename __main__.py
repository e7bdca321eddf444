"""From a package to a service: all that one stack declares, top to bottom."""

from pathlib import Path

import pulumi
import pulumi_docker_build as docker_build

from components.image import ModelImage, ServerImage
from components.platform import PlatformArgs, ServiceArgs, platform_for
from model_image.package import ModelPackage
from stacks.engine import engine
from stacks.refusals import one_sentence
from stacks.releases.lock import Deployment, Lock
from stacks.settings.stack import StackSettings


def serve(name: str, image: pulumi.Input[str], deployment: Deployment) -> None:
    args = ServiceArgs(image=image, settings=settings.service, checks=deployment)
    service = platform.service(name, args)
    pulumi.export("image", image)
    pulumi.export("endpoint", service.endpoint)


with one_sentence():
    settings = StackSettings.load()
    lock = Lock.on(Path(__file__).parent, pulumi.get_stack(), settings, engine())
    lock.inspect()
    builder = docker_build.Provider("builder")
    building = pulumi.ResourceOptions(providers=[builder])
    stack = PlatformArgs(base=settings.build.base, labels=lock.labels, builder=builder)
    platform = platform_for(settings.platform, stack)

    if settings.tier == "shared":
        platform.registry(settings.registry)
    elif settings.package:
        package = ModelPackage.read(settings.package)
        deployment = lock.admit_package(package)
        server = ServerImage("server", settings, building)
        image = ModelImage(
            package.name, package, server, settings, deployment, building
        )
        serve(package.name, image.reference, deployment)
    elif settings.image:
        deployment = lock.admit_image(settings.image)
        serve(settings.image.name, settings.reference(settings.image), deployment)
    else:
        pulumi.log.info("nothing is promoted to this stack yet, so it runs no service")
