"""Where tasks and their balancer are: a network that is there, or one of its own."""

from dataclasses import dataclass
from itertools import islice

import pulumi
from pulumi_aws import cloudwatch, ec2, iam, vpc

from stacks.settings.aws import GivenNetwork, MadeNetwork

from .place import Place
from .policies import document, trusting

_ENDPOINTS = ("ecr.api", "ecr.dkr", "logs", "ssm", "secretsmanager")


@dataclass(frozen=True)
class Network:
    """A network as a service needs it."""

    vpc: pulumi.Input[str]
    subnets: list[pulumi.Input[str]]
    """Private ones."""
    balancer_subnets: list[pulumi.Input[str]]
    cidr: str | None
    """Its own addresses, where they are known."""


def network(name: str, place: Place) -> Network:
    """The network that the settings give or ask for."""
    asked = place.platform.network
    if isinstance(asked, GivenNetwork):
        return Network(asked.vpc, [*asked.subnets], [*asked.balancer_subnets], None)
    return _Made(name, asked, place).network


class _Made(pulumi.ComponentResource):
    """
    Private subnets in several zones, from which only AWS's own services are reached.

    With a NAT gateway the internet is too. Public subnets hold nothing but the balancer
    of a public service and that gateway. Refused and other flows are logged.
    """

    def __init__(self, name: str, asked: MadeNetwork, place: Place) -> None:
        super().__init__("slipway:aws:Network", name, None, place.opts)
        self._name, self._place, self._asked = name, place.under(self), asked
        self._opts = pulumi.ResourceOptions(parent=self)
        self._vpc = ec2.Vpc(
            name,
            cidr_block=str(asked.cidr),
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": place.name},
            opts=self._opts,
        )
        # Nothing is to have the group that all who ask for none get.
        ec2.DefaultSecurityGroup(name, vpc_id=self._vpc.id, opts=self._opts)
        sizes = asked.cidr.subnets(new_prefix=asked.cidr.prefixlen + 4)
        count = len(asked.zones)
        blocks = [str(one) for one in islice(sizes, 2 * count)]
        private = self._subnets("private", blocks[:count])
        needs_public = place.platform.public or asked.internet
        public = self._subnets("public", blocks[count:]) if needs_public else []
        routes = self._routes("private", private)
        if public:
            self._internet(public, routes if asked.internet else None)
        self._endpoints(private, routes)
        self._flow_log()
        balanced = public if place.platform.public else private
        self.network = Network(
            self._vpc.id,
            [one.id for one in private],
            [one.id for one in balanced],
            str(asked.cidr),
        )
        self.register_outputs({})

    def _subnets(self, kind: str, blocks: list[str]) -> list[ec2.Subnet]:
        return [
            ec2.Subnet(
                f"{self._name}-{kind}-{letter}",
                vpc_id=self._vpc.id,
                cidr_block=block,
                availability_zone=f"{self._place.platform.region}{letter}",
                map_public_ip_on_launch=False,
                tags={"Name": f"{self._place.name}-{kind}-{letter}"},
                opts=self._opts,
            )
            for letter, block in zip(self._asked.zones, blocks, strict=True)
        ]

    def _routes(self, kind: str, subnets: list[ec2.Subnet]) -> ec2.RouteTable:
        name = f"{self._name}-{kind}"
        table = ec2.RouteTable(name, vpc_id=self._vpc.id, opts=self._opts)
        for number, subnet in enumerate(subnets, 1):
            ec2.RouteTableAssociation(
                f"{name}-{number}",
                subnet_id=subnet.id,
                route_table_id=table.id,
                opts=self._opts,
            )
        return table

    def _internet(
        self, public: list[ec2.Subnet], private: ec2.RouteTable | None
    ) -> None:
        gateway = ec2.InternetGateway(self._name, vpc_id=self._vpc.id, opts=self._opts)
        way_out = ec2.Route(
            f"{self._name}-public",
            route_table_id=self._routes("public", public).id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self._opts,
        )
        if private is None:
            return
        address = ec2.Eip(f"{self._name}-nat", domain="vpc", opts=self._opts)
        nat = ec2.NatGateway(
            self._name,
            subnet_id=public[0].id,
            allocation_id=address.id,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[way_out]),
        )
        ec2.Route(
            f"{self._name}-private",
            route_table_id=private.id,
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=nat.id,
            opts=self._opts,
        )

    def _endpoints(self, private: list[ec2.Subnet], routes: ec2.RouteTable) -> None:
        """Images' layers come from S3, which has a gateway that costs nothing."""
        services = f"com.amazonaws.{self._place.platform.region}"
        ec2.VpcEndpoint(
            f"{self._name}-s3",
            vpc_id=self._vpc.id,
            service_name=f"{services}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=[routes.id],
            opts=self._opts,
        )
        if self._asked.internet:
            return
        group = ec2.SecurityGroup(
            f"{self._name}-endpoints",
            description="AWS's own services, for what is in this network",
            vpc_id=self._vpc.id,
            opts=self._opts,
        )
        vpc.SecurityGroupIngressRule(
            f"{self._name}-endpoints",
            security_group_id=group.id,
            description="from this network",
            cidr_ipv4=str(self._asked.cidr),
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=self._opts,
        )
        for service in _ENDPOINTS:
            ec2.VpcEndpoint(
                f"{self._name}-{service.replace('.', '-')}",
                vpc_id=self._vpc.id,
                service_name=f"{services}.{service}",
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=[one.id for one in private],
                security_group_ids=[group.id],
                opts=self._opts,
            )

    def _flow_log(self) -> None:
        name, place = f"{self._name}-flows", self._place
        kept = cloudwatch.LogGroup(
            name,
            name=f"/slipway/{place.name}/flows",
            retention_in_days=place.platform.log_days,
            kms_key_id=place.platform.kms_key,
            opts=self._opts,
        )
        role = iam.Role(
            name,
            name=place.called("flows"),
            assume_role_policy=trusting("vpc-flow-logs.amazonaws.com"),
            permissions_boundary=place.platform.boundary,
            opts=self._opts,
        )
        writing = ["logs:CreateLogStream", "logs:PutLogEvents"]
        looking = ["logs:DescribeLogGroups", "logs:DescribeLogStreams"]
        allowed = iam.RolePolicy(
            name,
            role=role.name,
            policy=kept.arn.apply(
                lambda arn: document((writing, f"{arn}:*"), (looking, "*"))
            ),
            opts=self._opts,
        )
        ec2.FlowLog(
            name,
            vpc_id=self._vpc.id,
            traffic_type="ALL",
            log_destination=kept.arn,
            iam_role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[allowed]),
        )
