"""Why a batch cannot be done, as one sentence."""


class BatchError(Exception):
    """A job that cannot go on as it is; running it again may."""


class UsageError(BatchError):
    """A command that makes no sense, before anything was done."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C or SIGTERM; what is whole stays, and the same command goes on from it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
