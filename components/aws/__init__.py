"""The AWS platform: tasks of Fargate behind a load balancer."""

import pulumi
import pulumi_aws as aws

from components.platform import MonitoringArgs, PlatformArgs, Service, ServiceArgs
from stacks.settings.platform import AwsPlatform
from stacks.settings.registry import RegistrySettings

from .registry import Registry
from .service import AwsService


class Aws:
    """The account that the settings name; with credentials of another all stops."""

    def __init__(self, settings: AwsPlatform, args: PlatformArgs) -> None:
        self._settings = settings
        self._args = args
        self._provider = aws.Provider(
            "aws",
            region=settings.region,
            allowed_account_ids=[settings.account],
            default_tags={"tags": dict(args.labels)},
        )

    def registry(self, settings: RegistrySettings) -> None:
        """The repositories of ECR, when the settings ask for them."""
        if settings.kind == "ecr":
            opts = pulumi.ResourceOptions(provider=self._provider)
            Registry("registry", settings, opts=opts)

    def monitoring(self, args: MonitoringArgs) -> None:
        """Nothing: each service brings what watches it."""

    def service(self, name: str, args: ServiceArgs) -> Service:
        """Tasks of the model behind a balancer."""
        opts = pulumi.ResourceOptions(provider=self._provider)
        return AwsService(name, self._settings, self._args, args, opts=opts)


platform = Aws
