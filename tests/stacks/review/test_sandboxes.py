"""What the programs of both revisions share."""

from stacks.review.sandboxes import Sandboxes

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
