"""Processors and memory, as the platforms write them."""

import re

_MIB = 2**20
_PROCESSORS = {"": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9}
_BYTES = {
    "": 1,
    **{f"{unit}i": 1024**power for power, unit in enumerate("KMGT", 1)},
    **{unit: 1000**power for power, unit in enumerate("kMGT", 1)},
}
_QUANTITY = re.compile(r"([0-9.]+)([a-zA-Z]*)")


def processors(quantity: str | float | None) -> float | None:
    """Of `500m` or `0.5`; None of nothing, and of what is no such quantity."""
    return _read(quantity, _PROCESSORS)


def mebibytes(quantity: str | None) -> float | None:
    """Of `512Mi` or `1Gi`; None of nothing, and of what is no such quantity."""
    found = _read(quantity, _BYTES)
    return found / _MIB if found is not None else None


def _read(quantity: str | float | None, units: dict[str, float]) -> float | None:
    match = _QUANTITY.fullmatch(str(quantity))
    if match is None or match[2] not in units:
        return None
    return float(match[1]) * units[match[2]]
