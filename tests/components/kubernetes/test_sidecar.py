"""A model put into the pod of an application that is somebody else's."""

import copy
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from components.kubernetes.sidecar import Sidecar, beside
from stacks.offline import Declaration
from stacks.settings.image import PromotedImage
from stacks.settings.service import ServiceSettings
from stacks.settings.stack import StackSettings
from tests.components.conftest import IMAGE
from tests.components.kubernetes.conftest import DEPLOYMENT, container, pod
from tests.components.kubernetes.documented import documented

SHOP = {"name": "shop", "image": "shop", "ports": [{"containerPort": 8000}]}
POD = {
    "initContainers": [{"name": "migrate", "image": "shop"}],
    "containers": [SHOP, {"name": "proxy", "image": "proxy"}],
    "volumes": [{"name": "tmp", "emptyDir": {}}],
    "securityContext": {"fsGroup": 20002},
}


def sidecar(**given: Any) -> Sidecar:
    image = PromotedImage.model_validate(IMAGE)
    return Sidecar(repository="registry.example.com/wine", image=image, **given)


def asking(**settings: Any) -> Sidecar:
    return sidecar(settings=ServiceSettings(**settings))


def on_localhost(**settings: Any) -> Sidecar:
    return sidecar(settings=ServiceSettings(**settings), reached="localhost")


def told(container: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in container["env"]}


def mounts(container: dict[str, Any]) -> dict[str, str]:
    return {one["mountPath"]: one["name"] for one in container["volumeMounts"]}


def test_it_starts_after_what_prepares_the_pod_and_before_the_application() -> None:
    migrate, model = beside(POD, sidecar())["initContainers"]

    assert migrate == POD["initContainers"][0]
    assert (model["name"], model["restartPolicy"]) == ("model", "Always")
    assert model["image"] == f"registry.example.com/wine@{IMAGE['digest']}"


def test_it_is_as_locked_down_as_a_pod_of_its_own(plain: Declaration) -> None:
    """Whatever the application's pod allows."""
    model, deployment = sidecar().container, plain.only(DEPLOYMENT)
    of_the_pod = pod(deployment)["securityContext"]
    del of_the_pod["fsGroup"]

    own = container(deployment)["securityContext"]
    assert model["securityContext"] == own | of_the_pod
    assert model["resources"] == container(deployment)["resources"]
    assert mounts(model)["/var/run/secrets/kubernetes.io/serviceaccount"]


def test_the_pod_keeps_what_it_says_itself() -> None:
    before = copy.deepcopy(POD)
    made = beside(POD, sidecar())

    assert before == POD
    assert made["securityContext"] == POD["securityContext"]
    assert made["volumes"][0] == POD["volumes"][0]
    names = [one["name"] for one in made["volumes"]]
    assert len(set(names)) == len(names)


def test_what_is_mounted_is_a_volume() -> None:
    made = beside(POD, sidecar(secrets="wine"))
    volumes = {one["name"] for one in made["volumes"]}

    for one in (made["initContainers"][1], *made["containers"]):
        assert set(mounts(one).values()) <= volumes


def test_a_socket_is_in_memory_and_only_the_model_may_replace_it() -> None:
    made = beside(POD, sidecar())
    model, shop = made["initContainers"][1], made["containers"][0]

    socket = told(model)["SLIPWAY_SOCKET"]
    assert told(shop)["MODEL_URL"] == f"unix:{socket}"
    (mount,) = shop["volumeMounts"]
    assert mount["readOnly"] is True
    assert Path(socket).parent == Path(mount["mountPath"])
    assert mounts(model)[mount["mountPath"]] == mount["name"]
    (volume,) = (one for one in made["volumes"] if one["name"] == mount["name"])
    assert volume["emptyDir"] == {"medium": "Memory", "sizeLimit": "1Mi"}


def test_with_a_socket_the_private_port_alone_is_open() -> None:
    (port,) = sidecar().container["ports"]
    assert port["containerPort"] == 9090

    moved = asking(env={"SLIPWAY_METRICS_PORT": "9191"})
    assert moved.container["ports"][0]["containerPort"] == 9191


def test_on_localhost_nothing_is_open() -> None:
    made = beside({"containers": [SHOP]}, on_localhost(env={"SLIPWAY_SOCKET": "/x"}))
    (model,), (shop,) = made["initContainers"], made["containers"]

    assert told(model)["SLIPWAY_HOST"] == "127.0.0.1"
    assert not told(model)["SLIPWAY_SOCKET"]
    assert "ports" not in model
    assert told(shop)["MODEL_URL"] == "http://127.0.0.1:8080"
    assert shop["volumeMounts"] == []
    assert not any("socket" in one["name"] for one in made["volumes"])


def test_the_address_follows_a_port_that_is_moved() -> None:
    moved = on_localhost(env={"SLIPWAY_PORT": "8090"})

    assert moved.url == "http://127.0.0.1:8090"
    assert told(moved.container)["SLIPWAY_PORT"] == "8090"


@pytest.mark.parametrize("one", [asking, on_localhost])
def test_health_is_asked_for_inside_where_the_kubelet_cannot(one: Any) -> None:
    health = {"interval_s": 4, "timeout_s": 1.5, "retries": 5, "startup_s": 90}
    model = one(health=health).container
    startup, ready, live = (
        model[f"{name}Probe"] for name in ("startup", "readiness", "liveness")
    )

    for probe in (startup, ready, live):
        command = ["python", "-m", "model_image.server.health"]
        assert probe["exec"] == {"command": command}
        assert probe["timeoutSeconds"] == 2
    assert startup["periodSeconds"] * startup["failureThreshold"] == 90
    assert (live["periodSeconds"], live["failureThreshold"]) == (4, 5)


@pytest.mark.parametrize(
    ("own", "whole"), [({}, 50), ({"terminationGracePeriodSeconds": 60}, 80)]
)
def test_the_models_end_comes_on_top_of_the_applications(
    own: dict[str, int], whole: int
) -> None:
    made = beside({**POD, **own}, asking(stop_s=20, drain_s=4))

    assert made["terminationGracePeriodSeconds"] == whole
    assert told(made["initContainers"][1])["SLIPWAY_DRAIN_SECONDS"] == "4"


def test_only_the_container_that_is_named_is_told() -> None:
    shop, proxy = beside(POD, sidecar(), "shop")["containers"]

    assert "MODEL_URL" in told(shop)
    assert proxy == POD["containers"][1]


def test_secrets_are_files_that_no_group_is_needed_for() -> None:
    (files,) = (
        one["secret"]
        for one in sidecar(secrets="wine-secrets").volumes
        if "secret" in one
    )
    assert files == {"secretName": "wine-secrets", "defaultMode": 0o444}


def test_of_a_secret_only_what_the_settings_name_is_seen() -> None:
    named = sidecar(secrets="all", settings=ServiceSettings(secrets=("TOKEN",)))
    (files,) = (one["secret"] for one in named.volumes if "secret" in one)

    assert files["items"] == [{"key": "TOKEN", "path": "TOKEN"}]


def test_a_stacks_file_says_what_its_gates_let_through() -> None:
    prod = StackSettings.parse(
        "prod",
        {
            "slipway:tier": "prod",
            "slipway:upstream": "staging",
            "slipway:platform": {"kind": "local", "port": 8003},
            "slipway:registry": {"kind": "oci", "address": "registry.example.com"},
            "slipway:image": IMAGE,
        },
    )
    assert prod.image
    model = Sidecar(
        repository=prod.repository("wine"), image=prod.image, settings=prod.service
    )
    assert model.container["image"] == prod.reference


def test_a_tag_is_no_release() -> None:
    with pytest.raises(ValidationError, match="digest"):
        PromotedImage(name="wine", version="1.4.2", digest="latest")


def _with(**given: Any) -> dict[str, Any]:
    return {"containers": [{"name": "shop", "image": "shop", **given}]}


@pytest.mark.parametrize(
    ("pod", "told"),
    [
        (_with(ports=[{"containerPort": 8080}]), "shop has port 8080, which the model"),
        (_with(ports=[{"containerPort": 9090}]), "set SLIPWAY_PORT or SLIPWAY_METRICS"),
        (_with(volume_mounts=[]), "volume_mounts is not how a manifest says it"),
        ({**POD, "node_selector": {}}, "node_selector is not how a manifest says it"),
        (_with(env=[{"name": "MODEL_URL"}]), "shop has a MODEL_URL of its own"),
    ],
)
def test_what_would_go_wrong_later_is_refused(pod: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        beside(pod, on_localhost())


def test_through_a_socket_the_applications_8080_is_its_own() -> None:
    assert beside(_with(ports=[{"containerPort": 8080}]), sidecar())


def test_a_container_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="none of the pod's containers"):
        beside(POD, sidecar(), "shopp")


def test_secrets_without_their_secret_are_refused() -> None:
    with pytest.raises(ValueError, match="settings name TOKEN; `secrets` must name"):
        asking(secrets=("TOKEN",))


def test_a_drain_that_would_be_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than drain_s"):
        asking(drain_s=20)


def test_the_documented_program_declares_such_a_pod(tmp_path: Path) -> None:
    deployment = documented(tmp_path).only(DEPLOYMENT)
    (model,), shop = pod(deployment)["initContainers"], container(deployment)

    assert "@sha256:" in model["image"]
    assert model["restartPolicy"] == "Always"
    assert told(shop)["MODEL_URL"] == f"unix:{told(model)['SLIPWAY_SOCKET']}"
