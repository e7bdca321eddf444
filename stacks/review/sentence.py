"""What a program said at its end, as one sentence."""

import re


def sentence(told: str, root: str) -> str:
    """Of a traceback, the error and the last line of the clone that it came through."""
    told = told.removeprefix("error: ").replace(f"{root}/", "")
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    if "Traceback (most recent call last):" not in told:
        return " ".join(lines)
    places = [re.match(r'File "(.+?)", line (\d+)', line) for line in lines]
    own = [one for one in places if one and not one[1].startswith(("/", "<"))]
    where = f"{own[-1][1]}, line {own[-1][2]}: " if own else ""
    return f"{where}{lines[-1]}"
