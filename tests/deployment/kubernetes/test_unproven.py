"""What no test of a cluster shows, printed with its reason in every run."""

import pytest

pytestmark = pytest.mark.cluster
_UNPROVEN = {
    "network policies in force": "the tests' cluster has no policy engine",
    "spreading over zones and nodes": "it has one node",
    "GPUs": "it has none",
    "an Ingress that answers": "it has no ingress controller",
    "the Prometheus operator at work": "it has the operator's kinds, and no operator",
    "buckets by a role of the ServiceAccount": "no cloud account is in reach",
    "GKE, EKS and AKS": "no cloud account is in reach",
}


@pytest.mark.parametrize("what", _UNPROVEN)
def test_is_not_tested(what: str) -> None:
    pytest.skip(f"not tested: {what}, for {_UNPROVEN[what]}")
