"""Zip files to test with, some of which no tool would write."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

TORCHSCRIPT = {
    "model/data.pkl": pickle.dumps({}, protocol=2),
    "model/constants.pkl": pickle.dumps((), protocol=2),
    "model/code/__torch__.py": b"class M(Module):\n  def forward(self, x): return x\n",
    "model/version": b"3\n",
}


def zipped(path: Path, members: dict[str, bytes], **changed: Any) -> Path:
    """A zip file of these members; `changed` are attributes of each one's entry."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in changed.items():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return path


def encrypted(path: Path, members: dict[str, bytes]) -> Path:
    """The same, with every entry marked as encrypted."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    raw = bytearray(stream.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := raw.find(signature, at + 1)) >= 0:
            raw[at + offset] |= 1
    path.write_bytes(raw)
    return path
