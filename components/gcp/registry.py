"""A repository of Artifact Registry: what has a tag is never removed."""

from collections.abc import Mapping

import pulumi
from pulumi_gcp import artifactregistry

from stacks.settings.registry import ArtifactRegistry

from .labels import labelled

_DAY_S = 86_400


class Registry(pulumi.ComponentResource):
    """
    One repository, with an image name for each model.

    What was built and what was released has a tag that is never moved, so that every
    digest of the ledger stays.
    """

    def __init__(
        self,
        name: str,
        settings: ArtifactRegistry,
        labels: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:gcp:Registry", name, None, opts)
        artifactregistry.Repository(
            name,
            project=settings.project,
            location=settings.location,
            repository_id=settings.repository,
            format="DOCKER",
            mode="STANDARD_REPOSITORY",
            description=f"Models: {', '.join(settings.repositories)}",
            docker_config={"immutable_tags": settings.immutable},
            kms_key_name=settings.kms_key,
            vulnerability_scanning_config={"enablement_config": "INHERITED"},
            cleanup_policy_dry_run=False,
            cleanup_policies=[
                {
                    "id": "tagged",
                    "action": "KEEP",
                    "condition": {"tag_state": "TAGGED"},
                },
                {
                    "id": "untagged",
                    "action": "DELETE",
                    "condition": {
                        "tag_state": "UNTAGGED",
                        "older_than": f"{settings.untagged_days * _DAY_S}s",
                    },
                },
            ],
            labels=labelled(labels),
            opts=pulumi.ResourceOptions(parent=self, protect=True),
        )
        self.register_outputs({})
