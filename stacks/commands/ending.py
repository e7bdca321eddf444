"""What becomes of an error: one sentence, one exit code."""

import sys
from typing import NoReturn

from docker.errors import DockerException

from stacks.machine.docker import MachineError
from stacks.machine.packages import PackagesError
from stacks.offline.errors import (
    HookFailed,
    Interrupted,
    OfflineError,
    ProgramFailed,
)
from stacks.refusals import REFUSALS
from stacks.releases.delivery import Stopped, Stranded, Undelivered
from stacks.releases.verification import Unproven
from stacks.review.github import CommentError
from stacks.review.revision import RevisionError

from .console import fail
from .engines import PulumiFailed

REFUSED, USAGE, ROLLED_BACK, BROKEN = 1, 2, 3, 4


def end(error: Exception) -> NoReturn:
    """Say it and exit; what nobody foresaw is raised again."""
    match error:
        case PulumiFailed():
            sys.exit(error.code)
        case Stranded():
            fail(error, BROKEN)
        case HookFailed() | Undelivered():
            fail(error, ROLLED_BACK)
        case Interrupted() | Stopped():
            fail(error, 130)
        case MachineError() | PackagesError():
            fail(error, USAGE)
        case Unproven() | ProgramFailed() | RevisionError() | CommentError():
            fail(error, REFUSED)
        case _ if isinstance(error, REFUSALS):
            fail(error, REFUSED)
        case OfflineError():
            fail(error, BROKEN)
        case DockerException():
            fail(MachineError(f"Docker could not do its part: {error}"), BROKEN)
        case OSError():
            fail(MachineError(f"this machine could not do its part: {error}"), BROKEN)
    raise error
