"""A JWT is believed where its issuer signed it for this model, and nowhere else."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from model_image.server import access
from model_image.server.access import Access, signed_tokens
from model_image.server.access.jwks import Jwks
from model_image.server.access.signed_tokens import SignedTokens
from model_image.server.refusal import Refusal

AUDIENCE, ISSUER = "wine", "https://issuer.example"
KEYS: dict[str, Any] = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def jwk(algorithm: str, key: Any, **members: Any) -> dict[str, Any]:
    """The public half of a key, as an issuer publishes it."""
    public = pyjwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), True)
    return {**public, "kid": algorithm, **members}


def claims(**changes: Any) -> dict[str, Any]:
    made = {"aud": AUDIENCE, "iss": ISSUER, "exp": time() + 60, "sub": "a"} | changes
    return {name: value for name, value in made.items() if value is not None}


def token(algorithm: str = "RS256", kid: str | None = "", **changes: Any) -> str:
    headers = {} if kid is None else {"kid": kid or algorithm}
    return pyjwt.encode(claims(**changes), KEYS[algorithm], algorithm, headers)


@pytest.fixture
def jwks(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [jwk(*each) for each in KEYS.items()]}))
    return path


@pytest.fixture
def asking(jwks: Path) -> Access:
    return access.jwt(str(jwks), AUDIENCE, ISSUER)


def answer(asking: Access, shown: str) -> Refusal | None:
    try:
        asyncio.run(asking.check({b"authorization": b"Bearer " + shown.encode()}))
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize("algorithm", list(KEYS))
def test_a_token_of_the_issuer_for_this_model_is_admitted(
    asking: Access, algorithm: str
):
    assert answer(asking, token(algorithm)) is None


def test_clocks_may_differ_by_half_a_minute(asking: Access):
    assert answer(asking, token(exp=time() - 20, nbf=time() - 90)) is None
    assert answer(asking, token(nbf=time() + 20)) is None


@pytest.mark.parametrize(
    ("made", "status", "why"),
    [
        (lambda: token(exp=time() - 40), 401, "has expired"),
        (lambda: token(nbf=time() + 40), 401, "not valid yet"),
        (lambda: token(aud="beer"), 403, "for another audience than 'wine'"),
        (lambda: token(iss="https://other"), 401, f"another issuer than '{ISSUER}'"),
        (lambda: token(exp=None), 401, "not one that its issuer signed"),
        (lambda: token(aud=None), 401, "not one that its issuer signed"),
        (lambda: token(kid="unknown"), 401, "names no key"),
        (lambda: token(kid=None), 401, "names no key"),
        (lambda: token(kid="ES256"), 401, "not one that its issuer signed"),
        (lambda: token()[:-8] + "AAAAAAAA", 401, "not one that its issuer signed"),
        (lambda: "no-jwt-at-all", 401, "not a JSON Web Token"),
        (lambda: "e30.e30.", 401, "names no key"),
        (lambda: encoded(b"[" * 30_000) + ".e30.AA", 401, "not a JSON Web Token"),
        (lambda: encoded(b'{"kid":7}') + ".e30.AA", 401, "not a JSON Web Token"),
    ],
)
def test_any_other_token_is_refused_with_the_reason_and_without_itself(
    asking: Access, made: Callable[[], str], status: int, why: str
):
    shown = made()

    refusal = answer(asking, shown)

    assert refusal is not None
    assert (refusal.status, why in refusal.error) == (status, True), refusal.error
    assert shown not in refusal.error
    assert refusal.headers[0][1].startswith(b"Bearer error=")


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def forged(header: dict[str, Any], key: bytes | None) -> str:
    """A token that says itself how it is signed."""
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims()))
    if key is None:
        return signed + "."
    return f"{signed}.{encoded(hmac.digest(key, signed.encode(), hashlib.sha256))}"


@pytest.mark.parametrize("kid", list(KEYS))
def test_a_token_that_claims_to_need_no_signature_is_refused(asking: Access, kid: str):
    assert answer(asking, forged({"alg": "none", "kid": kid}, None))


@pytest.mark.parametrize("kid", list(KEYS))
def test_a_public_key_cannot_be_used_as_a_shared_secret(
    asking: Access, jwks: Path, kid: str
):
    (published,) = (
        each for each in json.loads(jwks.read_bytes())["keys"] if each["kid"] == kid
    )
    secret = json.dumps(published).encode()

    assert answer(asking, forged({"alg": "HS256", "kid": kid}, secret))


def test_a_key_for_encryption_signs_nothing(jwks: Path):
    keys = [jwk("RS256", KEYS["RS256"], use="enc"), jwk("ES256", KEYS["ES256"])]
    jwks.write_text(json.dumps({"keys": keys}))
    asking = access.jwt(str(jwks), AUDIENCE, ISSUER)

    assert answer(asking, token("RS256"))
    assert answer(asking, token("ES256")) is None


def test_a_key_too_short_to_trust_is_not_trusted(
    jwks: Path, monkeypatch: pytest.MonkeyPatch
):
    key = rsa.generate_private_key(65537, 1024)
    jwks.write_text(json.dumps({"keys": [jwk("RS256", key)]}))
    asking = access.jwt(str(jwks), AUDIENCE, ISSUER)
    with pytest.warns(pyjwt.InsecureKeyLengthWarning):
        shown = pyjwt.encode(claims(), key, "RS256", {"kid": "RS256"})

    assert answer(asking, shown)


def test_a_known_token_is_not_checked_again_until_it_ends(
    asking: Access, monkeypatch: pytest.MonkeyPatch
):
    shown = token(exp=time() + 60)
    checks: list[str] = []
    decode = pyjwt.decode

    def counted(checked: str, *rest: Any, **named: Any) -> Any:
        checks.append(checked)
        return decode(checked, *rest, **named)

    monkeypatch.setattr(signed_tokens.jwt, "decode", counted)
    assert answer(asking, shown) is None
    assert answer(asking, shown) is None
    assert checks == [shown]

    moment = time() + 91
    monkeypatch.setattr(signed_tokens, "time", lambda: moment)
    assert answer(asking, shown) is None
    assert checks == [shown, shown]


def test_only_so_many_tokens_are_remembered(
    jwks: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signed_tokens, "REMEMBERED", 2)
    signed = SignedTokens(Jwks(str(jwks)), AUDIENCE, ISSUER)
    shown = [token("ES256", jti=str(number)) for number in range(5)]

    assert all(answer(Access(signed.admit), each) is None for each in shown)

    assert list(signed._good_until) == shown[-2:]
