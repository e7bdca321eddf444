"""What can stop the offline engine; each error is one sentence for the person at it."""


class OfflineError(Exception):
    """Nothing can go on; the state is whole and says what exists."""


class ProgramFailed(OfflineError):
    """The program ended with an error of its own: its sentence, or its traceback."""


class StepFailed(OfflineError):
    """One step could not be done, and what it had begun is undone."""


class HookFailed(StepFailed):
    """A hook refused a step; after an after-hook, what was made stays recorded."""


class Interrupted(OfflineError):
    """A person stopped the run; what had begun is undone."""
