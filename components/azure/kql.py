"""What Log Analytics is asked about the lines that an app's server writes a minute."""

from math import ceil

from components.alerts import Reading

_TABLE, _COPY = "ContainerAppConsoleLogs_CL", "ContainerGroupName_s"
_KNOWN = "where isnotnull(value)"
_ZERO = "extend value = coalesce(value, 0.0)"
FRESH_MINUTES = 5
"""How old a copy's last line may be: a minute, and what it takes to get there."""


def lines(app: str) -> list[str]:
    """The lines a minute of an app, each parsed as `told`."""
    return [
        _TABLE,
        f'where ContainerAppName_s == "{app}"',
        "extend told = parse_json(Log_s)",
        'where tostring(told.event) == "minute"',
    ]


def rate(app: str, asked: Reading, requests: int, span_s: float) -> str:
    """The `value` of a share of at least so many requests; else no row."""
    return _query(
        app,
        _since(span_s),
        f"summarize some = sum({_told(asked.field)}), every = sum({_told(asked.per)})",
        f"where every >= {requests}",
        "project value = some / every",
    )


def count(app: str, asked: Reading, span_s: float) -> str:
    """The `value` of the copy that has the most; no row where nothing was told."""
    return _query(
        app,
        _since(span_s),
        f"summarize value = sum({_told(asked.field)}) by {_COPY}",
        "summarize value = max(value)",
        _KNOWN,
    )


def level(app: str, asked: Reading, minutes: int, *, silence: bool) -> str:
    """
    The `value` that lasted so many minutes: of each minute the worst copy's, or where
    what is low is bad the best one's, and of those minutes the mildest.

    With `silence` it is 0 where no copy speaks; else there is no row, nor before there
    are so many minutes.
    """
    mildest = "max" if asked.below else "min"
    return _query(
        app,
        _since(60 * (FRESH_MINUTES + minutes - 1)),
        # Minutes are counted by each copy's own lines, the last one first.
        f"order by {_COPY} asc, TimeGenerated desc",
        f"extend minute = row_number(1, {_COPY} != prev({_COPY}))",
        f"where minute <= {minutes}",
        f"summarize value = {asked.statistic}({_told(asked.field)}) by minute",
        f"summarize value = {mildest}(value), minutes = count()",
        _ZERO if silence else f"{_KNOWN} and minutes == {minutes}",
    )


def course(app: str, field: str, statistic: str) -> str:
    """A field minute by minute, for a graph."""
    value = f"{statistic}({_told(field)})"
    return _query(app, f"summarize {field} = {value} by bin(TimeGenerated, 1m)")


def _told(field: str | None) -> str:
    return f"todouble(told.{field})"


def _since(span_s: float) -> str:
    return f"where TimeGenerated > ago({ceil(span_s)}s)"


def _query(app: str, *steps: str) -> str:
    return "\n| ".join([*lines(app), *steps])
