"""Jobs of a stack in Azure, as the program declares them."""

from stacks.offline import Declaration
from tests.components.azure.conftest import APP, JOB, PLAIN, in_azure, variables


def test_each_shard_is_a_job_of_the_same_time(full: Declaration) -> None:
    jobs = sorted(full.all(JOB), key=lambda one: one.name)
    assert [one.inputs["jobName"] for one in jobs] == [
        f"slipway-prod-nightly-{number}" for number in range(3)
    ]
    for number, one in enumerate(jobs):
        trigger = one.inputs["configuration"]["scheduleTriggerConfig"]
        (container,) = one.inputs["template"]["containers"]
        assert trigger == {
            "cronExpression": "0 3 * * 1-5",
            "parallelism": 1,
            "replicaCompletionCount": 1,
        }
        assert container["args"] == [
            "batch",
            "az://lake/in.parquet",
            "az://lake/scores/",
            "--shard",
            f"{number}/3",
        ]
        assert container["resources"] == {"cpu": 2, "memory": "4Gi"}


def test_a_job_runs_the_release_and_no_canary(full: Declaration) -> None:
    job = full.only(JOB, "model-nightly-0")
    (container,) = job.inputs["template"]["containers"]
    assert container["image"].endswith("ab" * 32)
    assert "probes" not in container
    assert full.only(APP).urn in job.dependencies


def test_a_job_reads_and_writes_as_the_services_identity(full: Declaration) -> None:
    job = full.only(JOB, "model-nightly-0")
    (container,) = job.inputs["template"]["containers"]
    (identity,) = job.inputs["configuration"]["identitySettings"]
    role = full.only(
        "azure-native:authorization:RoleAssignment", "model-identity-storage-0"
    )
    assert identity["lifecycle"] == "Main"
    assert "AZURE_CLIENT_ID" in variables(container)
    assert role.inputs["scope"].endswith("/storageAccounts/lake")


def test_a_runs_name_is_azures() -> None:
    batch = [{"name": "once", "input": "az://a/$(RUN).csv", "output": "az://a/o.csv"}]
    job = in_azure(batch=batch, **PLAIN).only(JOB)
    (container,) = job.inputs["template"]["containers"]
    assert container["args"][1] == "az://a/$(CONTAINER_APP_JOB_EXECUTION_NAME).csv"
    assert job.inputs["configuration"]["triggerType"] == "Manual"


def test_a_long_name_is_within_azures_32_letters() -> None:
    batch = [
        {
            "name": "everynight",
            "input": "az://a/b.csv",
            "output": "az://a/o/",
            "shards": 12,
        }
    ]
    platform = {"name": "a-name-of-23-letters-it"}
    jobs = in_azure(platform=platform, batch=batch, **PLAIN).all(JOB)
    names = {one.inputs["jobName"] for one in jobs}
    assert len(names) == 12
    assert all(len(one) <= 32 for one in names)
