"""Files that are scored at set times, by the image that the stack runs."""

from typing import Annotated

from pydantic import Field, PositiveFloat, model_validator

from .kubernetes import DnsName
from .section import Section
from .service import EnvironmentName

_ADDRESS = r"^(s3|gs|az)://\S+$|^/\S+$"
_Address = Annotated[str, Field(pattern=_ADDRESS)]


class Claim(Section):
    """A volume that every shard mounts, for input and output that are files."""

    name: DnsName
    """A PersistentVolumeClaim of the namespace."""
    path: Annotated[str, Field(pattern=r"^/[a-z0-9/_-]+$")] = "/data"


class BatchSettings(Section):
    """
    One job: its input scored into its output, by as many pods as it has shards.

    In the addresses `$(RUN)` is the job's own name, another one at each set time.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$")]
    """Ten letters at most: a job's own name, with the service's before it, has 63."""
    input: _Address
    output: _Address
    """A folder, which ends in `/`, where there are several shards."""
    schedule: Annotated[str, Field(pattern=r"^(@[a-z]+|\S+( \S+){4})$")] | None = None
    """When, as cron has it: `0 3 * * *`; without it, when `stacks batch` says so."""
    zone: str = "Etc/UTC"
    """Whose clock that is by."""
    shards: Annotated[int, Field(ge=1, le=1000)] = 1
    parallel: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Shards at work at a time; all of them without it."""
    options: tuple[str, ...] = ()
    """What else `batch` is told, such as `--keep=id`."""
    cpu: Annotated[PositiveFloat, Field(le=256)] | None = None
    memory_mb: Annotated[int, Field(ge=32, le=1_048_576)] | None = None
    """Of one shard; by default what a replica of the service has."""
    env: dict[EnvironmentName, str] = Field(default_factory=dict)
    claim: Claim | None = None
    deadline_s: Annotated[int, Field(ge=1)] = 86_400
    """When the job is given up."""
    retries: Annotated[int, Field(ge=0, le=100)] = 6
    """Of one shard, which goes on from where it was."""

    @model_validator(mode="after")
    def _shards_share_a_folder(self) -> "BatchSettings":
        if self.shards > 1 and not self.output.endswith("/"):
            raise ValueError(
                f"output is {self.output!r}, and {self.shards} shards write into a "
                "folder; end it with /"
            )
        return self
