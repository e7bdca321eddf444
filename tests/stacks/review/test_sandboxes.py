"""What the programs of both revisions share."""

import pytest

from stacks.machine.virtualenv import ROOT
from stacks.review.sandboxes import Sandboxes, _packages

from .request import Request

_NETWORK = {"kind": "made", "zones": 2}


def test_stacks_of_a_platform_share_a_sandbox_whatever_else_has_a_kind(
    request_: Request,
) -> None:
    request_.write("one", platform={"kind": "aws", "region": "eu-west-1"})
    request_.write("two", platform={"network": _NETWORK, "kind": "aws"})

    with Sandboxes(request_.root, request_.root, seconds=60, trusted=True) as sandboxes:
        one, two, dev = (sandboxes.of(request_.root, s) for s in ("one", "two", "dev"))

    assert one is two
    assert one is not dev


@pytest.mark.parametrize(
    ("kind", "part"),
    [("aws", "pulumi_aws.ecs"), ("kubernetes", "pulumi_kubernetes.apps.v1")],
)
def test_the_parts_of_an_sdk_that_programs_use_are_imported_before(
    kind: str, part: str
) -> None:
    assert part in [*_packages(ROOT, kind)]
