"""Roles on single objects, each under a name that follows from what it says."""

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

import pulumi
from pulumi_azure_native import authorization

from .place import Place

PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""AcrPull."""
READ_SECRET = "4633458b-17de-408a-b874-0445c86b69e6"
"""Key Vault Secrets User."""
USE_BLOBS = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
"""Storage Blob Data Contributor."""


def granted(
    name: str,
    role: str,
    on: str,
    *,
    to: str,
    principal: pulumi.Input[str],
    place: Place,
    after: Sequence[pulumi.Resource] = (),
) -> authorization.RoleAssignment:
    """
    The role on this object alone.

    Azure cannot give an assignment to another principal, so one with the same name
    goes before it comes again.
    """
    subscription = on.split("/")[2]
    roles = "Microsoft.Authorization/roleDefinitions"
    return authorization.RoleAssignment(
        name,
        role_assignment_name=str(uuid5(NAMESPACE_URL, f"{to} {role} {on}".lower())),
        principal_id=principal,
        # Without it Azure looks a principal up that it may not know everywhere yet.
        principal_type="ServicePrincipal",
        role_definition_id=f"/subscriptions/{subscription}/providers/{roles}/{role}",
        scope=on,
        opts=pulumi.ResourceOptions.merge(
            place.opts,
            pulumi.ResourceOptions(delete_before_replace=True, depends_on=list(after)),
        ),
    )
