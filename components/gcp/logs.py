"""How long the service's log is kept, where that is longer than a project's own is."""

import pulumi
from pulumi_gcp import logging

from .place import Place

_KEPT_DAYS = 30


def kept_logs(name: str, place: Place) -> None:
    """
    A bucket of the service's own for its log.

    Every project keeps logs for thirty days, which nothing here makes shorter: the
    bucket is for what has to be there longer, and costs its own ingestion.
    """
    platform = place.platform
    if platform.log_days <= _KEPT_DAYS:
        return
    bucket = logging.ProjectBucketConfig(
        name,
        project=platform.project,
        location=platform.region,
        bucket_id=place.name,
        description=f"The log of {place.name}",
        retention_days=platform.log_days,
        opts=place.protected(),
    )
    logging.ProjectSink(
        name,
        name=place.called("log", 100),
        project=platform.project,
        destination=pulumi.Output.format("logging.googleapis.com/{0}", bucket.id),
        filter=place.revisions,
        unique_writer_identity=True,
        opts=place.opts,
    )
