"""Serves the model in a folder: `python -m model_image.server`."""

import os
import signal
import sys
from types import FrameType


def main() -> int:
    """The exit code: 0 told to stop, 1 the model or a port is bad, 2 the settings."""
    from .secret_files import FOLDER, unload

    try:
        unload(os.environ)
    except OSError as error:
        print(f"error: {FOLDER} takes no secrets: {error.strerror}", file=sys.stderr)
        return 2
    if sys.argv[1:2] == ["batch"]:
        from .batch.command import main as batch

        return batch(sys.argv[2:])
    # As process 1 a signal without a handler is lost, and the imports take a while.
    signal.signal(signal.SIGTERM, _leave)
    import asyncio
    import logging
    import socket

    import uvloop

    from .log import LibraryLogs, Log
    from .manifest import ManifestError, read_manifest
    from .service import serve
    from .settings import SettingsError, read_settings

    instance = socket.gethostname()
    log = Log(instance=instance)
    try:
        settings = read_settings(os.environ)
        manifest = read_manifest(settings.model)
    except SettingsError as error:
        for mistake in error.mistakes:
            log.error("wrong settings", error=mistake)
        return 2
    except ManifestError as error:
        log.error("failed to load", error=str(error))
        return 1
    log = Log(
        settings.log_level,
        model=manifest.name,
        version=manifest.version,
        instance=instance,
    )
    logging.getLogger().addHandler(LibraryLogs(log))
    log.info("starting", identity=manifest.identity)
    # Not closed, for closing waits for a load that was cut short.
    runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    return runner.run(serve(settings, manifest, log, instance))


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)
