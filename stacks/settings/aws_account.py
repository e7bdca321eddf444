"""The account that a platform names, through AWS's own SDK."""

from functools import cache
from typing import TYPE_CHECKING, Any

from .aws import AwsPlatform
from .cloud_error import CloudError

if TYPE_CHECKING:
    import boto3


class AwsAccount:
    """
    Clients for the services of one region, with the credentials of whoever runs this.

    Nothing is asked before a client is. CloudError says in one sentence what is wrong.
    """

    def __init__(self, platform: AwsPlatform) -> None:
        self._platform = platform

    def client(self, service: str) -> Any:
        """A client of this service; one that is slow is asked again, and no longer."""
        from botocore.config import Config

        patient = Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 4},
        )
        return _session(self._platform.region).client(service, config=patient)

    def identity(self) -> str:
        """The ARN of whoever runs this; CloudError unless it is in the account."""
        with told("no credentials of AWS"):
            found = self.client("sts").get_caller_identity()
        if found["Account"] != self._platform.account:
            raise CloudError(
                f"the credentials are of account {found['Account']}, and "
                f"slipway:platform.account is {self._platform.account}; use another "
                "profile (AWS_PROFILE)"
            )
        return found["Arn"]


@cache
def _session(region: str) -> "boto3.Session":
    import boto3

    return boto3.Session(region_name=region)


class told:
    """Turns what the SDK raises into a CloudError that says what was being done."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            said = error.response["Error"]
            raise CloudError(
                f"{self._doing}: {said.get('Message') or said.get('Code')}"
            ) from None
        if isinstance(error, BotoCoreError):
            raise CloudError(f"{self._doing}: {error}") from None
