"""The recordings themselves: what they tell, and what they must not tell."""

import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from stacks.settings.build import build_secrets

from .calls import out_of_order
from .recording import FOLDER, before, committed
from .scenario import SCENARIO, Phase

PULUMI = committed()
each_phase = pytest.mark.parametrize("phase", [phase.name for phase in SCENARIO])


@each_phase
def test_pulumi_began_nothing_before_the_end_of_what_it_waits_for(phase: str) -> None:
    assert out_of_order(before(PULUMI, phase), PULUMI[phase]) == []


@pytest.mark.parametrize("phase", ["first-up", "update-up", "port-up", "dev-destroy"])
def test_a_wrong_order_is_noticed(phase: str) -> None:
    backwards = [
        f"{moment} {call}"
        for call in reversed([c[4:] for c in PULUMI[phase].calls if c[:4] == "end "])
        for moment in ("begin", "end")
    ]

    assert out_of_order(before(PULUMI, phase), replace(PULUMI[phase], calls=backwards))


@pytest.mark.parametrize("phase", SCENARIO, ids=lambda phase: phase.name)
def test_a_recorded_run_ended_as_the_scenario_says(phase: Phase) -> None:
    assert PULUMI[phase.name].end == phase.end


@each_phase
def test_only_an_up_or_a_destroy_that_is_not_refused_changes_anything(
    phase: str,
) -> None:
    run = PULUMI[phase]

    if run.end == "refused" or phase.endswith("-preview"):
        assert run.calls == []
        assert run.state == before(PULUMI, phase).state
    elif "again" in phase:
        assert {step["op"] for step in run.steps} == {"same"}
    else:
        assert run.calls


def test_a_failed_version_is_created_refused_and_kept_beside_the_old_one() -> None:
    run = PULUMI["crash-up"]
    containers = [each for each in run.state if each["urn"].endswith("::model-1")]

    assert run.calls[-1].endswith(": refused")
    assert [each["delete"] for each in containers] == [False, True]
    assert not any(" delete " in call for call in run.calls)


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.name)
def test_a_recording_tells_nothing_of_the_machine_it_was_made_on(file: Path) -> None:
    text = file.read_text()
    addresses = set(re.findall(r"https?://([^:/\"]+)", text))
    folders = set(
        re.findall(r"(?<![\w>.-])/(?:home|root|tmp|work|opt|var)[/\w.-]*", text)
    )

    assert file.stat().st_size < 200_000
    assert not re.search(r"[0-9a-f]{12}|BEGIN CERTIFICATE|ca\.crt|pip\.conf", text)
    assert not re.search(r"\d{4}-\d\d-\d\d|127\.0\.0\.1:(?!5000|909[03])\d", text)
    assert '"secrets"' not in re.sub(r'"additionalSecretOutputs": \[[^]]*\]', "", text)
    assert addresses <= {"127.0.0.1"}
    assert folders <= {"/tmp", "/var/lib/registry"}  # inside of containers
    assert socket.gethostname() not in text or len(socket.gethostname()) < 4
    for secret in build_secrets().values():
        assert not any(line in text for line in secret.splitlines() if len(line) > 20)
