"""A registry that keeps what is pushed, so that a test can look at the very bytes."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Registry:
    """What was pushed: blobs by digest, manifests by repository and tag."""

    address: str = ""
    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[str, bytes] = field(default_factory=dict)

    def digest(self, reference: str) -> str:
        """The digest of the manifest that was pushed as `repository:tag`."""
        return f"sha256:{hashlib.sha256(self.manifests[reference]).hexdigest()}"


@contextmanager
def registry() -> Iterator[Registry]:
    """A registry on loopback, which Docker talks to without TLS."""
    kept = Registry()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *_: object) -> None: ...

        def _answer(self, status: int, **headers: str) -> None:
            self.send_response(status)
            for name, value in {"Content_Length": "0", **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def do_GET(self) -> None:
            self._answer(200)

        def do_HEAD(self) -> None:
            blob = kept.blobs.get(self.path.rpartition("/")[2])
            size = str(len(blob or b""))
            self._answer(404 if blob is None else 200, Content_Length=size)

        def do_POST(self) -> None:
            self._answer(202, Location=f"{self.path}0", Docker_Upload_UUID="0")

        def do_PATCH(self) -> None:
            content = self._body()
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            kept.blobs[digest] = content
            self._answer(202, Location=self.path, Range=f"0-{len(content) - 1}")

        def do_PUT(self) -> None:
            content = self._body()
            if "/manifests/" not in self.path:
                self._answer(201)
                return
            repository, _, tag = self.path.removeprefix("/v2/").partition("/manifests/")
            kept.manifests[f"{repository}:{tag}"] = content
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            self._answer(201, Docker_Content_Digest=digest)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
