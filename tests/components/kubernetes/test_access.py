"""What surrounds the pods: namespace, identity, secrets, network, address."""

from stacks.offline import Declaration
from stacks.offline.values import Secret
from tests.components.kubernetes.conftest import in_cluster

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SECRET = "kubernetes:core/v1:Secret"


def test_the_namespace_takes_restricted_pods_only(plain: Declaration) -> None:
    labels = plain.only("kubernetes:core/v1:Namespace").inputs["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"


def test_a_namespace_of_others_is_left_as_it_is() -> None:
    declared = in_cluster(platform={"create_namespace": False})
    assert not declared.all("kubernetes:core/v1:Namespace")
    assert [one.name for one in declared.all(POLICY)] == ["model"]


def test_everything_waits_for_the_namespace(plain: Declaration) -> None:
    namespace = plain.only("kubernetes:core/v1:Namespace").urn
    account = plain.only("kubernetes:core/v1:ServiceAccount")
    assert namespace in account.dependencies


def test_the_context_is_the_settings_and_never_the_current_one(
    plain: Declaration,
) -> None:
    provider = plain.only("pulumi:providers:kubernetes")
    assert provider.inputs["context"] == "prod-eu"
    objects = [one for one in plain.resources if one.type.startswith("kubernetes:")]
    assert objects
    assert all("::kubernetes::" in one.provider for one in objects)


def test_the_identity_has_no_token(plain: Declaration) -> None:
    account = plain.only("kubernetes:core/v1:ServiceAccount").inputs
    assert account["automountServiceAccountToken"] is False


def test_a_secret_never_changes_and_is_told_to_nobody(full: Declaration) -> None:
    secret = full.only(SECRET, "model-secrets").inputs
    assert secret["immutable"] is True
    assert "name" not in secret["metadata"]
    assert isinstance(secret["stringData"], Secret)


def test_without_callers_named_only_neighbours_may_call(plain: Declaration) -> None:
    policy = plain.only(POLICY, "model").inputs["spec"]
    calls, metrics = policy["ingress"]
    assert calls["from"] == [{"podSelector": {}}]
    assert [one["port"] for one in calls["ports"]] == [8080]
    assert [one["port"] for one in metrics["ports"]] == [9090]
    assert policy["egress"] == []


def test_in_a_namespace_of_its_own_all_else_is_shut(plain: Declaration) -> None:
    policy = plain.only(POLICY, "model-default").inputs["spec"]
    assert policy == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_ways_in_and_out_are_those_of_the_settings(full: Declaration) -> None:
    policy = full.only(POLICY, "model").inputs["spec"]
    named = [
        one["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for one in policy["ingress"][0]["from"]
        if "namespaceSelector" in one
    ]
    assert named == ["shop", "ingress-nginx"]
    names, collector = policy["egress"]
    assert {one["port"] for one in names["ports"]} == {53}
    assert collector["to"] == [{"ipBlock": {"cidr": "10.1.0.0/16"}}]
    assert [one["port"] for one in collector["ports"]] == [4318]


def test_the_address_beyond_the_cluster_is_with_tls(full: Declaration) -> None:
    ingress = full.only("kubernetes:networking.k8s.io/v1:Ingress").inputs["spec"]
    assert ingress["tls"] == [{"hosts": ["wine.example.com"], "secretName": "wine-tls"}]
    assert full.outputs["endpoint"] == "https://wine.example.com"


def test_the_address_within_is_the_services_name(plain: Declaration) -> None:
    assert plain.outputs["endpoint"] == "http://wine.ml-prod.svc.cluster.local"
