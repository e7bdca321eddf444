"""
An image of a gigabyte from one registry to another: Slipway beside skopeo.

`python -m tests.benchmarks.copying [--write]`: seconds and memory, in turns. As root on
Debian, which has skopeo; about three minutes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from model_image.storage.artifact import MEDIA_TYPE, NOTHING, Descriptor
from model_image.storage.reference import OciReference
from model_image.storage.repository import Repository
from stacks.machine.base_image import require_base
from stacks.machine.docker import MachineError, require_docker
from stacks.machine.packages import PackagesError, install_packages
from stacks.releases.registry.copy import copy
from stacks.settings.build import BuildSettings

from .figures import Spread
from .images.registry import Registry, registry
from .markdown import DocumentError, table, write
from .running import BenchmarkError
from .servers import ROOT
from .speed_section import measured_on

DOCUMENT = ROOT / "docs" / "promotion.md"
_ROUNDS = 5
_LAYERS = (600_000_000, 250_000_000, 100_000_000, 50_000_000)


@dataclass(frozen=True)
class Copying:
    """One copy, as a whole process."""

    seconds: float
    memory_mb: float


def main() -> int:
    """Measure, print, and with `--write` put it into the document."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.copying")
    parser.add_argument("--write", action="store_true", help="write the document too")
    parser.add_argument("--copy", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.copy:
        return _copied(*asked.copy)
    try:
        require_docker(_say)
        require_base(_say)
        install_packages("skopeo")
        base = BuildSettings().base
        with (
            registry(base, "slipway-copy-a") as a,
            registry(base, "slipway-copy-b") as b,
        ):
            text = _section(*_rounds(a, b))
        print(text)
        if asked.write:
            write(DOCUMENT, "copying", text)
    except (BenchmarkError, DocumentError, MachineError, PackagesError) as error:
        print(f"copying: {error}", file=sys.stderr)
        return 3
    return 0


def _rounds(a: Registry, b: Registry) -> tuple[list[Copying], list[Copying]]:
    source, target = _host(a), _host(b)
    digest = _pushed(source)
    ours: list[Copying] = []
    theirs: list[Copying] = []
    for number in range(_ROUNDS):
        mine, other = f"ours-{number}", f"theirs-{number}"
        command = [sys.executable, "-m", "tests.benchmarks.copying", "--copy"]
        ours.append(_run([*command, source, f"{target}/{mine}", digest]))
        flags = ["--all", "--preserve-digests", "--src-tls-verify=false"]
        skopeo = ["skopeo", "copy", "--quiet", *flags, "--dest-tls-verify=false"]
        whence = f"docker://{source}/big@{digest}"
        _forget()
        theirs.append(_run([*skopeo, whence, f"docker://{target}/{other}:big"]))
        for name in (mine, other):
            if Repository(OciReference(target, name)).stored(digest) is None:
                raise BenchmarkError(f"{name} did not arrive")
    return ours, theirs


def _forget() -> None:
    """
    Empty skopeo's memory of where blobs are.

    From the second round on it would mount them from the round before; a new release
    is in no repository of the target.
    """
    for file in Path("/var/lib/containers/cache").glob("blob-info-cache-v1.*"):
        file.unlink()


def _host(one: Registry) -> str:
    """Straight to the registry: no proxy counts here."""
    return one.address.removeprefix("http://")


def _pushed(host: str) -> str:
    where = Repository(OciReference(host, "big"))
    layers: list[dict[str, object]] = []
    for size in _LAYERS:
        with tempfile.NamedTemporaryFile() as file:
            for _ in range(size // 1_000_000):
                file.write(os.urandom(1_000_000))
            file.flush()
            blob = _described(Path(file.name), size)
            where.push_blob(blob, Path(file.name), _say)
        layers.append(_json(blob))
    empty = Descriptor.of(NOTHING, "application/vnd.oci.image.config.v1+json")
    where.push_blob(empty, NOTHING, _say)
    content = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MEDIA_TYPE,
            "config": _json(empty),
            "layers": layers,
        }
    ).encode()
    digest = Descriptor.of(content, MEDIA_TYPE).digest
    where.push_manifest(content, digest)
    return digest


def _described(file: Path, size: int) -> Descriptor:
    command = ["sha256sum", str(file)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    kind = "application/vnd.oci.image.layer.v1.tar"
    return Descriptor(kind, f"sha256:{done.stdout.split()[0]}", size)


def _json(blob: Descriptor) -> dict[str, object]:
    return {"mediaType": blob.media_type, "digest": blob.digest, "size": blob.size}


def _run(command: Sequence[str]) -> Copying:
    """As a process of its own, whose peak memory the kernel tells."""
    begun = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchmarkError(f"{command[0]} ended with {process.returncode}")
    return Copying(time.monotonic() - begun, used.ru_maxrss / 1000)


def _copied(source: str, target: str, digest: str) -> int:
    host, _, name = target.partition("/")
    copy(
        Repository(OciReference(source, "big")),
        Repository(OciReference(host, name)),
        digest,
        _say,
    )
    return 0


def _section(ours: Sequence[Copying], theirs: Sequence[Copying]) -> str:
    seconds = [_spread(one.seconds for one in each) for each in (ours, theirs)]
    memory = [_spread(one.memory_mb for one in each) for each in (ours, theirs)]
    rows = [
        [name, _told(took, 1), _told(held, 0)]
        for name, took, held in zip(("Slipway", "skopeo"), seconds, memory, strict=True)
    ]
    ratio = seconds[0].median / seconds[1].median
    heads = ("whole process, 1 GB in 4 layers", "s", "MB at most")
    return (
        f"{measured_on()}; {_ROUNDS} rounds in turns, start included; skopeo "
        "does not remember where blobs are from the round before.\n\n"
        f"{table(heads, rows)}\n\n"
        f"Slipway takes {ratio:.2f} of skopeo's time (aim: at most 1.20), with "
        f"{memory[0].high:.0f} MB at most (aim: under 100)."
    )


def _spread(values: Iterable[float]) -> Spread:
    return Spread(tuple(values))


def _told(spread: Spread, digits: int) -> str:
    low, high = f"{spread.low:.{digits}f}", f"{spread.high:.{digits}f}"
    return f"{spread.median:.{digits}f} ({low} to {high})"


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
