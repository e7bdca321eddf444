"""Tasks, their balancer, and what is between them."""

from typing import Any

import pytest

from stacks.offline import Declaration
from tests.components.aws.conftest import PLAIN, container, in_aws

SERVICE = "aws:ecs/service:Service"
ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def listener(declaration: Declaration, which: str) -> dict[str, Any]:
    return declaration.only(
        "aws:lb/listener:Listener", f"model-balancer-{which}"
    ).inputs


def test_plain_requests_are_redirected_and_nothing_else(plain: Declaration) -> None:
    (action,) = listener(plain, "plain")["defaultActions"]
    assert action["type"] == "redirect"
    assert action["redirect"]["protocol"] == "HTTPS"


def test_callers_come_by_tls_of_today(plain: Declaration) -> None:
    found = listener(plain, "tls")
    assert (found["port"], found["protocol"]) == (443, "HTTPS")
    assert found["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")
    assert found["routingHttpResponseServerEnabled"] is False


def test_a_canary_has_its_exact_share(full: Declaration, plain: Declaration) -> None:
    (action,) = listener(full, "tls")["defaultActions"]
    groups = action["forward"]["targetGroups"]
    assert [one["weight"] for one in groups] == [90, 10]
    (action,) = listener(plain, "tls")["defaultActions"]
    assert [one["weight"] for one in action["forward"]["targetGroups"]] == [100]


def test_a_canary_has_its_share_once_it_is_proven_and_not_before(
    full: Declaration,
) -> None:
    """An empty group would have it too, and its callers an error."""
    weights = full.only("aws:lb/listener:Listener", "model-balancer-tls")
    canary = full.only(SERVICE, "model-canary")
    bound = full.only("aws:lb/listenerRule:ListenerRule")
    assert canary.urn in weights.dependencies
    assert bound.urn in canary.dependencies
    assert weights.urn not in canary.dependencies


def test_a_model_that_loads_for_long_is_waited_for() -> None:
    declared = in_aws(
        **{**PLAIN, "service": {**PLAIN["service"], "health": {"startup_s": 900}}}
    )
    check = container(declared)["healthCheck"]
    assert check["startPeriod"] + check["interval"] * check["retries"] >= 900
    assert declared.only(SERVICE).inputs["healthCheckGracePeriodSeconds"] >= 900


def test_none_is_missing_while_tasks_are_replaced(plain: Declaration) -> None:
    inputs = plain.only(SERVICE).inputs
    assert inputs["deploymentMinimumHealthyPercent"] == 100
    assert inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert inputs["healthCheckGracePeriodSeconds"] >= 60


def test_every_change_is_proven_before_it_and_after_it(plain: Declaration) -> None:
    hooks = plain.only(SERVICE).hooks
    trial, rollout = ["model-trial"], ["model-rollout"]
    assert hooks == {
        "before_create": trial,
        "before_update": trial,
        "after_create": rollout,
        "after_update": rollout,
    }


def test_an_autoscaler_has_the_say_over_the_number(full: Declaration) -> None:
    assert full.only(SERVICE, "model").ignore_changes == ["desiredCount"]
    target = full.only("aws:appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 6)


def test_the_tasks_are_reached_by_the_balancer_alone(plain: Declaration) -> None:
    into = [one.inputs for one in plain.all(INGRESS) if one.inputs["fromPort"] == 8080]
    assert [
        ("cidrIpv4" in one, "referencedSecurityGroupId" in one) for one in into
    ] == [(False, True)]


def test_who_may_call_is_said_by_address(full: Declaration, plain: Declaration) -> None:
    def callers(declaration: Declaration) -> set[str]:
        every = (one.inputs.get("cidrIpv4") for one in declaration.all(INGRESS))
        return {one for one in every if one}

    assert callers(full) == {"10.0.0.0/8"}
    assert callers(plain) == {"10.40.0.0/16"}


def test_a_given_network_is_left_as_it_is(full: Declaration) -> None:
    assert not [one for one in full.resources if one.type.startswith("aws:ec2/vpc")]
    assert full.only(SERVICE, "model").inputs["networkConfiguration"]["subnets"] == [
        "subnet-0a1b2c3d",
        "subnet-1a1b2c3d",
    ]


def test_a_made_network_leads_to_aws_and_no_further(plain: Declaration) -> None:
    types = {one.type for one in plain.resources}
    assert "aws:ec2/internetGateway:InternetGateway" not in types
    assert "aws:ec2/natGateway:NatGateway" not in types
    services = plain.all("aws:ec2/vpcEndpoint:VpcEndpoint")
    names = {
        one.inputs["serviceName"].partition("eu-central-1.")[2] for one in services
    }
    assert names == {"s3", "ecr.api", "ecr.dkr", "logs", "ssm", "secretsmanager"}


def test_a_task_that_leaves_answers_while_it_is_let_go(plain: Declaration) -> None:
    env = {one["name"]: one["value"] for one in container(plain)["environment"]}
    group = plain.only("aws:lb/targetGroup:TargetGroup").inputs
    assert float(env["SLIPWAY_DRAIN_SECONDS"]) >= group["deregistrationDelay"]
    assert container(plain)["stopTimeout"] > float(env["SLIPWAY_DRAIN_SECONDS"])


def test_secrets_come_by_their_address_and_become_files(full: Declaration) -> None:
    found = container(full)
    assert {
        one["name"]: one["valueFrom"].split(":")[2] for one in found["secrets"]
    } == {
        "KEPT": "secretsmanager",
        "TOKEN": "ssm",
    }
    mounts = [one["containerPath"] for one in found["linuxParameters"]["tmpfs"]]
    assert mounts == ["/tmp", "/run/secrets"]


def test_the_value_of_a_secret_is_sealed(full: Declaration) -> None:
    kept = full.only("aws:ssm/parameter:Parameter").inputs
    assert kept["type"] == "SecureString"
    assert repr(kept["value"]) == "[secret]"


def test_an_old_revision_stays_for_the_way_back(plain: Declaration) -> None:
    assert plain.only("aws:ecs/taskDefinition:TaskDefinition").inputs["skipDestroy"]


def test_dev_sleeps_when_nobody_needs_it() -> None:
    declared = in_aws(
        tier="dev",
        upstream=None,
        image=None,
        package="model_image/example/package",
        platform={"sleep": {"down": "0 20 * * *", "up": "0 7 * * 1-5"}},
        service={"cpu": 0.25, "memory_mb": 512},
    )
    counts = {
        one.name.rpartition("-")[2]: one.inputs["scalableTargetAction"]
        for one in declared.all(ACTION)
    }
    assert counts["down"] == {"minCapacity": 0, "maxCapacity": 0}
    assert counts["up"] == {"minCapacity": 1, "maxCapacity": 1}


@pytest.mark.parametrize("stack", ["plain", "full"])
def test_another_account_stops_everything(
    stack: str, request: pytest.FixtureRequest
) -> None:
    declaration: Declaration = request.getfixturevalue(stack)
    provider = declaration.only("pulumi:providers:aws").inputs
    assert "222222222222" in str(provider["allowedAccountIds"])
    ours = [one for one in declaration.resources if one.type.startswith("aws:")]
    assert all("::aws::" in one.provider for one in ours)
