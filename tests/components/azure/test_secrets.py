"""A service's secrets in Azure, as the program declares them."""

from stacks.offline import Declaration
from stacks.offline.values import Secret
from tests.components.azure.conftest import APP, PLAIN, VAULT, container, in_azure

KEPT = "azure-native:keyvault:Secret"
VAULTS = "azure-native:keyvault:Vault"
ROLE = "azure-native:authorization:RoleAssignment"


def test_a_secret_is_a_file_by_its_own_name(full: Declaration) -> None:
    (volume,) = (
        one
        for one in full.only(APP).inputs["template"]["volumes"]
        if one["storageType"] == "Secret"
    )
    files = {one["path"]: one["secretRef"] for one in volume["secrets"]}
    assert files == {"TOKEN": "token", "KEPT": "kept"}
    mounts = {
        one["volumeName"]: one["mountPath"] for one in container(full)["volumeMounts"]
    }
    assert mounts[volume["name"]] == "/run/secrets"


def test_an_app_names_secrets_and_has_none(full: Declaration) -> None:
    secrets = full.only(APP).inputs["configuration"]["secrets"]
    assert {one["name"]: one["keyVaultUrl"] for one in secrets} == {
        "kept": "https://ml-secrets.vault.azure.net/secrets/kept",
        "token": "https://ml-secrets.vault.azure.net/secrets/slipway-prod-token",
    }
    assert all("value" not in one and one["identity"] for one in secrets)


def test_the_stacks_own_are_sealed_and_put_in_the_vault(full: Declaration) -> None:
    kept = full.only(KEPT)
    assert kept.inputs["vaultName"] == VAULT.rpartition("/")[2]
    assert isinstance(kept.inputs["properties"], Secret) or isinstance(
        kept.inputs["properties"]["value"], Secret
    )


def test_the_service_may_read_each_and_no_other(full: Declaration) -> None:
    scopes = [
        one.inputs["scope"] for one in full.all(ROLE) if one.name.endswith("-read")
    ]
    assert sorted(scopes) == [
        f"{VAULT}/secrets/kept",
        f"{VAULT}/secrets/slipway-prod-token",
    ]


def test_a_vault_that_is_made_goes_by_roles_and_cannot_be_purged(
    own_vault: Declaration,
) -> None:
    vault = own_vault.only(VAULTS)
    assert vault.inputs["properties"]["enableRbacAuthorization"] is True
    assert vault.inputs["properties"]["enablePurgeProtection"] is True
    assert vault.protect
    assert len(vault.inputs["vaultName"]) <= 24


def test_only_prods_vault_keeps_its_name_from_a_stack_that_comes_again() -> None:
    service = PLAIN["service"] | {"secrets": ["TOKEN"]}
    staging = in_azure(tier="staging", upstream="dev", service=service)
    properties = staging.only(VAULTS).inputs["properties"]
    assert "enablePurgeProtection" not in properties
    assert properties["softDeleteRetentionInDays"] == 7
    assert properties["enableSoftDelete"] is True


def test_stacks_of_one_subscription_have_vaults_of_their_own() -> None:
    places = [
        {"name": "slipway-credit-risk-stg"},
        {"name": "slipway-credit-risk-dev"},
        {"name": "slipway-credit-risk-dev", "resource_group": "another"},
    ]
    service = PLAIN["service"] | {"secrets": ["TOKEN"]}
    declared = [in_azure(platform=one, service=service) for one in places]
    assert len({one.only(VAULTS).inputs["vaultName"] for one in declared}) == 3


def test_there_is_no_vault_where_there_is_no_secret(plain: Declaration) -> None:
    assert not plain.all(VAULTS)
    assert plain.only(APP).inputs["configuration"]["secrets"] == []


def test_a_registrys_password_is_azures_alone() -> None:
    registry = {
        "kind": "oci",
        "address": "registry.example.com/team",
        "username": "puller",
        "password": "REGISTRY_TOKEN",
    }
    service = PLAIN["service"] | {"secrets": ["REGISTRY_TOKEN"]}
    declared = in_azure(registry=registry, service=service)
    (pulled,) = declared.only(APP).inputs["configuration"]["registries"]
    assert pulled == {
        "server": "registry.example.com",
        "username": "puller",
        "passwordSecretRef": "registry-token",
    }
