"""stub"""


def run() -> None:
    """Model card."""
