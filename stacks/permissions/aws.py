"""The permissions of AWS that Pulumi and Slipway use, by type of resource."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stacks.settings.aws import AwsPlatform
from stacks.settings.aws_account import AwsAccount, told

_FILE = Path(__file__).with_suffix(".yaml")
_PUSH = "push"
_ROLES = ("iam:PassRole",)
_ROLE_TYPES = ("iam/role", "iam/rolePolicy", "iam/rolePolicyAttachment")
_MOST = 100


@cache
def needed() -> dict[str, frozenset[str]]:
    """The permissions by type of resource, without `aws:` before it, and `push`."""
    return {
        type: frozenset(f"{service}:{one}" for service in by for one in by[service])
        for type, by in yaml.safe_load(_FILE.read_text()).items()
    }


def everything() -> frozenset[str]:
    """All of them."""
    return frozenset().union(*needed().values())


def policy(account: str, name: str = "slipway-*") -> dict[str, Any]:
    """
    The document for whoever deploys: roles, secrets and logs by the service's name.

    Where AWS knows a resource only once it is made, such as a network, it is any.
    """
    role = f"arn:aws:iam::{account}:role/{name}"
    roles = {
        action
        for type, actions in needed().items()
        if type.startswith(_ROLE_TYPES)
        for action in actions
    }
    others = everything() - roles - needed()[_PUSH] - {*_ROLES}
    secrets = {one for one in others if one.startswith("ssm:")} - {_LISTED}
    services = ["ecs-tasks", "scheduler", "vpc-flow-logs"]
    passed = {
        "StringEquals": {
            "iam:PassedToService": [f"{one}.amazonaws.com" for one in services]
        }
    }
    parameters = f"arn:aws:ssm:*:{account}:parameter/slipway/*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow("Roles", roles, role),
            _allow("PassRoles", _ROLES, role) | {"Condition": passed},
            _allow("Secrets", secrets, parameters),
            _allow("Registry", needed()[_PUSH], "*"),
            _allow("Services", others - secrets, "*"),
        ],
    }


_LISTED = "ssm:DescribeParameters"


def lacking(platform: AwsPlatform) -> list[str]:
    """Those that whoever runs this does not have; CloudError where AWS does not say."""
    account = AwsAccount(platform)
    return missing(account, account.identity())


def missing(account: AwsAccount, identity: str) -> list[str]:
    """The permissions that `identity` does not have, as AWS's own simulator says."""
    wanted = sorted(everything())
    client = account.client("iam")
    denied: list[str] = []
    with told("the permissions cannot be seen (iam:SimulatePrincipalPolicy)"):
        for start in range(0, len(wanted), _MOST):
            answer = client.simulate_principal_policy(
                PolicySourceArn=_source(identity),
                ActionNames=wanted[start : start + _MOST],
            )
            denied += [
                one["EvalActionName"]
                for one in answer["EvaluationResults"]
                if one["EvalDecision"] != "allowed"
            ]
    return denied


def _source(identity: str) -> str:
    """Of a session its role: the simulator knows no sessions."""
    if ":assumed-role/" not in identity:
        return identity
    head, _, rest = identity.partition(":assumed-role/")
    role = rest.split("/")[0]
    return f"{head.replace(':sts:', ':iam:')}:role/{role}"


def _allow(name: str, actions: Any, resource: str) -> dict[str, Any]:
    return {
        "Sid": name,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": resource,
    }
