"""Keys come and go at the issuer, and the issuer may be away."""

import asyncio
import http.server
import json
import logging
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import jwt as pyjwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from model_image.server.access import AccessError, jwks
from model_image.server.access.jwks import Jwks

KEY = ec.generate_private_key(ec.SECP256R1())


def key_set(*kids: str, **members: Any) -> bytes:
    """What an issuer publishes who signs with keys of these names."""
    public = pyjwt.get_algorithm_by_name("ES256").to_jwk(KEY.public_key(), True)
    keys = [{**public, "kid": kid, **members} for kid in kids]
    return json.dumps({"keys": keys}).encode()


class Issuer(http.server.ThreadingHTTPServer):
    """Answers `content` over https, or where `elsewhere` is set, leads there."""

    content = key_set("a")
    elsewhere = ""
    asked = 0


class Answering(http.server.BaseHTTPRequestHandler):
    server: Issuer  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(302 if self.server.elsewhere else 200)
        self.send_header("location", self.server.elsewhere)
        self.send_header("content-length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate of this machine that it signs itself, with its key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, KEY.public_key(), 1)
        .not_valid_before(moment - timedelta(hours=1))
        .not_valid_after(moment + timedelta(hours=1))
        .add_extension(here, critical=False)
        .sign(KEY, hashes.SHA256())
    )
    private = KEY.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "issuer.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def issuer(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Issuer(("127.0.0.1", 0), Answering) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def url(issuer: Issuer) -> str:
    return f"https://127.0.0.1:{issuer.server_address[1]}/keys"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The issuer may be asked as often as there is a reason to."""
    monkeypatch.setattr(jwks, "PAUSE_SECONDS", -1)


async def found(keys: Jwks, kid: str | None) -> str | None:
    key = await keys.key(kid)
    return key.key_id if key else None


def test_keys_come_from_an_https_address(url: str):
    keys = Jwks(url)

    assert asyncio.run(found(keys, "a")) == "a"


@pytest.mark.usefixtures("impatient")
def test_an_unknown_key_makes_the_issuer_be_asked_again(issuer: Issuer, url: str):
    keys = Jwks(url)
    issuer.content = key_set("a", "b")

    assert asyncio.run(found(keys, "b")) == "b"
    assert keys.edition == 1


def test_unknown_keys_do_not_make_the_issuer_be_asked_all_the_time(
    issuer: Issuer, url: str
):
    keys = Jwks(url)

    assert [asyncio.run(found(keys, f"no-{n}")) for n in range(5)] == [None] * 5
    assert issuer.asked == 1


@pytest.mark.usefixtures("impatient")
def test_many_who_name_an_unknown_key_wait_for_one_answer(issuer: Issuer, url: str):
    keys = Jwks(url)
    issuer.content = key_set("b")

    async def many() -> list[str | None]:
        return await asyncio.gather(*(found(keys, "b") for _ in range(20)))

    assert asyncio.run(many()) == ["b"] * 20
    assert issuer.asked == 2


@pytest.mark.usefixtures("impatient")
def test_keys_stay_while_the_issuer_is_away(
    issuer: Issuer, url: str, caplog: pytest.LogCaptureFixture
):
    keys = Jwks(url)
    issuer.content = b"down for maintenance"

    with caplog.at_level(logging.WARNING, "model_image"):
        assert asyncio.run(found(keys, "b")) is None
        assert asyncio.run(found(keys, "a")) == "a"

    assert caplog.messages[0].startswith("the keys stay as they were: ")


def test_a_key_that_the_issuer_has_withdrawn_goes_in_time(
    issuer: Issuer, url: str, monkeypatch: pytest.MonkeyPatch
):
    keys = Jwks(url)
    issuer.content = key_set("b")
    monkeypatch.setattr(jwks, "FRESH_SECONDS", -1)

    async def twice() -> tuple[str | None, str | None]:
        first = await found(keys, "a")
        return first, await found(keys, "b") and await found(keys, "a")

    assert asyncio.run(twice()) == ("a", None)


def test_a_token_that_names_no_key_means_the_only_one(tmp_path: Path):
    path = tmp_path / "keys"
    path.write_bytes(key_set("a"))
    assert asyncio.run(found(Jwks(str(path)), None)) == "a"

    path.write_bytes(key_set("a", "b"))
    assert asyncio.run(found(Jwks(str(path)), None)) is None


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is not a JWKS"),
        (b"\xff", "is not a JWKS"),
        (b"[]", "is not a JWKS"),
        (b'{"keys": 7}', "is not a JWKS"),
        (b'{"keys": []}', "is not a JWKS"),
        (b'{"keys": [{"kty": "RSA"}]}', "is not a JWKS"),
        (b'{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}', "has no public key"),
        (key_set("a", use="enc"), "has no public key"),
    ],
)
def test_what_holds_no_public_key_that_signs_is_an_error(
    tmp_path: Path, content: bytes, fault: str
):
    path = tmp_path / "keys"
    path.write_bytes(content)

    with pytest.raises(AccessError, match=fault) as raised:
        Jwks(str(path))

    assert str(path) in str(raised.value)


@pytest.mark.parametrize(
    "source", ["/does/not/exist", "https://127.0.0.1:1/keys", "https://[/keys"]
)
def test_keys_that_cannot_be_had_at_the_start_are_an_error(source: str):
    with pytest.raises(AccessError) as raised:
        Jwks(source)

    assert str(raised.value).count(source) == 1


@pytest.mark.parametrize("source", ["http://127.0.0.1/keys", "file:///etc/passwd"])
def test_an_address_that_is_not_https_is_an_error(source: str):
    with pytest.raises(AccessError, match="neither a file nor an https address"):
        Jwks(source)


def test_an_issuer_whose_certificate_nobody_vouches_for_is_an_error(
    url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(AccessError, match="certificate"):
        Jwks(url)


def test_an_issuer_that_leads_to_plain_http_is_an_error(issuer: Issuer, url: str):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as plain:
        plain.content, plain.elsewhere, plain.asked = key_set("a"), "", 0  # pyright: ignore
        thread = threading.Thread(target=plain.serve_forever)
        thread.start()
        issuer.elsewhere = f"http://127.0.0.1:{plain.server_address[1]}/keys"

        with pytest.raises(AccessError, match="not https"):
            Jwks(url)

        plain.shutdown()
        thread.join()
