"""What a change shows before it and after it, asked of an API that answers by heart."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from googleapiclient.http import HttpMockSequence

from components.gcp import trial
from components.gcp.proof import BY_NAME, ServiceProof, ServiceRollout
from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp import GcpPlatform
from stacks.settings.gcp_project import GcpProject

PLATFORM = GcpPlatform(kind="gcp", project="shop-prod", region="europe-west1")
PLACE = "projects/shop-prod/locations/europe-west1"
OLD, NEW = "wine-1-4-2-aaaaaaaa", "wine-1-5-0-bbbbbbbb"
TRIAL = f"{PLACE}/services/wine-trial/revisions/wine-trial-bbbbbbbb"
GONE = ({"status": "404"}, '{"error": {"message": "not found"}}')


def ok(**body: Any) -> tuple[dict[str, str], str]:
    return {"status": "200"}, json.dumps(body)


def tried(state: str = "SUCCEEDED", message: str = "") -> tuple[dict[str, str], str]:
    """The revision that is tried out, as Cloud Run shows it."""
    ready = {"type": "Ready", "state": f"CONDITION_{state}", "message": message}
    return ok(name=TRIAL, conditions=[ready])


def serving(shares: dict[str, int], **asked: int) -> tuple[dict[str, str], str]:
    """A service whose requests are there, whatever was asked of it."""
    latest = {"type": BY_NAME, "revision": NEW, "tag": "next", "uri": "https://next"}
    return ok(
        traffic=_split(asked or shares), trafficStatuses=[*_split(shares), latest]
    )


def _split(shares: dict[str, int]) -> list[dict[str, Any]]:
    return [{"type": BY_NAME, "revision": k, "percent": v} for k, v in shares.items()]


def inputs(revision: str, **shares: int) -> dict[str, Any]:
    """A service as an engine's hook is told of it."""
    split = {key.replace("_", "-"): value for key, value in shares.items()}
    return {
        "name": "wine",
        "template": {
            "revision": revision,
            "labels": {"slipway-model": "wine"},
            "containers": [
                {
                    "image": "wine@sha256:00",
                    "envs": [{"name": "A", "value": "1"}],
                    "ports": {"name": "http1", "containerPort": 8080},
                    "resources": {"limits": {"cpu": "1"}, "cpuIdle": True},
                }
            ],
            "__defaults": [],
        },
        "traffics": [
            {**one, "__defaults": []} for one in _split(split or {revision: 100})
        ],
    }


class Checks:
    """What `stacks.releases` is told, and how it judges."""

    labels: dict[str, str]

    def __init__(self, failure: str = "") -> None:
        self.labels = {}
        self._failure = failure
        self.tried: list[str] = []
        self.rollouts: list[Any] = []

    def verify(self, replica: str, rotation: Any) -> None:
        raise AssertionError("Cloud Run replaces by itself")

    def try_out(self, start: Callable[[], str]) -> None:
        self.tried.append(start())
        if self._failure:
            raise RuntimeError(self._failure)

    def confirm(self, rollout: Any) -> None:
        self.rollouts.append(rollout)


def proof(http: HttpMockSequence, checks: Checks, *, canary: bool = False) -> Any:
    return ServiceProof(
        called="wine",
        platform=PLATFORM,
        checks=checks,
        canary=canary,
        project=GcpProject(PLATFORM, http),
    )


def asked(http: HttpMockSequence) -> list[tuple[str, str]]:
    """Method and path of every request, without where the API is."""
    return [
        (method, uri.partition("/v2/")[2].partition("?")[0].removeprefix(f"{PLACE}/"))
        for uri, method, _, _ in http.request_sequence
    ]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=lambda: 0.0)
    monkeypatch.setattr(trial, "time", clock)


def test_a_new_revision_is_tried_beside_the_service_and_taken_away() -> None:
    http = HttpMockSequence(
        [
            serving({OLD: 100}),
            GONE,  # no trial is left of an earlier run
            ok(name=f"{PLACE}/operations/1"),
            GONE,  # its revision is not there yet
            ok(name=f"{PLACE}/operations/1"),
            tried(),
            ok(name=f"{PLACE}/operations/2"),
        ]
    )
    checks = Checks()

    proof(http, checks).before(inputs(OLD), inputs(NEW))

    assert checks.tried == [TRIAL]
    assert asked(http) == [
        ("GET", "services/wine"),
        ("DELETE", "services/wine-trial"),
        ("POST", "services"),
        ("GET", "services/wine-trial/revisions/wine-trial-bbbbbbbb"),
        ("GET", "operations/1"),
        ("GET", "services/wine-trial/revisions/wine-trial-bbbbbbbb"),
        ("DELETE", "services/wine-trial"),
    ]


@pytest.mark.parametrize("remembered", [OLD, NEW], ids=["the last", "this one too"])
def test_what_serves_counts_and_not_what_was_asked_or_is_remembered(
    remembered: str,
) -> None:
    """After a failure an engine, and the service's own wishes, name what failed."""
    served = "wine-1-3-0-cccccccc"
    live = serving({served: 100}, **{remembered: 100})
    http = HttpMockSequence([live, GONE, ok(name="1"), tried(), ok(), ok(name="3")])
    checks = Checks()
    one = proof(http, checks)
    one.before(inputs(remembered), inputs(NEW))
    one.after()

    checks.rollouts[0].undo()

    assert checks.tried == [TRIAL]
    assert json.loads(http.request_sequence[-1][2]) == {
        "traffic": [{"type": BY_NAME, "revision": served, "percent": 100}]
    }


def test_nobody_reaches_a_trial_and_one_instance_of_it_runs() -> None:
    http = HttpMockSequence([GONE, GONE, ok(name="1"), tried(), ok(name="2")])

    proof(http, Checks()).before(None, inputs(NEW))

    uri, _, body, _ = http.request_sequence[2]
    sent = json.loads(body)
    assert "serviceId=wine-trial" in uri
    assert sent["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    assert sent["scaling"] == {"minInstanceCount": 1, "maxInstanceCount": 1}
    (container,) = sent["template"]["containers"]
    assert container["resources"]["cpuIdle"] is False
    assert container["env"] == [{"name": "A", "value": "1"}]
    assert container["ports"] == [{"name": "http1", "containerPort": 8080}]
    assert "__defaults" not in body


def test_a_trial_that_is_not_proven_is_taken_away_too() -> None:
    http = HttpMockSequence([GONE, GONE, ok(name="1"), tried(), ok(name="2")])

    with pytest.raises(RuntimeError, match="wrong answer"):
        proof(http, Checks("wrong answer")).before(inputs(OLD), inputs(NEW))

    assert asked(http)[-1] == ("DELETE", "services/wine-trial")


def test_what_a_killed_run_left_is_gone_before_the_next() -> None:
    http = HttpMockSequence(
        [
            serving({OLD: 100}),
            ok(name=f"{PLACE}/operations/0"),  # it was there
            ok(name="wine-trial"),  # and is, still
            GONE,
            ok(name=f"{PLACE}/operations/1"),
            tried(),
            ok(name=f"{PLACE}/operations/2"),
        ]
    )

    proof(http, Checks()).before(inputs(OLD), inputs(NEW))

    methods = [method for method, _ in asked(http)]
    assert methods[1:5] == ["DELETE", "GET", "GET", "POST"]


DENIED = "Permission denied on secret wine-TOKEN for the account"
MAKING = ok(name=f"{PLACE}/operations/1")
NO_ACCOUNT = "Service account wine-model@x.iam.gserviceaccount.com does not exist."


@pytest.mark.parametrize(
    "refused",
    [
        [({"status": "400"}, json.dumps({"error": {"message": NO_ACCOUNT}}))],
        [ok(name="1", done=True, error={"message": DENIED}), GONE],
        [MAKING, tried("RECONCILING"), MAKING, tried("FAILED", DENIED)],
    ],
    ids=["at once", "with nothing made", "once its revision is there"],
)
def test_what_was_just_granted_is_waited_for(refused: list[Any]) -> None:
    removed = [ok(name="2"), GONE]
    made = [ok(name="3"), tried()]
    http = HttpMockSequence([GONE, GONE, *refused, *removed, *made, ok(name="4")])
    checks = Checks()

    proof(http, checks).before(None, inputs(NEW))

    assert checks.tried == [TRIAL]


def test_what_is_never_granted_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    minutes = iter(range(0, 6000, 60))
    clock = SimpleNamespace(sleep=lambda _: None, monotonic=lambda: next(minutes))
    monkeypatch.setattr(trial, "time", clock)
    refused = [ok(name="1"), tried("FAILED", DENIED), GONE]
    http = HttpMockSequence([GONE, GONE, *refused, *refused, GONE])

    with pytest.raises(CloudError, match=f"cannot be made: {DENIED}"):
        proof(http, Checks()).before(None, inputs(NEW))


def test_one_that_fails_otherwise_is_for_its_proof_to_see() -> None:
    """Which reads what it said last."""
    failed = tried("FAILED", "The container failed to start.")
    http = HttpMockSequence([GONE, GONE, ok(name="1"), failed, ok(name="2")])
    checks = Checks()

    proof(http, checks).before(None, inputs(NEW))

    assert checks.tried == [TRIAL]


def test_one_whose_answer_was_lost_is_made_once() -> None:
    there = {"status": "409"}, '{"error": {"message": "wine-trial already exists"}}'
    http = HttpMockSequence([GONE, GONE, there, GONE, tried(), ok(name="2")])
    checks = Checks()

    proof(http, checks).before(None, inputs(NEW))

    assert checks.tried == [TRIAL]


def test_what_the_api_refuses_is_said_in_its_own_words() -> None:
    refusal = {"status": "400"}, '{"error": {"message": "Image wine is not there"}}'
    http = HttpMockSequence([GONE, GONE, refusal, GONE])

    with pytest.raises(CloudError, match=r"cannot be made: Image wine is not there$"):
        proof(http, Checks()).before(None, inputs(NEW))


@pytest.mark.parametrize(
    ("served", "new"),
    [
        ({OLD: 100}, inputs(OLD)),
        ({OLD: 90, NEW: 10}, inputs(NEW, **{OLD: 50, NEW: 50})),
    ],
    ids=["the same", "other shares"],
)
def test_where_no_other_revision_takes_requests_nothing_is_tried(
    served: dict[str, int], new: dict[str, Any]
) -> None:
    beside = [ok(name=OLD)] if len(new["traffics"]) > 1 else []
    http = HttpMockSequence([*beside, serving(served)])
    checks = Checks()
    one = proof(http, checks, canary=bool(beside))

    one.before(inputs(OLD), new)
    one.after()

    assert checks.tried == []
    assert checks.rollouts[0].changed is False


@pytest.mark.parametrize("stays", [OLD, NEW], ids=["makes way", "becomes it"])
def test_what_was_a_canary_and_what_was_the_release_are_not_tried_again(
    stays: str,
) -> None:
    shares = {OLD: 90, NEW: 10}
    http = HttpMockSequence([serving(shares)])
    checks = Checks()
    one = proof(http, checks)

    one.before(inputs(NEW, **shares), inputs(stays))
    one.after()

    assert checks.tried == []
    assert checks.rollouts[0].changed is True


def test_a_canary_beside_nothing_is_refused_with_nothing_changed() -> None:
    http = HttpMockSequence([GONE])
    checks = Checks()

    with pytest.raises(CloudError, match=r"beside which the canary runs, is not there"):
        proof(http, checks, canary=True).before(
            inputs(OLD), inputs(NEW, **{"wine-1-4-2-cccccccc": 90, NEW: 10})
        )

    assert checks.tried == []
    assert [method for method, _ in asked(http)] == ["GET"]


def rollout(
    http: HttpMockSequence, before: dict[str, int], *, changed: bool = True
) -> Any:
    return ServiceRollout(
        project=GcpProject(PLATFORM, http),
        name="wine",
        canary=False,
        before=before,
        changed=changed,
    )


def test_the_way_back_gives_every_request_to_the_revisions_of_before() -> None:
    http = HttpMockSequence([ok(name=f"{PLACE}/operations/1")])

    rollout(http, {OLD: 90, NEW: 10}).undo()

    uri, method, body, _ = http.request_sequence[0]
    assert method == "PATCH"
    assert "updateMask=traffic" in uri
    assert json.loads(body) == {
        "traffic": [
            {"type": BY_NAME, "revision": OLD, "percent": 90},
            {"type": BY_NAME, "revision": NEW, "percent": 10},
        ]
    }


def test_there_is_no_way_back_from_the_first_or_from_the_same() -> None:
    http = HttpMockSequence([])

    rollout(http, {}).undo()
    rollout(http, {OLD: 100}, changed=False).undo()

    assert http.request_sequence == []
