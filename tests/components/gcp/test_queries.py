"""What Prometheus's own judge makes of the queries of alerts."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from stacks.offline import Declaration
from tests.components.gcp.test_monitoring import query
from tests.components.promtool import built, judged

pytestmark = pytest.mark.docker

_RUN = 'monitored_resource="cloud_run_revision"'
_LOG = "logging_googleapis_com:user_slipway_slipway_prod_"


def _spread(field: str, *counts: tuple[str, int]) -> dict[str, str]:
    """How many values are in each bucket after a minute, and each minute more."""
    return {
        f'{_LOG}{field}_bucket{{{_RUN},le="{le}"}}': f"0+{count}x20"
        for le, count in counts
    }


# The bounds around the edge; what is beyond all of them is in "+Inf".
CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "drift": (
        _spread("data_drift_psi_max", ("0.15", 9), ("0.2", 9), ("0.25", 10)),
        _spread("data_drift_psi_max", ("0.15", 9), ("0.2", 10), ("0.25", 10)),
    ),
    "throttled": (
        _spread("throttled_share", ("0.25", 9), ("0.3125", 10)),
        _spread("throttled_share", ("0.25", 10), ("0.3125", 10)),
    ),
    "version": (
        _spread("stray", ("0.125", 4), ("0.5", 4), ("1", 4), ("1.25", 5)),
        _spread("stray", ("0.125", 5), ("0.5", 5), ("1", 5), ("1.25", 5)),
    ),
    "restarts": (
        {f"{_LOG}crashes{{{_RUN}}}": "0 0 1 2 3 4 4 4 4 4 4 4 4 4 4 4"},
        {f"{_LOG}crashes{{{_RUN}}}": "0 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1"},
    ),
}
"""Series of which each alert is raised, and others of which it is not."""


@pytest.fixture(scope="module")
def prometheus() -> str:
    return built("prometheus")


@pytest.mark.parametrize("alert", CASES)
def test_an_alert_is_raised_by_what_it_is_for_and_not_without_it(
    alert: str, plain: Declaration, prometheus: str, tmp_path: Path
) -> None:
    bad, good = CASES[alert]
    rule = {"alert": alert, "expr": query(plain, alert)["query"]}
    rules = {"groups": [{"name": "all", "rules": [rule]}]}
    tests = [_tested(alert, _whole(bad), 1), _tested(alert, _whole(good), 0)]
    told = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "rules.yml").write_text(yaml.safe_dump(rules))
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(told))
    tmp_path.chmod(0o755)

    said = judged(
        prometheus, tmp_path, "promtool", "test", "rules", "/judged/tests.yml"
    )

    assert said.returncode == 0, said.stdout + said.stderr


def _whole(series: dict[str, str]) -> list[dict[str, str]]:
    """With the last bucket, which has them all."""
    found = dict(series)
    buckets = [one for one in series if "_bucket{" in one]
    if buckets:
        last = buckets[-1]
        found[f'{last[: last.index("le=")]}le="+Inf"}}'] = series[last]
    return [{"series": key, "values": value} for key, value in found.items()]


def _tested(alert: str, series: list[dict[str, str]], count: int) -> dict[str, Any]:
    raised = [{"exp_labels": {}}] * count
    at = {"eval_time": "14m", "alertname": alert, "exp_alerts": raised}
    return {"interval": "1m", "input_series": series, "alert_rule_test": [at]}
