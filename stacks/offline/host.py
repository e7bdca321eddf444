"""Runs a project's program against an engine, from its start to its end."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent import futures
from contextlib import suppress
from pathlib import Path

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from .errors import ProgramFailed
from .monitor import Engine, Log, Monitor
from .project import Project

_PROGRAM = Path(__file__).with_name("program.py")
_UNLIMITED = [("grpc.max_receive_message_length", -1)]
_GRACE_S = 5
_LAST_LINES = 20


class _Ended(Exception):
    """The program's process is gone."""


def run(
    project: Project, engine: Engine, log: Log, env: Mapping[str, str] | None = None
) -> None:
    """
    Let `engine` answer the program until both are done.

    Raises what the engine raises, or ProgramFailed. The program's processes are gone
    when this returns, whichever way it does.
    """
    monitor = Monitor(engine, log)
    # Every call waits in a thread of its own; the program has fewer of them.
    server = grpc.server(futures.ThreadPoolExecutor(600), options=_UNLIMITED)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(monitor, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    program = _start(project, f"127.0.0.1:{port}", engine.dry_run, env)
    output: list[str] = []
    watcher = threading.Thread(
        target=_watch, args=(program, monitor, output, log), daemon=True
    )
    watcher.start()
    try:
        _answer(monitor)
    except _Ended:
        if program.returncode or not monitor.finished:
            raise ProgramFailed(_reason(monitor, output)) from None
        for error in monitor.errors:
            log(error, "")
    finally:
        _stop(program)
        monitor.closed = True
        watcher.join(_GRACE_S)
        for pipe in (program.stdin, program.stdout):
            if pipe:
                pipe.close()
        server.stop(grace=None).wait()


def _start(
    project: Project, address: str, dry_run: bool, env: Mapping[str, str] | None
) -> subprocess.Popen[str]:
    # A session of its own: Ctrl-C is the engine's to handle, not the program's.
    program = subprocess.Popen(
        [sys.executable, "-P", "-u", str(_PROGRAM)],
        cwd=project.root,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    task = {
        "project": project.name,
        "stack": project.stack,
        "root": str(project.root),
        "config": dict(project.config),
        "secret_keys": sorted(project.secret_keys),
        "address": address,
        "dry_run": dry_run,
    }
    assert program.stdin
    with suppress(BrokenPipeError):
        program.stdin.write(json.dumps(task) + "\n")
        program.stdin.flush()
    return program


def _watch(
    program: subprocess.Popen[str], monitor: Monitor, output: list[str], log: Log
) -> None:
    assert program.stdout
    for line in program.stdout:
        output.append(line.rstrip())
        log(line.rstrip(), "")
    program.wait()

    def end() -> None:
        raise _Ended

    monitor.inbox.put((end, queue.SimpleQueue()))


def _answer(monitor: Monitor) -> None:
    while True:
        work, reply = monitor.inbox.get()
        # After an error there is no answer: the program is stopped where it waits.
        reply.put(work())


def _stop(program: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGTERM)
    try:
        program.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def _reason(monitor: Monitor, output: list[str]) -> str:
    told = monitor.errors or output[-_LAST_LINES:]
    return "\n".join(told) or "the program ended before it was done"
