"""A component with a network, and a container in it."""

import pulumi
import pulumi_docker as docker


class Group(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("test:index:Group", name)
        self.network = docker.Network(name, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


config = pulumi.Config()
group = Group("group")
container = docker.Container(
    "box",
    image=config.require("image"),
    command=["sleep", "600"],
    networks_advanced=[{"name": group.network.name}],
    envs=[pulumi.Output.concat("TOKEN=", pulumi.Output.secret("hush"))],
)
pulumi.export("box", container.name)
pulumi.export("token", pulumi.Output.secret("hush"))
