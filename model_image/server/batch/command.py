"""The entry of the image for whole files: `batch INPUT OUTPUT`."""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from ..manifest import ManifestError
from ..settings import SettingsError, read_settings
from .errors import BatchError, Stopped, UsageError
from .options import expanded, read_options
from .report import Report

DONE, FAILED, USAGE, REJECTED = range(4)


def main(arguments: Sequence[str]) -> int:
    """The exit code: one of the above, or 128 and the signal that stopped it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    report = Report(sys.stderr)
    try:
        return _scored(arguments, report)
    except Stopped as stopped:
        again = "the same command goes on from here, unless it reads a pipe"
        report.fail("stopped", again)
        return 128 + stopped.number
    except UsageError as error:
        report.fail("wrong usage", str(error))
        return USAGE
    except SettingsError as error:
        for mistake in error.mistakes:
            report.fail("wrong settings", mistake)
        return USAGE
    except BrokenPipeError:
        # Or Python itself would fail on what it could not write, and say so at length.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        report.fail("stopped", "whoever read the output is gone")
        return FAILED
    except (BatchError, ManifestError) as error:
        report.fail("failed", str(error))
        return FAILED
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        report.fail("failed", f"{named}{error.strerror or error}; mend that, try again")
        return FAILED


def _scored(arguments: Sequence[str], report: Report) -> int:
    options = read_options([expanded(one, os.environ) for one in arguments])
    settings = read_settings(os.environ)
    # Not before the arguments make sense: this is what takes its time.
    from .run import Run

    outcome = Run(options, settings.model, settings.limits.threads, report).outcome()
    rows, rejected = outcome.rows, outcome.rejected
    return REJECTED if rejected and (options.strict or rejected == rows) else DONE


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)
