"""The commands together, and what becomes of an error: one sentence, one exit code."""

import sys

import typer
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

from . import (
    approve,
    batch,
    break_glass,
    changed,
    comment,
    compose,
    dashboard,
    destroy,
    diff,
    doctor,
    history,
    hold,
    init,
    issue,
    logs,
    open,
    preview,
    promote,
    render,
    retry,
    rollback,
    status,
    up,
    verify,
    veto,
)
from .console import fail
from .engines import PulumiFailed

REFUSED, USAGE, ROLLED_BACK, BROKEN = 1, 2, 3, 4

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From a trained model file to a verified service, on this machine or a cloud.",
)
for module in (
    up,
    preview,
    diff,
    changed,
    comment,
    issue,
    destroy,
    status,
    logs,
    verify,
    promote,
    rollback,
    hold,
    veto,
    approve,
    history,
    break_glass,
    retry,
    open,
    dashboard,
    compose,
    render,
    batch,
    init,
    doctor,
):
    app.command(module.__name__.rpartition(".")[2].replace("_", "-"))(module.run)


def main() -> None:
    """
    Run a command; 0 done, 1 refused, 2 usage, 3 failed and what ran still runs.

    4 is for a person to look at now: something is neither as it was nor as asked for.
    """
    try:
        app(prog_name="python -m stacks")
    except (*REFUSALS, RevisionError, CommentError) as error:
        fail(error, REFUSED)
    except (Unproven, ProgramFailed) as error:
        fail(error, REFUSED)
    except PulumiFailed as error:
        sys.exit(error.code)
    except Stranded as error:
        fail(error, BROKEN)
    except (HookFailed, Undelivered) as error:
        fail(error, ROLLED_BACK)
    except (MachineError, PackagesError) as error:
        fail(error, USAGE)
    except (Interrupted, Stopped) as error:
        fail(error, 130)
    except OfflineError as error:
        fail(error, BROKEN)
    except DockerException as error:
        fail(MachineError(f"Docker could not do its part: {error}"), BROKEN)
    except OSError as error:
        fail(MachineError(f"this machine could not do its part: {error}"), BROKEN)
