"""`python -m tests.components.runbooks`: write the runbooks' index anew."""

import re

from components.alerts import Alert, Reading, Scope, alerts
from stacks.settings.monitoring import Thresholds
from tests.estate import ROOT

FOLDER = ROOT / "docs/runbooks"
INDEX = FOLDER / "README.md"
EVERY = Scope(stack="STACK", replicas=2, thresholds=Thresholds(), upstream="UPSTREAM")
_HEAD = """\
# Runbooks

One page for each alert: what it means, what to look at, which command helps. Made of
`components/alerts.py` by `python -m tests.components.runbooks`.

| alert | severity | what it says | after | of the line a minute, without Prometheus |
| --- | --- | --- | --- | --- |
"""


def index() -> str:
    """The page that lists them."""
    return _HEAD + "".join(map(_row, alerts(EVERY)))


def _row(alert: Alert) -> str:
    link = f"[{alert.name}]({alert.runbook})"
    said = re.sub("{{ if .*?}}|{{ else }}.*{{ end }}", "", alert.sentence)
    said = re.sub("{{.*?}}", "…", said)
    cells = [link, alert.severity, said, _time(alert.sustained_s), _read(alert.reading)]
    return f"| {' | '.join(cells)} |\n"


def _read(reading: Reading | None) -> str:
    if reading is None:
        return "what the platform itself measures"
    field = f"`{reading.field}`" + (f" / `{reading.per}`" if reading.per else "")
    side = "<" if reading.below else ">"
    return f"{reading.statistic} of {field} {side} {reading.limit:g}"


def _time(seconds: float) -> str:
    days = seconds / 86_400
    return f"{days:g} d" if days >= 1 else f"{seconds:g} s"


if __name__ == "__main__":
    INDEX.write_text(index())
    print(f"wrote {INDEX.relative_to(ROOT)}")
