"""How Prometheus and Alertmanager write things."""


def duration(seconds: float) -> str:
    """A duration as they read it, which has no fractions; whole milliseconds do."""
    milliseconds = round(seconds * 1000)
    if milliseconds % 1000:
        return f"{milliseconds}ms"
    return f"{milliseconds // 1000}s"
