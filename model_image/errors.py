"""How packing says no: one sentence, never a traceback."""


class PackError(Exception):
    """
    Something given to `pack`, or a package, that cannot be used as it is.

    The message is one sentence: the thing as the user wrote it, what was found, what
    to do.
    """
