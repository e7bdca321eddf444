"""A file that is put into a container before it starts."""

import base64
import io
import tarfile
import time
from pathlib import Path
from typing import Any

from .shapes import only


def archive(root: Path, upload: dict[str, Any]) -> bytes:
    """The archive that Docker unpacks at `/`; a `source` is relative to `root`."""
    only([upload], "file", "content", "contentBase64", "source", "permissions")
    if "source" in upload:
        content = (root / upload["source"]).read_bytes()
    elif "contentBase64" in upload:
        content = base64.b64decode(upload["contentBase64"])
    else:
        content = upload["content"].encode()
    entry = tarfile.TarInfo(upload["file"].lstrip("/"))
    entry.size = len(content)
    entry.mtime = int(time.time())
    entry.mode = int(upload.get("permissions", "0644"), 8)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
