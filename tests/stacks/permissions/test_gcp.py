"""Whoever deploys is allowed what the program declares, and nothing that is not."""

import json
from pathlib import Path
from typing import Any

import googleapiclient
import pytest
import yaml
from googleapiclient.http import HttpMockSequence

from stacks.offline import Declaration
from stacks.permissions.gcp import (
    asked_for,
    everything,
    missing,
    needed,
    role,
)
from stacks.permissions.gcp_apis import apis, off
from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject
from tests.components.gcp.conftest import PROJECT, full, plain, shared
from tests.components.gcp.judge import mistakes
from tests.stacks.permissions.google_judge import unknown

__all__ = ["full", "plain", "shared"]
EXAMPLE = Path("stacks/examples/gcp/deploy-role.yaml")
UNSEEN = {
    # Methods of the registry's own protocol, which no description has.
    "artifactregistry.repositories.downloadArtifacts",
    "artifactregistry.repositories.uploadArtifacts",
}
"""
What no judge here can see the name of. Nor does one see whether a method asks for more
than its own permission, which of them Google's provider calls, what making a service's
identity asks for, or whether IAM takes each in a custom role and knows it of a project.
"""
ROLES = {"roles": ["roles/storage.objectViewer"]}


def platform(**more: Any) -> GcpPlatform:
    return GcpPlatform.model_validate(PROJECT | more)


def answered(*answers: Any) -> tuple[GcpProject, HttpMockSequence]:
    """A project that answers this, and what it was asked."""
    http = HttpMockSequence(
        [({"status": str(status)}, json.dumps(body)) for status, body in answers]
    )
    return GcpProject(platform(), http), http


@pytest.mark.parametrize("stack", ["plain", "full", "shared"])
def test_every_type_that_is_declared_has_its_permissions(
    stack: str, request: pytest.FixtureRequest
) -> None:
    declaration: Declaration = request.getfixturevalue(stack)
    types = {one.type for one in declaration.resources if one.type.startswith("gcp:")}
    assert types
    assert {one.removeprefix("gcp:") for one in types} <= set(needed())


def test_nothing_is_allowed_for_what_is_never_declared(
    full: Declaration, shared: Declaration
) -> None:
    every = [*full.resources, *shared.resources]
    types = {one.type.removeprefix("gcp:") for one in every}
    assert set(needed()) - {"push"} - types == set()


def test_google_knows_every_one_that_a_judge_can_see() -> None:
    assert unknown(everything()) == UNSEEN


@pytest.mark.parametrize(
    "wrong",
    [
        "run.services.patch",
        "run.service.create",
        "logging.metrics.create",
        "secretmanager.secrets.addVersion",
        "cloudscheduler.jobs.resume",
        "cloudresourcemanager.projects.getIamPolicy",
    ],
)
def test_a_name_that_is_none_is_found(wrong: str) -> None:
    assert unknown(frozenset({wrong})) == {wrong}


def test_the_document_that_is_shipped_is_the_programs() -> None:
    assert yaml.safe_load(EXAMPLE.read_text()) == role()


def test_the_document_is_one_that_iam_takes() -> None:
    assert mistakes("iam.v1", "Role", role(), exact=True) == []
    assert len(role()["title"]) <= 100
    assert len(role()["description"]) <= 256
    assert len(role()["includedPermissions"]) <= 3000


def test_nobody_can_make_themselves_more_by_it() -> None:
    more = {
        "resourcemanager.projects.setIamPolicy",
        "iam.serviceAccounts.setIamPolicy",
        "iam.serviceAccounts.getAccessToken",
        "iam.serviceAccountKeys.create",
        "iam.roles.update",
    }
    assert not more & set(role()["includedPermissions"])


def test_what_only_roles_of_the_model_need_is_asked_for_with_them_alone() -> None:
    grants = {f"resourcemanager.projects.{one}IamPolicy" for one in ("get", "set")}
    assert asked_for(platform(**ROLES)) - asked_for(platform()) == grants
    assert asked_for(platform(**ROLES)) == everything()


def test_a_permission_that_is_missing_is_named() -> None:
    wanted = asked_for(platform(**ROLES))
    project, http = answered(
        (200, {"permissions": sorted(wanted - {"run.services.update"})})
    )

    assert missing(project, wanted) == ["run.services.update"]

    (asked,) = http.request_sequence
    assert "/v3/projects/shop-prod:testIamPermissions" in asked[0]
    assert json.loads(asked[2]) == {"permissions": sorted(wanted)}


def test_more_than_a_question_may_have_are_asked_for_in_several() -> None:
    wanted = [f"run.services.x{number:03}" for number in range(150)]
    project, http = answered((200, {"permissions": wanted[:99]}), (200, {}))

    assert missing(project, wanted) == wanted[99:]

    sizes = [len(json.loads(one[2])["permissions"]) for one in http.request_sequence]
    assert sizes == [100, 50]


def test_a_project_that_does_not_say_is_one_sentence() -> None:
    said = "Cloud Resource Manager API has not been used in project 1 before"
    project, _ = answered((403, {"error": {"message": f"{said}\nmore"}}))

    with pytest.raises(CloudError) as error:
        missing(project, everything())

    assert str(error.value) == f"the permissions cannot be seen: {said}"


def enabled(*names: str) -> dict[str, Any]:
    """What a project says of its APIs: it names itself by its number."""
    told = [{"name": f"projects/1/services/{one}", "state": "ENABLED"} for one in names]
    idle = {"name": "projects/1/services/run.googleapis.com", "state": "DISABLED"}
    return {"services": [*told, idle]}


def test_every_api_that_a_permission_is_of_is_one_that_google_describes() -> None:
    documents = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
    described = {path.name.partition(".")[0] for path in documents.glob("*.json")}
    assert {one.removesuffix(".googleapis.com") for one in apis()} <= described


def test_an_api_that_is_off_is_named() -> None:
    on = [one for one in apis() if one != "run.googleapis.com"]
    project, http = answered((200, enabled(*on)))

    assert off(project) == ["run.googleapis.com"]

    (asked,) = http.request_sequence
    assert "/v1/projects/shop-prod/services:batchGet?" in asked[0]


def test_the_docs_say_which_to_turn_on() -> None:
    told = Path("docs/clouds.md").read_text()
    assert f"`gcloud services enable {' '.join(apis())}`" in told
