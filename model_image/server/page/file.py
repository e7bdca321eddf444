"""The files of the pages: read when asked for, and allowed to load only one another."""

from pathlib import Path

from ..message import Headers, Reply

FILES = Path(__file__).parent / "files"

_KINDS = {
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}
# What a model's author wrote is shown on these pages, so that nothing but their own
# files may run, load or be sent to.
_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    b"img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Headers = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
)


def served(name: str) -> Reply:
    """One of the files, with what a browser is to know of it."""
    path = FILES / name
    return Reply(200, path.read_bytes(), _KINDS[path.suffix], _HEADERS)
