"""The process that the user's program runs in: what Pulumi calls a language host.

It is run by path and imports nothing of Slipway, so that a program always finds the
modules of its own clone.
"""

import asyncio
import json
import logging
import os
import runpy
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
from pulumi import runtime

_THREADS = 500


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
    task: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_the_engine, daemon=True).start()
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
