"""How the program says no: one sentence, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import pulumi

from model_image.errors import PackError
from model_image.server.manifest import ManifestError
from stacks.releases.ledger.event import LedgerError
from stacks.releases.lock import Refused
from stacks.settings.cloud_error import CloudError
from stacks.settings.cluster_error import ClusterError
from stacks.settings.mistakes import SettingsError

REFUSALS = (
    SettingsError,
    ManifestError,
    PackError,
    LedgerError,
    CloudError,
    ClusterError,
    Refused,
)


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn what a user can mend into a RunError, which engines print as it is."""
    try:
        yield
    except REFUSALS as error:
        raise pulumi.RunError(str(error)) from None
