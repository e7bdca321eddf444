"""The alert specification as Prometheus reads it."""

from typing import Any

from .alerts import Alert, Scope, alerts
from .promql import duration


def rules(scope: Scope, runbooks: str, interval_s: float) -> dict[str, Any]:
    """A rule file with one stack's alerts."""
    return {
        "groups": [
            {
                "name": scope.stack,
                "interval": duration(interval_s),
                "rules": [_rule(one, scope, runbooks) for one in alerts(scope)],
            }
        ]
    }


def _rule(alert: Alert, scope: Scope, runbooks: str) -> dict[str, Any]:
    return {
        "alert": f"slipway_{alert.name}",
        "expr": alert.expression,
        "for": duration(alert.sustained_s),
        "labels": {"severity": alert.severity, "stack": scope.stack},
        "annotations": {
            "summary": alert.sentence,
            "runbook": f"{runbooks.rstrip('/')}/{alert.runbook}",
        },
    }
