"""What Log Analytics is asked about the lines that an app's server writes a minute."""

from components.alerts import Reading

_TABLE = "ContainerAppConsoleLogs_CL"
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


def reading(app: str, asked: Reading, requests: int) -> str:
    """The `value` that an alert's reading is of; no row where nothing was told."""
    field = f"todouble(told.{asked.field})"
    if asked.per is None:
        value = f"{asked.statistic}({field})"
        return _query(app, f"summarize value = {value}", "where isnotnull(value)")
    return _query(
        app,
        f"summarize some = sum({field}), every = sum(todouble(told.{asked.per}))",
        f"where every >= {requests}",
        "project value = some / every",
    )


def ready(app: str) -> str:
    """1 where a copy is ready by its last line, and 0 where none is or none speaks."""
    return _query(
        app,
        "summarize arg_max(TimeGenerated, told) by ContainerGroupName_s",
        f"where TimeGenerated > ago({FRESH_MINUTES}m)",
        "summarize value = max(todouble(told.ready))",
        "extend value = coalesce(value, 0.0)",
    )


def course(app: str, field: str, statistic: str) -> str:
    """A field minute by minute, for a graph."""
    value = f"{statistic}(todouble(told.{field}))"
    return _query(app, f"summarize {field} = {value} by bin(TimeGenerated, 1m)")


def _query(app: str, *steps: str) -> str:
    return "\n| ".join([*lines(app), *steps])
