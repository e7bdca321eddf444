"""The permissions of AWS that Pulumi and Slipway use, by type of resource."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stacks.settings.aws import AwsPlatform
from stacks.settings.aws_account import AwsAccount, told

from . import table

_FILE = Path(__file__).with_suffix(".yaml")
_APART = ("push", "keys", "first", "doctor")
"""The groups that belong to no type of resource."""
_PASS, _LISTED = "iam:PassRole", "ssm:DescribeParameters"
_ROLE_TYPES = ("iam/role", "iam/rolePolicy", "iam/rolePolicyAttachment")
_PASSED_TO = [
    f"{one}.amazonaws.com" for one in ("ecs-tasks", "scheduler", "vpc-flow-logs")
]
_FIRST = [
    f"{one}.amazonaws.com"
    for one in ("ecs", "elasticloadbalancing", "ecs.application-autoscaling")
]
"""The services for which AWS makes a role of its own in an account, the first time."""
_MOST = 100
_LOOK = ":Describe"


def needed() -> dict[str, frozenset[str]]:
    """The permissions by type of resource, without `aws:` before it, and `push`."""
    return table.read(_FILE, ":")


def everything() -> frozenset[str]:
    """All of them."""
    return table.union(needed())


def policy(account: str, name: str = "slipway-*") -> dict[str, Any]:
    """
    The document for whoever deploys, within the 6,144 letters that IAM allows one: who
    may look at several things of a service may look at all of them.
    """
    statements = grants(account, name)
    short = [{**one, "Action": _shortened(one["Action"])} for one in statements]
    return {"Version": "2012-10-17", "Statement": short}


def grants(account: str, name: str = "slipway-*") -> list[dict[str, Any]]:
    """
    The statements in full: roles, secrets and keys by their own addresses.

    Where AWS knows a resource only once it is made, such as a network, it is any. A
    stack whose file says `platform.name` has its roles by that name.
    """
    groups = needed()
    own = f"arn:aws:iam::{account}:role/{name}"
    roles = _of_types(_ROLE_TYPES)
    apart = frozenset().union(*(groups[one] for one in _APART))
    others = everything() - roles - apart - {_PASS}
    secrets = {one for one in others if one.startswith("ssm:")} - {_LISTED}
    return [
        _allow("Roles", roles, own),
        _allow("PassRoles", [_PASS], own, "iam:PassedToService", _PASSED_TO),
        _allow("Secrets", secrets, f"arn:aws:ssm:*:{account}:parameter/slipway/*"),
        _allow("Keys", groups["keys"], f"arn:aws:kms:*:{account}:key/*"),
        _allow(
            "First",
            groups["first"],
            f"arn:aws:iam::{account}:role/aws-service-role/*",
            "iam:AWSServiceName",
            _FIRST,
        ),
        _allow("Registry", groups["push"], "*"),
        _allow("Doctor", groups["doctor"], "*"),
        _allow("Services", others - secrets, "*"),
    ]


def _shortened(actions: Sequence[str]) -> list[str]:
    """`ec2:Describe*` for several of these; nothing that changes anything."""
    looking = Counter(one.partition(":Describe")[0] for one in actions if _LOOK in one)
    every = {f"{service}{_LOOK}*" for service, count in looking.items() if count > 1}
    rest = [one for one in actions if f"{one.partition(_LOOK)[0]}{_LOOK}*" not in every]
    return sorted({*rest, *every})


def lacking(platform: AwsPlatform) -> list[str]:
    """Those that whoever runs this does not have; CloudError where AWS does not say."""
    account = AwsAccount(platform)
    return missing(account, platform.account, account.identity())


def missing(account: AwsAccount, number: str, identity: str) -> list[str]:
    """
    The permissions that `identity` does not have, as AWS's own simulator says.

    Each is asked about what it is for: on everything, nobody has a right to a role.
    """
    client, denied = account.client("iam"), set[str]()
    with told("the permissions cannot be seen (iam:SimulatePrincipalPolicy)"):
        source = _source(client, identity)
        for statement in grants(number):
            for start in range(0, len(statement["Action"]), _MOST):
                answer = client.simulate_principal_policy(
                    PolicySourceArn=source,
                    ActionNames=statement["Action"][start : start + _MOST],
                    ResourceArns=[statement["Resource"].replace("*", "slipway")]
                    if statement["Resource"] != "*"
                    else ["*"],
                    ContextEntries=_context(statement),
                )
                denied |= {
                    one["EvalActionName"]
                    for one in answer["EvaluationResults"]
                    if one["EvalDecision"] != "allowed"
                }
    return sorted(denied)


def _of_types(types: tuple[str, ...]) -> set[str]:
    return {
        action
        for type, actions in needed().items()
        if type.startswith(types)
        for action in actions
    }


def _source(client: Any, identity: str) -> str:
    """Of a session its role, path and all: the simulator knows no sessions."""
    if ":assumed-role/" not in identity:
        return identity
    role = identity.partition(":assumed-role/")[2].split("/")[0]
    return client.get_role(RoleName=role)["Role"]["Arn"]


def _context(statement: dict[str, Any]) -> list[dict[str, Any]]:
    equals = statement.get("Condition", {}).get("StringEquals", {})
    return [
        {
            "ContextKeyName": key,
            "ContextKeyValues": values[:1],
            "ContextKeyType": "string",
        }
        for key, values in equals.items()
    ]


def _allow(
    name: str,
    actions: Iterable[str],
    resource: str,
    key: str | None = None,
    values: Sequence[str] = (),
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": name,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": resource,
    }
    if key:
        statement["Condition"] = {"StringEquals": {key: list(values)}}
    return statement
