"""The two images of a model: the server, which rarely changes, and the model on top."""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import pulumi
import pulumi_docker_build as docker_build

from model_image.package import ModelPackage
from model_image.recipe import recipe, server_recipe
from stacks.settings.build import build_secrets
from stacks.settings.image import SERVER
from stacks.settings.stack import StackSettings

from .login import logins


class Builds(Protocol):
    """Who wants to know that an image exists."""

    def built(self, digest: str) -> None:
        """Record that the image exists."""
        ...


class ServerImage(pulumi.ComponentResource):
    """
    Base, locked dependencies and server code, pushed to a registry.

    With `code_only` it is the code alone, for a package that brings its requirements.
    `reference` names it by digest.
    """

    reference: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        settings: StackSettings,
        opts: pulumi.ResourceOptions | None = None,
        *,
        code_only: bool = False,
    ) -> None:
        super().__init__("slipway:index:ServerImage", name, None, opts)
        build = settings.build
        repository = settings.repository(SERVER)
        tag = f"{repository}:{server_recipe(build.base, build.platforms)}"
        content = {"CONTENT": "code"} if code_only else {}
        image = _pushed_image(
            name,
            settings,
            f"{tag}-code" if code_only else tag,
            context="model_image/server",
            dockerfile="model_image/server/Dockerfile",
            build_args={"BASE": build.base, **content},
            secrets=_secrets(),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.reference = pulumi.Output.format("{0}@{1}", repository, image.digest)
        self.register_outputs({"reference": self.reference})


class ModelImage(pulumi.ComponentResource):
    """
    The server image plus one layer, the package, pushed to a registry.

    Where the package brings its requirements they come between the two. A new model
    moves only its own bytes. `reference` names the image by digest.
    """

    reference: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        package: ModelPackage,
        server: ServerImage,
        settings: StackSettings,
        ledger: Builds,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:index:ModelImage", name, None, opts)
        build = settings.build
        mark = recipe(package, build.base, build.platforms)
        repository = settings.repository(package.name)
        own = package.brings_requirements
        dockerfile = "requirements.Dockerfile" if own else "Dockerfile"

        async def record(image: pulumi.ResourceHookArgs) -> None:
            digest = (image.new_outputs or {})["digest"]
            await asyncio.to_thread(ledger.built, digest)

        built = pulumi.ResourceHook(f"{name}-built", record)
        image = _pushed_image(
            name,
            settings,
            f"{repository}:{package.version}-dev.{mark}",
            context=str(package.path),
            dockerfile=f"model_image/{dockerfile}",
            build_args={"SERVER": server.reference}
            | ({"BASE": build.base} if own else {}),
            labels=_labels(package, mark),
            secrets=_secrets() if own else None,
            opts=pulumi.ResourceOptions(
                parent=self,
                retain_on_delete=True,
                hooks=pulumi.ResourceHookBinding(
                    after_create=[built], after_update=[built]
                ),
            ),
        )
        self.reference = pulumi.Output.format("{0}@{1}", repository, image.digest)
        self.register_outputs({"reference": self.reference})


def _labels(package: ModelPackage, mark: str) -> dict[str, str]:
    manifest = package.manifest
    return {
        "org.opencontainers.image.title": manifest.name,
        "org.opencontainers.image.version": manifest.version,
        "org.opencontainers.image.description": manifest.description,
        "org.opencontainers.image.licenses": manifest.licence,
        "org.opencontainers.image.source": manifest.source,
        "slipway.package": package.identity,
        "slipway.recipe": mark,
    }


def _secrets() -> dict[str, pulumi.Output[str]]:
    return {key: pulumi.Output.secret(text) for key, text in build_secrets().items()}


def _pushed_image(
    name: str,
    settings: StackSettings,
    tag: str,
    *,
    context: str,
    dockerfile: str,
    build_args: Mapping[str, pulumi.Input[str]],
    labels: Mapping[str, str] | None = None,
    secrets: Mapping[str, pulumi.Input[str]] | None = None,
    opts: pulumi.ResourceOptions,
) -> docker_build.Image:
    """
    One built and pushed image; nothing that changes with each commit is an input.

    The CLI builds it (`exec_`) on a builder that exists: one in a container would pull
    an image of its own and could not reach a registry on this loopback.
    """
    return docker_build.Image(
        name,
        build_args={"SOURCE_DATE_EPOCH": "0", **build_args},
        build_on_preview=False,
        builder={"name": settings.build.builder},
        context={"location": context},
        dockerfile={"location": dockerfile},
        exec_=True,
        labels=labels,
        platforms=[docker_build.Platform(one) for one in settings.build.platforms],
        push=True,
        registries=[
            docker_build.RegistryArgs(
                address=one.address, username=one.username, password=one.password
            )
            for one in logins(settings.registry)
        ]
        or None,
        secrets=secrets,
        tags=[tag],
        opts=opts,
    )
