"""Runs a project's program against an engine, from its start to its end."""

import queue
import threading
from concurrent import futures

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from .errors import ProgramFailed
from .monitor import Engine, Log, Monitor
from .process import Program, Programs
from .project import Project

_UNLIMITED = [("grpc.max_receive_message_length", -1)]
_GRACE_S = 5
_LAST_LINES = 20


class _Ended(Exception):
    """The program's process is gone."""


def run(project: Project, engine: Engine, log: Log, programs: Programs) -> None:
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
    address = programs.listen(project)
    port = server.add_insecure_port(address)
    if address.endswith(":0"):
        address = f"{address.removesuffix('0')}{port}"
    server.start()
    program = programs.start(project, _task(project, address, engine.dry_run))
    output: list[str] = []
    watcher = threading.Thread(
        target=_watch, args=(program, monitor, output, log), daemon=True
    )
    watcher.start()
    try:
        _answer(monitor)
    except _Ended:
        failed = program.failed()
        if failed is not None or not monitor.finished:
            raise ProgramFailed(failed or _reason(monitor, output)) from None
        for error in monitor.errors:
            log(error, "")
    finally:
        program.stop()
        monitor.closed = True
        watcher.join(_GRACE_S)
        server.stop(grace=None).wait()


def _task(project: Project, address: str, dry_run: bool) -> dict[str, object]:
    return {
        "project": project.name,
        "stack": project.stack,
        "root": str(project.root),
        "config": dict(project.config),
        "secret_keys": sorted(project.secret_keys),
        "address": address,
        "dry_run": dry_run,
    }


def _watch(program: Program, monitor: Monitor, output: list[str], log: Log) -> None:
    for line in program.lines():
        output.append(line.rstrip())
        log(line.rstrip(), "")

    def end() -> None:
        raise _Ended

    monitor.inbox.put((end, queue.SimpleQueue()))


def _answer(monitor: Monitor) -> None:
    while True:
        work, reply = monitor.inbox.get()
        # After an error there is no answer: the program is stopped where it waits.
        reply.put(work())


def _reason(monitor: Monitor, output: list[str]) -> str:
    told = monitor.errors or output[-_LAST_LINES:]
    return "\n".join(told) or "the program ended before it was done"
