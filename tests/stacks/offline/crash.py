"""Runs a command of the offline engine and, as `kill -9` would, ends at one moment.

`python crash.py up|destroy ROOT STACK N` ends itself at the N-th moment that can
matter: before and after each write of the state, each change in Docker, each hook and
each command. It exits with 0 when the run was over before.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from stacks.offline import hooks
from stacks.offline import run as offline
from stacks.offline.progress import Step


class Silent:
    def started(self, step: Step) -> None: ...
    def finished(self, step: Step) -> None: ...
    def failed(self, step: Step, error: str) -> None: ...
    def log(self, message: str, urn: str) -> None: ...


def main(command: str, root: str, stack: str, moment: str) -> None:
    left = int(moment)

    def pass_moment() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(work: Callable[..., Any], counts: Callable[..., bool]) -> Any:
        def watched(*args: Any, **options: Any) -> Any:
            if counts(*args):
                pass_moment()
            result = work(*args, **options)
            if counts(*args):
                pass_moment()
            return result

        return watched

    def changes(_: requests.Session, request: Any, *rest: object) -> bool:
        return request.method != "GET"

    os.replace = around(os.replace, lambda *_: True)
    requests.Session.send = around(requests.Session.send, changes)
    hooks._call = around(hooks._call, lambda *_: True)
    subprocess.Popen.wait = around(subprocess.Popen.wait, lambda *_: False)
    if command == "up":
        offline.up(Path(root), stack, Silent())
    else:
        offline.destroy(Path(root), stack, Silent(), remove_data=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
