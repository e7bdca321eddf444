"""Repositories of ECR: what was released never moves, and none of it expires."""

import json
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws import ecr

from stacks.settings.image import SERVER
from stacks.settings.registry import ECR_MOVABLE, EcrRegistry

_PULL = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer",
]

_PUSH = [
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
]


class Registry(pulumi.ComponentResource):
    """A repository for each model that the settings name."""

    def __init__(
        self,
        name: str,
        settings: EcrRegistry,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:aws:Registry", name, None, opts)
        # ECR makes none by itself, and every model's image is of the server's.
        server = [SERVER] if settings.repositories else []
        for kept in (*server, *settings.repositories):
            self._repository(f"{name}-{kept.replace('/', '-')}", kept, settings)
        self.register_outputs({})

    def _repository(self, name: str, model: str, settings: EcrRegistry) -> None:
        moving = ECR_MOVABLE if settings.immutable else ()
        kept = ecr.Repository(
            name,
            name="/".join(filter(None, (settings.prefix, model))),
            image_tag_mutability=(
                "IMMUTABLE_WITH_EXCLUSION" if settings.immutable else "MUTABLE"
            ),
            image_tag_mutability_exclusion_filters=[
                {"filter": tag, "filter_type": "WILDCARD"} for tag in moving
            ],
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[
                {"encryption_type": "KMS", "kms_key": settings.kms_key}
                if settings.kms_key
                else {"encryption_type": "AES256"}
            ],
            force_delete=False,
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        within = pulumi.ResourceOptions(parent=kept)
        ecr.LifecyclePolicy(
            name,
            repository=kept.name,
            policy=json.dumps(lifecycle(settings.untagged_days)),
            opts=within,
        )
        if settings.readers or settings.writers:
            others = (*settings.readers, *settings.writers)
            ecr.RepositoryPolicy(
                name,
                repository=kept.name,
                policy=json.dumps(allowed(others, settings.writers)),
                opts=within,
            )


def lifecycle(untagged_days: int) -> dict[str, Any]:
    """
    Only what no tag names is ever removed.

    What was built and what was released has a tag that is never moved, so that every
    digest of the ledger stays; ECR keeps what an index that stays refers to.
    """
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": f"untagged for {untagged_days} days",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": untagged_days,
                },
                "action": {"type": "expire"},
            }
        ]
    }


def allowed(readers: Sequence[str], writers: Sequence[str]) -> dict[str, Any]:
    """What other accounts may: pull, and some of them push; never remove."""
    grants = {"Pull": (readers, _PULL), "Push": (writers, _PUSH)}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": name,
                "Effect": "Allow",
                "Principal": {"AWS": [f"arn:aws:iam::{one}:root" for one in accounts]},
                "Action": actions,
            }
            for name, (accounts, actions) in grants.items()
            if accounts
        ],
    }
