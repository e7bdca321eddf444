"""Alertmanager takes what is made of the receivers, and no secret is in it."""

from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from components.alertmanager import configuration
from stacks.settings.notify import Notify
from tests.components.promtool import built, judged

RECEIVERS = [
    {"kind": "webhook", "url": "http://hooks.example/x", "token": "HOOK"},
    {"kind": "webhook", "url": "http://hooks.example/y", "stacks": ["prod"]},
    {"kind": "slack", "webhook": "SLACK", "channel": "#models"},
    {
        "kind": "email",
        "to": "ml@example.com",
        "sender": "slipway@example.com",
        "server": "smtp.example.com:587",
        "username": "slipway",
        "password": "SMTP",
    },
    {"kind": "pagerduty", "key": "PAGER", "severities": ["page"]},
]
ALL = TypeAdapter(tuple[Notify, ...]).validate_python(RECEIVERS)


def routed(**labels: str) -> list[str]:
    """The receivers that an alert with these labels reaches."""
    found = []
    for route in configuration(ALL, 15)["route"]["routes"]:
        wanted = dict(one.split(" =~ ") for one in route["matchers"])
        if all(labels[name] in values.split("|") for name, values in wanted.items()):
            found.append(route["receiver"])
    return found


@pytest.mark.docker
@pytest.mark.parametrize("receivers", [ALL, ()], ids=["all kinds", "nobody"])
@pytest.mark.parametrize("interval_s", [1, 2.5, 15])
def test_amtool_finds_nothing_wrong(
    tmp_path: Path, receivers: tuple[Notify, ...], interval_s: float
):
    tmp_path.chmod(0o755)
    text = yaml.safe_dump(configuration(receivers, interval_s))
    (tmp_path / "alertmanager.yml").write_text(text)

    file = "/judged/alertmanager.yml"
    said = judged(built("alertmanager"), tmp_path, "amtool", "check-config", file)

    assert said.returncode == 0, said.stdout + said.stderr


def test_a_secret_is_a_file_by_its_name():
    text = yaml.safe_dump(configuration(ALL, 15))

    for name in ("HOOK", "SLACK", "SMTP", "PAGER"):
        assert text.count(name) == text.count(f"/run/secrets/{name}") == 1


def test_a_ticket_wakes_nobody_up():
    assert routed(severity="ticket", stack="prod") == [
        "webhook-1",
        "webhook-2",
        "slack-3",
        "email-4",
    ]


def test_a_receiver_of_one_stack_hears_of_no_other():
    assert "webhook-2" not in routed(severity="page", stack="dev")


def test_who_is_told_at_all_is_told_within_two_looks():
    assert configuration(ALL, 15)["route"]["group_wait"] == "5s"


def test_beside_a_service_that_is_down_nothing_else_is_told():
    (rule,) = configuration(ALL, 15)["inhibit_rules"]

    assert rule["source_matchers"] == ["alertname = slipway_down"]
    assert rule["equal"] == ["stack"]
