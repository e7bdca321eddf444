"""Google's own description of its APIs takes all that is declared, and no mistake."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from components.gcp.trial import trial_service
from stacks.offline import Declaration
from tests.components.gcp.conftest import FULL, in_google
from tests.components.gcp.judge import JUDGED, mistakes
from tests.components.gcp.known_metrics import wrong
from tests.components.gcp.rules import PROD, broken, log_metrics

SERVICE = "gcp:cloudrunv2/service:Service"
_SHAPES = {
    "pulumi:pulumi:Stack",
    "pulumi:providers:docker-build",
    "pulumi:providers:gcp",
    "gcp:monitoring/dashboard:Dashboard",
    # Who may do what is a role and a member, which `rules` looks at.
    "gcp:serviceaccount/account:Account",
    "gcp:projects/serviceIdentity:ServiceIdentity",
    "gcp:projects/iAMMember:IAMMember",
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    "gcp:cloudrunv2/jobIamMember:JobIamMember",
    "gcp:secretmanager/secretIamMember:SecretIamMember",
    # Its value, which no judge is to see.
    "gcp:secretmanager/secretVersion:SecretVersion",
}


@pytest.mark.parametrize("stack", ["plain", "full", "shared"])
def test_nothing_is_wrong_with_what_is_declared(
    stack: str, request: pytest.FixtureRequest
) -> None:
    declared: Declaration = request.getfixturevalue(stack)

    assert broken(declared, replace(PROD, public=stack == "full")) == []


def test_everything_is_looked_at(full: Declaration, shared: Declaration) -> None:
    types = {one.type for one in (*full.resources, *shared.resources)}
    own = {one for one in types if not one.startswith("slipway:")}

    assert own - set(JUDGED) - _SHAPES == set()
    assert set(JUDGED) <= own


@pytest.mark.parametrize("settings", [{}, {"canary": None}, {"service": {"cpu": 0.5}}])
def test_the_trial_is_what_the_api_takes_word_for_word(
    settings: dict[str, Any],
) -> None:
    given = {**FULL, **settings}
    if "service" in settings:
        given = {"service": settings["service"], "platform": {"concurrency": 1}}
    declared = in_google(**given)
    service = _resolved(declared.only(SERVICE, "model").inputs)

    wanted = trial_service(service, "slipway-prod-trial")

    assert mistakes("run.v2", "GoogleCloudRunV2Service", wanted, exact=True) == []


def test_the_dashboard_shows_metrics_that_are_there(full: Declaration) -> None:
    (one,) = full.all("gcp:monitoring/dashboard:Dashboard")
    tiles = json.loads(one.inputs["dashboardJson"])["mosaicLayout"]["tiles"]
    asked = [
        line["timeSeriesQuery"]["timeSeriesFilter"]
        for tile in tiles
        for line in tile["widget"]["xyChart"]["dataSets"]
    ]

    assert len(tiles) == 9
    made = log_metrics(full)
    assert [m for a in asked for m in wrong(a["filter"], a["aggregation"], made)] == []


def test_no_other_cloud_is_imported() -> None:
    """What Google's is made of names no other platform's."""
    root = Path(__file__).parents[3]
    text = "".join(
        file.read_text()
        for folder in ("components/gcp", "stacks/observe/gcp")
        for file in (root / folder).glob("*.py")
    )

    assert not any(other in text for other in ("pulumi_aws", "azure", "kubernetes"))


def _resolved(inputs: dict[str, Any]) -> dict[str, Any]:
    """As a hook is told: with the name that is known once secrets have versions."""
    template = {**inputs["template"], "revision": "slipway-prod-1-4-2-0a1b2c3d"}
    return {**inputs, "template": template}
