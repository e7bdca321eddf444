"""Who is who in the cluster: its authorities, and what they vouch for."""

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFE = datetime.timedelta(days=30)
_VOUCHES = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
_EITHER_SIDE = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)


@dataclass(frozen=True)
class Identity:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as files hold it."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key as files hold it, in the form that Kubernetes signs tokens with."""
        return self.key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )

    @property
    def public_key_pem(self) -> bytes:
        """The public half of the key."""
        return self.key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    def write(self, folder: Path, name: str) -> None:
        """Lay both beside each other: `name.crt`, `name.key`."""
        (folder / f"{name}.crt").write_bytes(self.certificate_pem)
        (folder / f"{name}.key").write_bytes(self.key_pem)


@dataclass(frozen=True)
class Authority(Identity):
    """An identity that vouches for others."""

    @classmethod
    def create(cls, name: str) -> Self:
        """An authority of its own, which nobody else vouches for."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        return cls(
            _unsigned(subject, key, subject, key)
            .add_extension(x509.BasicConstraints(True, None), critical=True)
            .add_extension(_VOUCHES, critical=True)
            .sign(key, hashes.SHA256()),
            key,
        )

    def issue(
        self, name: str, *, groups: Sequence[str] = (), at: Sequence[str] = ()
    ) -> Identity:
        """An identity of `name` in `groups`, who may serve under the addresses `at`."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject
        unsigned = _unsigned(_name(name, groups), key, issuer, self.key).add_extension(
            x509.ExtendedKeyUsage(_EITHER_SIDE), critical=False
        )
        if at:
            names = x509.SubjectAlternativeName([_alternative(each) for each in at])
            unsigned = unsigned.add_extension(names, critical=False)
        return Identity(unsigned.sign(self.key, hashes.SHA256()), key)


def _unsigned(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    """What any certificate has; strict readers ask for both identifiers."""
    now = datetime.datetime.now(datetime.UTC)
    mine = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    public = issuer_key.public_key()
    issuers = x509.AuthorityKeyIdentifier.from_issuer_public_key(public)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + _LIFE)
        .add_extension(mine, critical=False)
        .add_extension(issuers, critical=False)
    )


def _name(name: str, groups: Sequence[str] = ()) -> x509.Name:
    """As Kubernetes reads it: an organization is a group."""
    named = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    grouped = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, each) for each in groups]
    return x509.Name([*grouped, *named])


def _alternative(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)
