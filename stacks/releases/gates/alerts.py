"""The gate on the upstream's alerts."""

import httpx

from stacks.observe.observer import observer_for
from stacks.settings.cloud import CloudPlatform
from stacks.settings.cloud_error import CloudError

from .outcome import Outcome, outcome, unknown
from .question import Question

_TIMEOUT_S = 5


def alerts(question: Question) -> Outcome | None:
    """No alert of the upstream fires now; its Prometheus, or its cloud, is asked."""
    if not question.target_settings.gates.alerts:
        return None
    want = f"no alert of {question.source} fires"
    if isinstance(question.source_settings.platform, CloudPlatform):
        return _of_the_cloud(question, want)
    address = question.source_settings.monitoring.address
    if address is None:
        return unknown("alerts", want, f"{question.source} names no monitoring.port")
    query = f'ALERTS{{alertstate="firing",stack="{question.source}"}}'
    known = f'count(up{{stack="{question.source}"}})'
    try:
        if not _asked(address, known):
            return unknown(
                "alerts", want, f"Prometheus does not know {question.source}"
            )
        firing = _asked(address, query)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return unknown("alerts", want, f"Prometheus at {address}: {error}")
    names = sorted({one["metric"].get("alertname", "?") for one in firing})
    return outcome("alerts", not names, want, ", ".join(names) or "quiet")


def _of_the_cloud(question: Question, want: str) -> Outcome:
    observer = observer_for(question.source, question.source_settings)
    try:
        names = sorted(observer.firing())
    except CloudError as error:
        return unknown("alerts", want, str(error))
    return outcome("alerts", not names, want, ", ".join(names) or "quiet")


def _asked(address: str, query: str) -> list[dict[str, dict[str, str]]]:
    url = f"{address}/api/v1/query"
    answer = httpx.get(
        url, params={"query": query}, timeout=_TIMEOUT_S, trust_env=False
    )
    answer.raise_for_status()
    return answer.json()["data"]["result"]
