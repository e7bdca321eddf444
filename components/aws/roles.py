"""What ECS may do for a task, and what the model itself may: next to nothing."""

from collections.abc import Sequence

from pulumi_aws import iam

from stacks.settings.registry import EcrRegistry, RegistrySettings

from .place import Place
from .policies import Grant, document, trusting

_TASKS = "ecs-tasks.amazonaws.com"
_PULL = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
)


def execution_role(
    name: str,
    place: Place,
    *,
    registry: RegistrySettings,
    model: str,
    secrets: Sequence[str],
) -> tuple[iam.Role, iam.RolePolicy]:
    """
    For ECS before the model begins: pull this model's image, read these secrets, and
    write this log. The role, and what must be there before it is of use.
    """
    role = _role(name, "start", place)

    policy = iam.RolePolicy(
        name,
        role=role.name,
        policy=document(*_grants(place, registry, model, secrets)),
        opts=place.opts,
    )
    return role, policy


def task_role(name: str, place: Place) -> iam.Role:
    """For the model: only what the settings name."""
    role = _role(name, "model", place)
    if policy := place.platform.task_policy:
        iam.RolePolicyAttachment(
            name, role=role.name, policy_arn=policy, opts=place.opts
        )
    return role


def _role(name: str, what: str, place: Place) -> iam.Role:
    account = {"aws:SourceAccount": place.platform.account}
    return iam.Role(
        name,
        name=place.called(what),
        assume_role_policy=trusting(_TASKS, StringEquals=account),
        permissions_boundary=place.platform.boundary,
        opts=place.opts,
    )


def _grants(
    place: Place,
    registry: RegistrySettings,
    model: str,
    secrets: Sequence[str],
) -> list[Grant]:
    writing = ("logs:CreateLogStream", "logs:PutLogEvents")
    grants: list[Grant] = [
        (writing, place.arn("logs", f"log-group:{place.log_group}:*"))
    ]
    if isinstance(registry, EcrRegistry):
        where = f"{registry.region}:{registry.account}"
        called = "/".join(filter(None, (registry.prefix, model)))
        repository = f"arn:{place.partition}:ecr:{where}:repository/{called}"
        # Logging in is to no repository in particular.
        grants += [(("ecr:GetAuthorizationToken",), "*"), (_PULL, repository)]
    if secrets:
        by_service = {"secretsmanager": "GetSecretValue", "ssm": "GetParameters"}
        for service, action in by_service.items():
            # What comes after the seventh part is of the value: a key, a version.
            found = [
                ":".join(one.split(":")[:7])
                for one in secrets
                if one.split(":")[2] == service
            ]
            if found:
                grants.append(((f"{service}:{action}",), found))
        if key := place.platform.kms_key:
            grants.append((("kms:Decrypt",), key))
    return grants
