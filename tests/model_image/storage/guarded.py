"""A registry that keeps nothing but checks who asks, as the real ones on the net do."""

import json
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "Basic " + b64encode(b"team:hush-hush").decode()


class Guarded(ThreadingHTTPServer):
    """
    Wants a token of the right scope for each request, or a password.

    A token is good for `lifetime` requests.
    """

    def __init__(self, *, basic: bool = False, lifetime: int = 100) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.basic, self.lifetime = basic, lifetime
        self.uses: dict[str, int] = {}
        self.received: list[bytes] = []
        self.accounts: list[str] = []
        """Every account that was ever shown, to any part of it."""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Guarded  # type: ignore[assignment]

    def do_GET(self) -> None:
        if self.path.startswith("/token"):
            self._grant()
        elif self._may("pull"):
            self._answer(404 if self.command == "HEAD" else 200)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        if self._may("pull,push"):
            self._answer(202, Location=f"/v2/wine/blobs/uploads/{len(self.path)}")

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self._may("pull,push"):
            self.server.received.append(content)
            self._answer(201)

    def _grant(self) -> None:
        self.server.accounts.append(self.headers.get("Authorization", ""))
        if self.server.accounts[-1] != ACCOUNT:
            return self._answer(401)
        scope = parse_qs(urlsplit(self.path).query)["scope"][0]
        token = f"{scope.rpartition(':')[2]}:{len(self.server.uses)}"
        self.server.uses[token] = 0
        return self._answer(200, json.dumps({"token": token}).encode())

    def _may(self, scope: str) -> bool:
        given = self.headers.get("Authorization", "")
        if self.server.basic:
            may, challenge = given == ACCOUNT, 'Basic realm="Some Realm"'
        else:
            token = given.removeprefix("Bearer ")
            uses = self.server.uses.get(token, self.server.lifetime)
            may = token.startswith(f"{scope}:") and uses < self.server.lifetime
            self.server.uses[token] = uses + 1
            realm = f"http://{self.server.host}/token"
            wanted = f"repository:wine:{scope}"
            challenge = f'Bearer realm="{realm}",service="test",scope="{wanted}"'
        if not may:
            self._answer(401, b"", **{"WWW-Authenticate": challenge})
        return may

    def _answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Tests read no log."""
