"""Who may do what: pull, read a secret, call, and act in the project."""

from typing import Any

from stacks.offline import Declaration
from stacks.offline.values import Secret
from tests.components.gcp.conftest import PLAIN, in_google

READER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
INVOKER = "gcp:cloudrunv2/serviceIamMember:ServiceIamMember"
MODEL = "serviceAccount:slipway-prod-model@shop-prod.iam.gserviceaccount.com"


def members(declared: Declaration, type: str) -> list[Any]:
    return [one.inputs["member"] for one in declared.all(type)]


def test_the_model_is_an_account_of_its_own_that_may_do_nothing(
    plain: Declaration,
) -> None:
    account = plain.only("gcp:serviceaccount/account:Account").inputs
    template = plain.only("gcp:cloudrunv2/service:Service").inputs["template"]
    assert template["serviceAccount"].startswith(f"{account['accountId']}@shop-prod.")
    assert not plain.all("gcp:projects/iAMMember:IAMMember")


def test_only_the_one_repository_is_read_and_only_by_two(plain: Declaration) -> None:
    for one in plain.all(READER):
        assert one.inputs["role"] == "roles/artifactregistry.reader"
        assert (one.inputs["project"], one.inputs["repository"]) == (
            "shop-artifacts",
            "models",
        )
    assert len(plain.all(READER)) == 2
    assert plain.only(READER, "model-pull-model").inputs["member"] == MODEL
    agent = plain.only("gcp:projects/serviceIdentity:ServiceIdentity").inputs
    assert agent["service"] == "run.googleapis.com"


def test_another_registry_has_no_bindings_here() -> None:
    registry = {"kind": "oci", "address": "docker.io/shop"}
    assert not in_google(**PLAIN, registry=registry).all(READER)


def test_nobody_may_call_unless_named(plain: Declaration, full: Declaration) -> None:
    assert members(plain, INVOKER) == []
    assert sorted(members(full, INVOKER)) == [
        "allUsers",
        "serviceAccount:shop@x.iam.gserviceaccount.com",
    ]
    assert {one.inputs["role"] for one in full.all(INVOKER)} == {"roles/run.invoker"}


def test_only_the_model_reads_its_secrets_and_only_these(full: Declaration) -> None:
    reads = full.all("gcp:secretmanager/secretIamMember:SecretIamMember")
    found = {(one.inputs["project"], one.inputs["secretId"]) for one in reads}
    assert found == {("shop-prod", "slipway-prod-TOKEN"), ("shop-keys", "kept")}
    assert {one.inputs["member"] for one in reads} == {MODEL}
    assert {one.inputs["role"] for one in reads} == {
        "roles/secretmanager.secretAccessor"
    }


def test_a_secret_is_sealed_and_its_earlier_versions_stay(full: Declaration) -> None:
    version = full.only("gcp:secretmanager/secretVersion:SecretVersion").inputs
    assert isinstance(version["secretData"], Secret)
    assert version["deletionPolicy"] == "ABANDON"
    kept = full.only("gcp:secretmanager/secret:Secret").inputs["replication"]
    (place,) = kept["userManaged"]["replicas"]
    assert place["location"] == "europe-west1"
    assert place["customerManagedEncryption"]["kmsKeyName"].startswith("projects/")


def test_what_the_model_may_do_is_what_the_settings_say(full: Declaration) -> None:
    granted = full.only("gcp:projects/iAMMember:IAMMember").inputs
    assert granted["member"] == MODEL
    assert granted["role"] == "roles/storage.objectViewer"


def test_every_object_is_of_the_project_that_the_settings_name(
    full: Declaration,
) -> None:
    provider = full.only("pulumi:providers:gcp").inputs
    assert (provider["project"], provider["region"]) == ("shop-prod", "europe-west1")
    objects = [one for one in full.resources if one.type.startswith("gcp:")]
    assert all("::gcp::" in one.provider for one in objects)


def test_a_log_is_kept_for_as_long_as_the_settings_say(
    plain: Declaration, full: Declaration
) -> None:
    bucket = full.only("gcp:logging/projectBucketConfig:ProjectBucketConfig").inputs
    assert bucket["retentionDays"] == 365
    sink = full.only("gcp:logging/projectSink:ProjectSink").inputs
    assert 'resource.labels.service_name="slipway-prod"' in sink["filter"]
    assert not plain.all("gcp:logging/projectSink:ProjectSink")


def test_what_has_a_tag_is_never_removed(shared: Declaration) -> None:
    repository = shared.only("gcp:artifactregistry/repository:Repository")
    by_action = {
        one["action"]: one["condition"] for one in repository.inputs["cleanupPolicies"]
    }
    assert by_action["KEEP"] == {"tagState": "TAGGED"}
    assert by_action["DELETE"] == {"tagState": "UNTAGGED", "olderThan": "2592000s"}
    assert repository.inputs["cleanupPolicyDryRun"] is False
    assert repository.inputs["dockerConfig"] == {"immutableTags": False}
    assert repository.protect is True
