"""Who is told of which alert, as Alertmanager reads it."""

from typing import Any

from stacks.settings.notify import Email, Notify, PagerDuty, Slack, Webhook
from stacks.settings.secrets import FOLDER

from .promql import duration

_TITLE = "{{ .CommonLabels.stack }}: {{ .CommonLabels.alertname }} ({{ .Status }})"
_TEXT = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n"
    "What to do: {{ .Annotations.runbook }}\n{{ end }}"
)


def configuration(notify: tuple[Notify, ...], interval_s: float) -> dict[str, Any]:
    """
    Every receiver gets its stacks' alerts and hears when they are over.

    A service that is down has everything else wrong too, which is not told beside it.
    """
    routes = [_route(f"{one.kind}-{at}", one) for at, one in enumerate(notify, 1)]
    receivers = [
        {"name": f"{one.kind}-{at}", **_receiver(one)}
        for at, one in enumerate(notify, 1)
    ]
    return {
        "route": {
            "receiver": "nobody",
            "group_by": ["stack", "alertname"],
            "group_wait": duration(interval_s / 3),
            "group_interval": duration(max(4 * interval_s, 5)),
            "repeat_interval": "4h",
            "routes": routes,
        },
        "receivers": [{"name": "nobody"}, *receivers],
        "inhibit_rules": [
            {
                "source_matchers": ["alertname = slipway_down"],
                "target_matchers": ["alertname != slipway_down"],
                "equal": ["stack"],
            }
        ],
    }


def _route(name: str, receiver: Notify) -> dict[str, Any]:
    matchers = [f"severity =~ {'|'.join(receiver.severities)}"]
    if receiver.stacks:
        matchers.append(f"stack =~ {'|'.join(receiver.stacks)}")
    return {"receiver": name, "matchers": matchers, "continue": True}


def _receiver(receiver: Notify) -> dict[str, Any]:
    match receiver:
        case Webhook(url=url, token=token):
            http = {"authorization": {"credentials_file": _file(token)}}
            own = {"url": url, **({"http_config": http} if token else {})}
            return {"webhook_configs": [own | _RESOLVED]}
        case Slack(webhook=webhook, channel=channel):
            own = {"api_url_file": _file(webhook), "title": _TITLE, "text": _TEXT}
            named = {"channel": channel} if channel else {}
            return {"slack_configs": [own | named | _RESOLVED]}
        case Email():
            return {"email_configs": [_mail(receiver) | _RESOLVED]}
        case PagerDuty(key=key):
            own = {"routing_key_file": _file(key), "description": _TITLE}
            own |= {"details": {"what": _TEXT}, "severity": _PAGED}
            return {"pagerduty_configs": [own | _RESOLVED]}


_RESOLVED = {"send_resolved": True}
_PAGED = '{{ if eq .CommonLabels.severity "page" }}critical{{ else }}warning{{ end }}'


def _mail(mail: Email) -> dict[str, Any]:
    login: dict[str, Any] = {}
    if mail.username:
        login["auth_username"] = mail.username
    if mail.password:
        login["auth_password_file"] = _file(mail.password)
    return {
        "to": mail.to,
        "from": mail.sender,
        "smarthost": mail.server,
        "headers": {"subject": _TITLE},
        "text": _TEXT,
        **login,
    }


def _file(secret: str | None) -> str:
    return f"{FOLDER}/{secret}"
