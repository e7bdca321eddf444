"""The commands of the offline engine: up, preview, destroy."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from . import host
from .destroy import delete_all
from .docker import VOLUME, Platform
from .errors import Interrupted, OfflineError
from .process import Processes
from .progress import Progress, Summary
from .project import Project
from .recovery import lost, refuse_pulumis, settle
from .state import State, locked
from .steps import Steps
from .update import Update

BANNER = "offline engine (not Pulumi): the local platform only"


def up(root: Path, stack: str, progress: Progress, *, preview: bool = False) -> Summary:
    """
    Make the local platform what the program registers for `stack`.

    With `preview`, only tell what would be done. Raises an OfflineError, which is one
    sentence; what was done until then is recorded.
    """
    project = Project.read(root, stack)
    project.refuse_secrets()
    with _session(project, progress, readonly=preview) as (state, steps):
        for resource in lost(state, steps.platform):
            progress.log(f"{resource.name} is gone from Docker", resource.urn)
            state.forget(resource)
        update = Update(project, state, steps)
        host.run(project, update, progress.log, Processes())
    return _summary(steps, update.stack_outputs)


def preview(root: Path, stack: str, progress: Progress) -> Summary:
    """What `up` would do; nothing is touched, and nothing is built."""
    return up(root, stack, progress, preview=True)


def destroy(
    root: Path, stack: str, progress: Progress, *, remove_data: bool
) -> Summary:
    """
    Delete what `up` made, without running the program.

    Volumes stay, and stay recorded, unless `remove_data` asks for them too.
    """
    project = Project.read(root, stack)
    with _session(project, progress, readonly=False) as (state, steps):
        delete_all(state, steps, remove_data=remove_data)
    return _summary(steps, {})


def owns(root: Path, stack: str) -> bool:
    """Whether this engine made what `stack` runs; a kept volume alone runs nothing."""
    resources = State.load(Project.read(root, stack), readonly=True).resources
    providers = "pulumi:providers:"
    return any(
        one.custom and one.type != VOLUME and not one.type.startswith(providers)
        for one in resources
    )


@contextmanager
def _session(
    project: Project, progress: Progress, *, readonly: bool
) -> Iterator[tuple[State, Steps]]:
    """The state, settled before and after whatever happens inside."""
    platform = Platform(project.root)
    with _ctrl_c_by_sigterm(), nullcontext() if readonly else locked(project):
        try:
            refuse_pulumis(platform, project.stack)
            state = State.load(project, readonly=readonly)
            settle(state, platform, crashed=True)
            yield state, Steps(state, platform, progress)
        except KeyboardInterrupt:
            settle(State.load(project, readonly=readonly), platform, crashed=True)
            raise Interrupted(
                f"stopped; what {project.stack} has until here is recorded, and the "
                "same command goes on from there"
            ) from None
        except Exception:
            # The next run settles what cannot be settled now.
            with suppress(OfflineError):
                settle(State.load(project, readonly=readonly), platform, crashed=False)
            raise


@contextmanager
def _ctrl_c_by_sigterm() -> Iterator[None]:
    """A pipeline that is cancelled sends SIGTERM; only the main thread may hear it."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _summary(steps: Steps, outputs: dict[str, Any]) -> Summary:
    changes = Counter(step.op for step in steps.taken)
    return Summary(dict(changes), outputs, steps.taken)
