"""What healthy means: each alert once, for every platform that can raise it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from stacks.settings.monitoring import Thresholds
from stacks.settings.notify import Severity

from .promql import duration

_DAY_S = 86_400
_WORK = 'route=~"predict|infer"'


@dataclass(frozen=True, kw_only=True)
class Scope:
    """A service as its alerts see it."""

    stack: str
    replicas: int
    thresholds: Thresholds
    upstream: str | None = None
    """The stack whose version it follows."""
    pods: str | None = None
    """
    In a cluster, the labels by which kube-state-metrics knows its pods; elsewhere an
    edge is in front of the replicas.
    """


@dataclass(frozen=True, kw_only=True)
class Reading:
    """
    A field of the server's line a minute, for platforms that have the log alone.

    The alert is raised when the `statistic` of `field`, divided by that of `per` where
    there is one, is on the wrong side of `limit`.
    """

    field: str
    limit: float
    statistic: Literal["sum", "max"] = "sum"
    per: str | None = None
    below: bool = False


@dataclass(frozen=True, kw_only=True)
class Alert:
    """
    One thing that can be wrong with a service.

    `expression` is PromQL over what servers and edges tell, with a series for each
    thing that is wrong. Where there is no Prometheus, `reading` says the same of the
    line a minute, and None leaves the alert to what the platform itself measures.
    """

    name: str
    severity: Severity
    sentence: str
    """For the person it wakes up; `{{ $labels.x }}` is filled in by Prometheus."""
    expression: str
    sustained_s: float
    reading: Reading | None = None

    @property
    def runbook(self) -> str:
        """The file in docs/runbooks that says what to do."""
        return f"{self.name}.md"


def alerts(scope: Scope) -> tuple[Alert, ...]:
    """Every alert of a service, with its thresholds."""
    return (
        *_reachable(scope),
        *_answers(scope),
        *_resources(scope),
        *_model(scope),
        *_versions(scope),
    )


def _reachable(scope: Scope) -> Iterator[Alert]:
    own, stack = _own(scope), scope.stack
    yield Alert(
        name="down",
        severity="page",
        sentence=f"{stack} does not answer: no replica of it takes requests.",
        expression=_none_ready(own) if scope.pods else _none_behind_edge(own),
        sustained_s=scope.thresholds.patience_s,
        reading=Reading(field="ready", limit=1, statistic="max", below=True),
    )
    yield Alert(
        name="replicas",
        severity="ticket",
        sentence=(
            f"{stack} has {{{{ $value }}}} ready replicas where its file asks for "
            f"{scope.replicas}."
        ),
        expression=(
            f"count by (stack) (slipway_ready{{{own}}} == 1) < {scope.replicas}"
        ),
        sustained_s=4 * scope.thresholds.patience_s,
    )


def _none_ready(own: str) -> str:
    """The rule goes with the stack, so that nothing at all is no replica too."""
    ready = f"slipway_ready{{{own}}}"
    return f"(max by (stack) ({ready}) == 0) or absent({ready})"


def _none_behind_edge(own: str) -> str:
    # The edge outlives every replica. Where both are gone the stack was destroyed.
    in_rotation = f'haproxy_backend_active_servers{{{own},proxy="replicas"}}'
    edge = f'up{{{own},role="edge"}}'
    behind_edge = f"max by (stack) ({in_rotation}) == 0"
    no_edge = (
        f"max by (stack) (slipway_ready{{{own}}}) unless on (stack) "
        f"max by (stack) ({edge}) == 1"
    )
    return f"({behind_edge}) or ({no_edge})"


def _answers(scope: Scope) -> Iterator[Alert]:
    own, stack, limits = _own(scope), scope.stack, scope.thresholds
    patience = limits.patience_s
    yield Alert(
        name="errors",
        severity="page",
        sentence=(
            f"{{{{ $value | humanizePercentage }}}} of {stack}'s answers are errors of "
            "its own; its log has each under its id."
        ),
        expression=_share(scope, 'code=~"5..",code!="503"', limits.error_rate),
        sustained_s=patience,
        reading=Reading(field="errors", per="requests", limit=limits.error_rate),
    )
    yield Alert(
        name="overload",
        severity="page",
        sentence=(
            f"{stack} refuses {{{{ $value | humanizePercentage }}}} of its requests, "
            "for there are more than it can answer in time."
        ),
        expression=_share(scope, 'code="503"', limits.overload_rate),
        sustained_s=patience,
        reading=Reading(field="overloads", per="requests", limit=limits.overload_rate),
    )
    yield Alert(
        name="rejects",
        severity="ticket",
        sentence=(
            f"{{{{ $value | humanizePercentage }}}} of the requests to {stack} are "
            "refused because of what is in them."
        ),
        expression=_share(scope, 'code=~"400|413|415|422"', limits.reject_rate),
        sustained_s=patience,
        reading=Reading(field="rejects", per="requests", limit=limits.reject_rate),
    )
    times = f"slipway_request_duration_seconds_bucket{{{own},{_WORK}}}"
    p99 = (
        f"histogram_quantile(0.99, sum by (stack, le) "
        f"(rate({times}[{_window(scope)}])))"
    )
    row = f"max by (stack) (slipway_model_row_seconds{{{own}}})"
    allowed = f"on (stack) (0.1 + 20 * {row})"
    if limits.p99_ms:
        allowed = f"{limits.p99_ms / 1000:g}"
    yield Alert(
        name="latency",
        severity="page",
        sentence=(
            f"One in a hundred answers of {stack} takes longer than "
            "{{ $value | humanizeDuration }}."
        ),
        expression=f"({p99} > {allowed}) and on (stack) {_enough(scope)}",
        sustained_s=patience,
        reading=Reading(field="p99_ms", limit=limits.p99_ms or 1000, statistic="max"),
    )


def _resources(scope: Scope) -> Iterator[Alert]:
    own, stack, limits = _own(scope), scope.stack, scope.thresholds
    used = f"slipway_container_memory_working_set_bytes{{{own}}}"
    yield Alert(
        name="memory",
        severity="page",
        sentence=(
            f"A replica of {stack} uses {{{{ $value | humanizePercentage }}}} of its "
            "memory; at all of it, it is killed."
        ),
        expression=(
            f"{used} / slipway_container_memory_limit_bytes{{{own}}} "
            f"> {limits.memory_share:g}"
        ),
        sustained_s=limits.patience_s,
        reading=Reading(
            field="memory_share", limit=limits.memory_share, statistic="max"
        ),
    )
    held_up = f"slipway_container_cpu_throttled_seconds_total{{{own}}}"
    yield Alert(
        name="throttled",
        severity="ticket",
        sentence=(
            f"A replica of {stack} is held up by its processor limit for "
            "{{ $value | humanizePercentage }} of the time."
        ),
        expression=f"rate({held_up}[{_window(scope)}]) > {limits.throttled_share:g}",
        sustained_s=limits.patience_s,
        reading=Reading(
            field="throttled_share", limit=limits.throttled_share, statistic="max"
        ),
    )
    started = f'process_start_time_seconds{{{own},role="replica"}}'
    window = duration(limits.restarts_window_s)
    starts = f"changes({started}[{window}]) >= {limits.restarts}"
    if scope.pods:
        # What ends before Prometheus looks at it is counted by the cluster alone.
        total = f"kube_pod_container_status_restarts_total{{{scope.pods}}}"
        counted = f"increase({total}[{window}])"
        starts = f"({starts}) or ({counted} >= {limits.restarts})"
    yield Alert(
        name="restarts",
        severity="page",
        sentence=(
            f"A replica of {stack} started {{{{ $value }}}} times in "
            f"{limits.restarts_window_s / 60:g} minutes."
        ),
        expression=starts,
        sustained_s=0,
        reading=Reading(field="starts", limit=limits.restarts),
    )


def _model(scope: Scope) -> Iterator[Alert]:
    own, limit = _own(scope), scope.thresholds.data_drift_psi
    psi = f"max by (stack, kind, feature) (slipway_data_drift_psi{{{own}}})"
    yield Alert(
        name="drift",
        severity="ticket",
        sentence=(
            f"The {{{{ $labels.kind }}}} {{{{ $labels.feature }}}} of {scope.stack} is "
            'not distributed as in training (PSI {{ printf "%.2f" $value }}).'
        ),
        expression=f"{psi} > {limit:g}",
        sustained_s=scope.thresholds.patience_s,
        reading=Reading(field="data_drift_psi_max", limit=limit, statistic="max"),
    )


def _versions(scope: Scope) -> Iterator[Alert]:
    own, stack = _own(scope), scope.stack
    info = f"slipway_model_info{{{own}}}"
    stray = (
        f"group by (stack, instance, name, version) ({info}) unless "
        f"on (instance, name, version) slipway_release_info{{{own}}}"
    )
    several = f"count by (stack) (group by (stack, version) ({info})) > 1"
    yield Alert(
        name="version",
        severity="page",
        sentence=(
            f"{stack} answers with a version that was not promoted to it: "
            "{{ if $labels.version }}a replica has {{ $labels.name }} "
            "{{ $labels.version }}{{ else }}its replicas have {{ $value }} versions"
            "{{ end }}."
        ),
        expression=f"({stray}) or ({several})",
        # While replicas are replaced two versions answer, which is meant.
        sustained_s=4 * scope.thresholds.patience_s,
        reading=Reading(field="stray", limit=0, statistic="max"),
    )
    if scope.upstream is None:
        return
    theirs = f'slipway_model_info{{stack="{scope.upstream}"}}'
    yield Alert(
        name="stale",
        severity="ticket",
        sentence=(
            f"{stack} still has {{{{ $labels.version }}}}, and {scope.upstream} "
            f"another version for {scope.thresholds.stale_days:g} days."
        ),
        expression=(
            f"(group by (stack, version) ({info}) and on () ({theirs})) "
            f"unless on (version) {theirs}"
        ),
        sustained_s=scope.thresholds.stale_days * _DAY_S,
    )


def _own(scope: Scope) -> str:
    return f'stack="{scope.stack}"'


def _window(scope: Scope) -> str:
    return duration(scope.thresholds.window_s)


def _requests(scope: Scope, codes: str = "") -> str:
    labels = ",".join(filter(None, [_own(scope), _WORK, codes]))
    series = f"slipway_requests_total{{{labels}}}[{_window(scope)}]"
    return f"sum by (stack) (increase({series}))"


def _enough(scope: Scope) -> str:
    return f"({_requests(scope)} >= {scope.thresholds.requests})"


def _share(scope: Scope, codes: str, limit: float) -> str:
    """Requests with these codes as a share of all, once there are enough of them."""
    share = f"{_requests(scope, codes)} / {_requests(scope)} > {limit:g}"
    return f"({share}) and on (stack) {_enough(scope)}"
