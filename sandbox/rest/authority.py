"""The local certificate authority: one certificate for each of Oracle's hosts that is asked for.

Its own certificate is valid for Oracle's domains only (name constraints) and is installed nowhere: a client
trusts it because `sandbox run` says so in that client's environment. Its key stays in the sandbox's folder.
"""

from __future__ import annotations

import os
import ssl
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sandbox import private
from sandbox.rest import oracle_hosts

_AUTHORITY_DAYS = 730
_HOST_DAYS = 30
_RENEWED_DAYS = 60
"""An authority that ends sooner is made anew when the server starts."""


class Authority:
    """Issues certificates for hosts; keeps `ca.pem` and `ca.key` in a folder, 0600."""

    def __init__(self, folder: Path) -> None:
        self.certificate_file = folder / "ca.pem"
        self._key_file = folder / "ca.key"
        private.make_folder(folder)
        self._certificate, self._key = self._kept() or self._made()
        self._host_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[str, tuple[datetime, ssl.SSLContext]] = {}
        self._lock = threading.Lock()

    def _kept(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None:
        try:
            certificate = x509.load_pem_x509_certificate(self.certificate_file.read_bytes())
            key = serialization.load_pem_private_key(self._key_file.read_bytes(), None)
        except (OSError, ValueError):
            return None
        left = certificate.not_valid_after_utc - datetime.now(UTC)
        fits = isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key()
        if (
            not fits
            or left < timedelta(days=_RENEWED_DAYS)
            or _constraints(certificate) != _own_constraints()
        ):
            return None
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101 for the type checker
        return certificate, key

    def _made(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OCI sandbox on this machine")])
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=False,
            encipher_only=False,
            decipher_only=False,
        )
        certificate = (
            _builder(name, name, key.public_key(), key.public_key(), _AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(_own_constraints(), critical=True)
            .sign(key, hashes.SHA256())
        )
        private.write(self._key_file, _pem(key).decode())
        private.write(self.certificate_file, certificate.public_bytes(serialization.Encoding.PEM).decode())
        return certificate, key

    def server_context(self) -> ssl.SSLContext:
        """For a TLS server: answers each client with a certificate for the name it asks for (SNI).

        A client that names no host, or one that is not Oracle's, is refused.
        """
        context = _context()
        context.sni_callback = self._choose
        return context

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        host = oracle_hosts.read(name or "")
        if host is None:
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self._context_for(host.name)
        return None

    def _context_for(self, host: str) -> ssl.SSLContext:
        now = datetime.now(UTC)
        with self._lock:
            until, context = self._contexts.get(host, (now, None))
            if context is None or until <= now:
                context = _context()
                self._load(context, host)
                self._contexts[host] = (now + timedelta(days=_HOST_DAYS // 2), context)
        return context

    def _load(self, context: ssl.SSLContext, host: str) -> None:
        """Python's `ssl` takes certificates from files only."""
        chain = self.issue(host).public_bytes(serialization.Encoding.PEM)
        descriptor, path = tempfile.mkstemp(dir=self.certificate_file.parent, prefix=".host-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_pem(self._host_key) + chain)
            context.load_cert_chain(path)
        finally:
            os.unlink(path)

    def issue(self, host: str) -> x509.Certificate:
        """A certificate for one host, valid for some weeks."""
        # A name longer than 64 characters is no common name; the alternative name is what counts anyway.
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OCI sandbox")])
        server = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        return (
            _builder(
                subject,
                self._certificate.subject,
                self._host_key.public_key(),
                self._key.public_key(),
                _HOST_DAYS,
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(server, critical=False)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    days: int,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _own_constraints() -> x509.NameConstraints:
    return x509.NameConstraints([x509.DNSName(domain) for domain in oracle_hosts.DOMAINS], None)


def _constraints(certificate: x509.Certificate) -> x509.NameConstraints | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return None


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
