"""The process that the user's program runs in: what Pulumi calls a language host.

It is run by path and imports nothing of Slipway, so that a program always finds the
modules of its own clone.
"""

import asyncio
import gc
import importlib
import io
import json
import logging
import os
import runpy
import signal
import socket
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pulumi
from pulumi import runtime

_THREADS = 500
ATTEMPT = "the program tried in vain to "


def _die_with_the_engine() -> None:
    """Wait for the end of stdin, which comes when the engine ends, however it ends."""
    sys.stdin.read()
    os.killpg(os.getpgid(0), signal.SIGKILL)


async def _run(root: Path) -> int:
    # Every registration waits in a thread of its own until the engine has taken all
    # steps before it; a hook that needs a thread must not wait for one of those.
    executor = ThreadPoolExecutor(_THREADS)
    asyncio.get_running_loop().set_default_executor(executor)
    try:
        await runtime.run_in_stack(
            lambda: _execute(root / "__main__.py")  # type: ignore[arg-type]
        )
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except Exception:
        pulumi.log.error(traceback.format_exc())
    else:
        return 0
    return 1


def _execute(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


def _main() -> int:
    # What SDKs define stays until the end; looking for garbage in it takes a tenth.
    gc.disable()
    task: dict[str, Any] = json.loads(sys.stdin.readline())
    if "packages" in task:
        return _breed(task)
    threading.Thread(target=_die_with_the_engine, daemon=True).start()
    return _attend(task)


def _breed(first: dict[str, Any]) -> int:
    """
    Import packages once, then fork for each revision, which one line after another is
    a task of; no module of a revision is imported here, and one revision's programs
    have ended when those of the next begin.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _import(first["packages"])
    root, tasks = "", io.StringIO()
    for line in sys.stdin:
        if (asked := json.loads(line)["root"]) != root:
            tasks.close()
            reading, writing = os.pipe()
            if os.fork() == 0:
                os.close(writing)
                return _fork_each(asked, first["modules"], reading)
            os.close(reading)
            root, tasks = asked, os.fdopen(writing, "w", buffering=1)
        tasks.write(line)
    return 0


def _fork_each(root: str, modules: list[str], tasks: int) -> int:
    """
    Import what the programs of a revision share, then fork one for each task.

    A fork prints to the socket that its task names, which ends when it does.
    """
    os.chdir(root)
    sys.path.insert(0, root)
    _import(modules)
    for line in os.fdopen(tasks):
        if os.fork() == 0:
            task = json.loads(line)
            with socket.socket(socket.AF_UNIX) as printed:
                printed.connect(task["prints"])
                for stream in (1, 2):
                    os.dup2(printed.fileno(), stream)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.addaudithook(_tell_attempts)
            return _attend(task)
    return 0


def _import(modules: list[str]) -> None:
    for module in modules:
        # What is wrong with it is for the program to say, which imports it too.
        with suppress(BaseException):
            # SDKs put off importing a part until something of it is asked for.
            getattr(importlib.import_module(module), "__all__", None)


def _tell_attempts(event: str, words: tuple[Any, ...]) -> None:
    """Say what a contained program tries in vain; the walls are not made of this."""
    match event, words:
        case "socket.getaddrinfo", (str(host), *_):
            tried = f"look up {host}"
        case "socket.connect", (_, (str(host), int(port), *_)):
            tried = f"reach {host}:{port}"
        case "open", (str(path), _, int(flags)) if (
            flags & os.O_ACCMODE
            and not path.startswith("/dev/")
            and not os.access(os.path.dirname(path) or ".", os.W_OK)
        ):
            tried = f"write {path}"
        case _:
            return
    print(f"{ATTEMPT}{tried}", file=sys.stderr, flush=True)


def _attend(task: dict[str, Any]) -> int:
    """Run the program of one stack to its end."""
    runtime.set_all_config(task["config"], task["secret_keys"])
    runtime.configure(
        runtime.Settings(
            project=task["project"],
            stack=task["stack"],
            monitor=task["address"],
            engine=task["address"],
            dry_run=task["dry_run"],
            organization="organization",
            root_directory=task["root"],
        )
    )
    # A program that stops half-way leaves futures behind; that is no news.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    sys.path.insert(0, task["root"])
    sys.argv = ["__main__.py"]
    return asyncio.run(_run(Path(task["root"])))


if __name__ == "__main__":
    code = _main()
    sys.stdout.flush()
    os._exit(code)
