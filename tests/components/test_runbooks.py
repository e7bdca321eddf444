"""Whoever is woken up finds a page that says what to do."""

import re

import pytest

from components.alerts import Alert, alerts
from tests.components.runbooks import EVERY, FOLDER, INDEX, index

ALERTS = alerts(EVERY)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_has_a_runbook_that_names_a_command(alert: Alert):
    text = (FOLDER / alert.runbook).read_text()

    assert text.startswith(f"# {alert.name}: ")
    assert re.search(r"`(python -m|docker|slipway:)|\]\(\w+\.md\)", text)


def test_there_is_no_runbook_without_an_alert():
    pages = {page.name for page in FOLDER.glob("*.md")} - {INDEX.name}

    assert pages == {alert.runbook for alert in ALERTS}


def test_the_index_is_as_the_specification_says():
    assert INDEX.read_text() == index()


@pytest.mark.parametrize("page", sorted(FOLDER.glob("*.md")), ids=lambda one: one.stem)
def test_every_link_between_the_pages_leads_somewhere(page):
    for link in re.findall(r"\]\((\w+\.md)\)", page.read_text()):
        assert (FOLDER / link).exists()
