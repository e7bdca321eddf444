"""A port of this machine that leads into a container, whatever network that is in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import cast

from .docker import docker_cli

_CHUNK = 1 << 16
# Docker's own channel into the container is the only way that exists everywhere:
# its networks are out of reach where it runs in a virtual machine.
_PIPE = """
import os, socket, sys, threading
there = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def out():
    while part := there.recv(65536):
        view = memoryview(part)
        while view:
            view = view[os.write(1, view):]
    os._exit(0)
threading.Thread(target=out, daemon=True).start()
while part := os.read(0, 65536):
    there.sendall(part)
there.shutdown(socket.SHUT_WR)
threading.Event().wait(5)
"""


@asynccontextmanager
async def forwarded(container: str, port: int) -> AsyncIterator[int]:
    """A port on loopback whose connections end at `port` in the container."""

    led: set[asyncio.Task[None]] = set()

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = cast(asyncio.Task[None], asyncio.current_task())
        led.add(task)
        task.add_done_callback(led.discard)
        command = (docker_cli(), "exec", "-i", container, "python", "-c", _PIPE)
        process = await asyncio.create_subprocess_exec(
            *command,
            str(port),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        into = cast(asyncio.StreamWriter, process.stdin)
        there = asyncio.create_task(_copied(reader, into))
        try:
            await _copied(cast(asyncio.StreamReader, process.stdout), writer)
        finally:
            there.cancel()
            writer.close()
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    server = await asyncio.start_server(lead, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in led:
            task.cancel()
        await asyncio.gather(*led, return_exceptions=True)


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while part := await reader.read(_CHUNK):
            writer.write(part)
            await writer.drain()
    writer.close()
