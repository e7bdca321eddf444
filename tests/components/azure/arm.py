"""A declaration as a template of Azure Resource Manager, which judges can read."""

import re
from collections.abc import Mapping
from typing import Any

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from stacks.offline.values import UNKNOWN

_ON_TOP = ("location", "tags", "identity", "sku", "kind", "scale")
_NEVER = ("resourceGroupName", "scope", "vaultName", "privateZoneName", "recordType")
_KINDS = {
    "app:ContainerApp": ("Microsoft.App/containerApps", "containerAppName"),
    "app:Job": ("Microsoft.App/jobs", "jobName"),
    "app:ManagedEnvironment": ("Microsoft.App/managedEnvironments", "environmentName"),
    "applicationinsights:Workbook": ("Microsoft.Insights/workbooks", "resourceName"),
    "authorization:ManagementLockByScope": (
        "Microsoft.Authorization/locks",
        "lockName",
    ),
    "authorization:RoleAssignment": (
        "Microsoft.Authorization/roleAssignments",
        "roleAssignmentName",
    ),
    "containerregistry:Registry": (
        "Microsoft.ContainerRegistry/registries",
        "registryName",
    ),
    "keyvault:Secret": ("Microsoft.KeyVault/vaults/secrets", "secretName"),
    "keyvault:Vault": ("Microsoft.KeyVault/vaults", "vaultName"),
    "managedidentity:UserAssignedIdentity": (
        "Microsoft.ManagedIdentity/userAssignedIdentities",
        "resourceName",
    ),
    "monitor:ActionGroup": ("Microsoft.Insights/actionGroups", "actionGroupName"),
    "monitor:MetricAlert": ("Microsoft.Insights/metricAlerts", "ruleName"),
    "monitor:ScheduledQueryRule": (
        "Microsoft.Insights/scheduledQueryRules",
        "ruleName",
    ),
    "operationalinsights:Workspace": (
        "Microsoft.OperationalInsights/workspaces",
        "workspaceName",
    ),
    "privatedns:PrivateRecordSet": (
        "Microsoft.Network/privateDnsZones/A",
        "relativeRecordSetName",
    ),
    "privatedns:PrivateZone": ("Microsoft.Network/privateDnsZones", "privateZoneName"),
    "privatedns:VirtualNetworkLink": (
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
        "virtualNetworkLinkName",
    ),
    "resources:ResourceGroup": (
        "Microsoft.Resources/resourceGroups",
        "resourceGroupName",
    ),
}


def resource(declared: Registration, version: str = "2025-01-01") -> dict[str, Any]:
    """One resource; what only an update can tell is a reference, as people write it."""
    kind, name = _KINDS[declared.type.removeprefix("azure-native:")]
    inputs = dict(declared.inputs)
    called = inputs.pop(name, declared.name)
    found: dict[str, Any] = {"type": kind, "apiVersion": version, "name": called}
    given = inputs.pop("properties", None)
    for key in _ON_TOP:
        if key in inputs:
            found[key] = inputs.pop(key)
    rest = {key: one for key, one in inputs.items() if key not in _NEVER}
    found["properties"] = {**rest, **(given or {})}
    if identities := (found.get("identity") or {}).get("userAssignedIdentities"):
        # Pulumi has a list of what is a map to Azure.
        every = identities if isinstance(identities, list) else ["made"]
        found["identity"] = found["identity"] | {
            "userAssignedIdentities": {str(one): {} for one in every}
        }
    return _told(found)


def template(declaration: Declaration) -> dict[str, Any]:
    """All of a declaration."""
    schema = "https://schema.management.azure.com/schemas/2019-04-01/"
    return {
        "$schema": f"{schema}deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            resource(one)
            for one in declaration.resources
            if one.type.startswith("azure-native:")
        ],
    }


def _told(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _told(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_told(one) for one in value]
    if value == UNKNOWN:
        return "[reference('later')]"
    hidden = re.fullmatch(r"\[secret\]", repr(value))
    return "[parameters('secret')]" if hidden else value
