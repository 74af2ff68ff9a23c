"""Certificates for the hosts that are asked for, and for no others."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from sandbox.rest.authority import Authority

HOST = "objectstorage.us-ashburn-1.oraclecloud.com"


def shake_hands(server: ssl.SSLContext, trusted: Path, name: str | None, checked: bool = True) -> None:
    """A TLS handshake in memory. Raises `ssl.SSLError` where one side does not like the other."""
    client = ssl.create_default_context(cafile=str(trusted))
    client.check_hostname = checked
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(here, there, server_hostname=name)
    theirs = server.wrap_bio(there, here, server_side=True)
    for _ in range(6):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize(
    "host", [HOST, "a.b.c.d.us-ashburn-1.oci.customer-oci.com", f"{'x' * 60}.oraclecloud.eu"]
)
def test_a_client_that_trusts_it_believes_the_host(tmp_path: Path, host: str) -> None:
    """Four labels deep, and longer than a common name may be."""
    authority = Authority(tmp_path)

    shake_hands(authority.server_context(), authority.certificate_file, host)


@pytest.mark.parametrize("host", ["example.com", None])
def test_no_certificate_for_other_hosts(tmp_path: Path, host: str | None) -> None:
    """Nor for a client that names none."""
    authority = Authority(tmp_path)
    with pytest.raises(ssl.SSLError):
        shake_hands(authority.server_context(), authority.certificate_file, host, checked=False)


def test_a_certificate_for_another_host_would_not_be_believed(tmp_path: Path) -> None:
    """The authority itself is valid for Oracle's domains only."""
    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority._load(context, "example.com")
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(context, authority.certificate_file, "example.com")


def test_it_stays_the_same(tmp_path: Path) -> None:
    """So that commands under way go on; one that cannot be read is made anew."""
    first = Authority(tmp_path).certificate_file.read_bytes()
    again = Authority(tmp_path).certificate_file.read_bytes()
    (tmp_path / "ca.key").write_text("damaged")
    other = Authority(tmp_path).certificate_file.read_bytes()

    assert first == again
    assert first != other


def test_old_clients_are_refused(tmp_path: Path) -> None:
    """TLS 1.2 is the least, as on OCI."""
    assert Authority(tmp_path).server_context().minimum_version is ssl.TLSVersion.TLSv1_2


def test_its_certificate_says_what_it_is_for(tmp_path: Path) -> None:
    """To sign certificates of hosts, and no authority below it."""
    certificate = x509.load_pem_x509_certificate(Authority(tmp_path).certificate_file.read_bytes())
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    names = certificate.extensions.get_extension_for_class(x509.NameConstraints)

    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert names.critical
    assert x509.DNSName("oraclecloud.com") in (names.value.permitted_subtrees or [])
