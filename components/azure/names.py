"""How callers in a network find the apps of an environment that has no other door."""

from pulumi_azure_native import app, privatedns

from .place import Place

_TTL_S = 300


def resolved(
    name: str, place: Place, environment: app.ManagedEnvironment, subnet: str
) -> None:
    """
    A zone of the environment's own domain, which its network asks.

    Azure makes the domain up, and answers for one that is internal to nobody.
    """
    zone = privatedns.PrivateZone(
        name,
        private_zone_name=environment.default_domain,
        resource_group_name=place.group,
        location="global",
        tags=place.tags,
        opts=place.protected(),
    )
    privatedns.PrivateRecordSet(
        name,
        private_zone_name=zone.name,
        resource_group_name=place.group,
        record_type="A",
        relative_record_set_name="*",
        ttl=_TTL_S,
        a_records=[{"ipv4_address": environment.static_ip}],
        opts=place.protected(),
    )
    privatedns.VirtualNetworkLink(
        name,
        virtual_network_link_name=place.name,
        private_zone_name=zone.name,
        resource_group_name=place.group,
        location="global",
        registration_enabled=False,
        virtual_network={"id": subnet.partition("/subnets/")[0]},
        tags=place.tags,
        opts=place.protected(),
    )
