"""An account of which botocore's own stubber answers, and refuses what does not fit."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from stacks.observe.aws.observer import AwsObserver
from stacks.settings.aws_account import AwsAccount
from stacks.settings.stack import StackSettings
from tests.components.aws.conftest import ACCOUNT, REGISTRY
from tests.components.conftest import IMAGE

TASK = "arn:aws:ecs:eu-central-1:222222222222:task/slipway-prod/0a1b"
GROUP = "arn:aws:elasticloadbalancing:eu-central-1:222222222222:targetgroup/t/1"
REVISION = "arn:aws:ecs:eu-central-1:222222222222:task-definition/slipway-prod-model:7"


class Account:
    """Stubbed clients by the service that they are of."""

    def __init__(self) -> None:
        self._clients: dict[str, Any] = {}
        self.stubs: dict[str, Stubber] = {}

    def client(self, service: str) -> Any:
        if service not in self._clients:
            client = boto3.client(
                service,
                region_name="eu-central-1",
                aws_access_key_id="none",
                aws_secret_access_key="none",
            )
            self._clients[service] = client
            self.stubs[service] = Stubber(client)
            self.stubs[service].activate()
        return self._clients[service]

    def answers(
        self,
        service: str,
        operation: str,
        answer: dict[str, Any],
        expected: dict[str, Any] | None = None,
    ) -> None:
        """Once, in this order; another call, or other arguments, fail."""
        self.client(service)
        self.stubs[service].add_response(operation, answer, expected)

    def refuses(
        self, service: str, operation: str, code: str, message: str = ""
    ) -> None:
        self.client(service)
        self.stubs[service].add_client_error(operation, code, message)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    made = Account()
    monkeypatch.setattr(AwsAccount, "client", lambda self, name: made.client(name))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    yield made
    for stub in made.stubs.values():
        stub.assert_no_pending_responses()


@pytest.fixture
def observer() -> AwsObserver:
    told = {
        "tier": "prod",
        "upstream": "staging",
        "image": IMAGE,
        "platform": ACCOUNT,
        "registry": REGISTRY,
        "service": {"replicas": 2, "cpu": 0.5, "memory_mb": 1024},
    }
    entries = {f"slipway:{key}": value for key, value in told.items()}
    return AwsObserver("prod", StackSettings.parse("prod", entries))


def task(**changes: Any) -> dict[str, Any]:
    """A task that runs and is well."""
    tags = {"stack": "prod", "model": "wine", "version": "1.4.2", "deployment": "d1"}
    return {
        "taskArn": TASK,
        "lastStatus": "RUNNING",
        "healthStatus": "HEALTHY",
        "createdAt": datetime(2026, 11, 29, tzinfo=UTC),
        "startedAt": datetime(2026, 11, 29, 0, 1, tzinfo=UTC),
        "containers": [{"name": "model", "imageDigest": IMAGE["digest"]}],
        "tags": [
            *({"key": f"slipway.{key}", "value": value} for key, value in tags.items()),
            {"key": "slipway.role", "value": "model"},
        ],
        "attachments": [
            {"details": [{"name": "privateIPv4Address", "value": "10.0.0.7"}]}
        ],
        **changes,
    }


Deployments = Callable[..., dict[str, Any]]


def service(*deployments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What `describe_services` answers of a service with these deployments."""
    found = {
        "serviceName": "slipway-prod-model",
        "status": "ACTIVE",
        "desiredCount": 2,
        "loadBalancers": [{"targetGroupArn": GROUP}],
        "deployments": list(deployments),
        "tags": [{"key": "slipway.engine", "value": "pulumi"}],
        **changes,
    }
    return {"services": [found]}


def deployment(
    status: str, state: str, running: int, wanted: int = 2
) -> dict[str, Any]:
    return {
        "status": status,
        "rolloutState": state,
        "runningCount": running,
        "desiredCount": wanted,
        "taskDefinition": REVISION,
    }
