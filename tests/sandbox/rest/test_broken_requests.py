"""What no client of OCI's sends: replays, foreign keys, forged tokens, smuggled, oversized and slow requests.

Nothing of it is carried out, each is answered or hung up on, and the server goes on as before.
"""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable, Iterator

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from sandbox.rest.credentials import Credential, Credentials
from sandbox.rest.request_log import RequestLog
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.wire import IDENTITY, STORAGE, Signer, answers, connected, request

TARGET = "/20160918/regions"
BUCKETS = "/n/sandboxns/b"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(autouse=True)
def healthy(door: Door) -> Iterator[None]:
    """After each of these the server answers, and has not stumbled."""
    before = _stumbles(door)
    yield
    signer = Signer.of(door, "administrator")
    log = door.place.log

    assert answers(door, request("GET", TARGET, signer.headers("GET", TARGET, IDENTITY))) == [200]
    assert not log.exists() or "Traceback" not in log.read_text()
    assert _stumbles(door) == before


def _stumbles(door: Door) -> list[str]:
    return [one.request_id for one in RequestLog(door.place.sandbox_dir).entries() if one.status == 500]


@pytest.fixture
def signer(door: Door) -> Signer:
    """The administrator's."""
    return Signer.of(door, "administrator")


def _create(door: Door, signer: Signer, name: str, host: str = STORAGE) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request for a new bucket, which shows whether it was carried out."""
    body = json.dumps({"name": name, "compartmentId": door.tenancy}).encode()
    return signer.headers("POST", BUCKETS, host, body), body


def _exists(door: Door, name: str) -> bool:
    return any(one.outputs["name"] == name for one in door.store.list(BUCKET))


class TestSignatures:
    def test_a_replay_is_answered_and_creates_nothing_twice(self, door: Door, signer: Signer) -> None:
        """OCI takes one within five minutes; what there is already stays one."""
        headers, body = _create(door, signer, "replayed")
        first = request("POST", BUCKETS, headers, body, is_last=False)
        again = request("POST", BUCKETS, headers, body)

        assert answers(door, first + again, STORAGE) == [200, 409]

    def test_a_body_that_was_changed(self, door: Door, signer: Signer) -> None:
        """Of the same length, with the hash that was signed."""
        headers, body = _create(door, signer, "tampered-a")
        sent = request("POST", BUCKETS, headers, body.replace(b"tampered-a", b"tampered-b"))

        assert answers(door, sent, STORAGE) == [401]
        assert not _exists(door, "tampered-a")
        assert not _exists(door, "tampered-b")

    def test_a_body_changed_with_its_hash(self, door: Door, signer: Signer) -> None:
        """The hash is signed."""
        headers, _ = _create(door, signer, "hashed-a")
        others, body = _create(door, signer, "hashed-b")
        headers["x-content-sha256"] = others["x-content-sha256"]

        assert answers(door, request("POST", BUCKETS, headers, body), STORAGE) == [401]
        assert not _exists(door, "hashed-b")

    @pytest.mark.parametrize(
        ("method", "target"),
        [
            ("GET", "/20160918/users"),
            ("DELETE", TARGET),
            ("GET", f"{TARGET}?x=1"),
            ("GET", "//20160918/regions"),
        ],
    )
    def test_a_signature_for_another_request(
        self, door: Door, signer: Signer, method: str, target: str
    ) -> None:
        """Method, path and query are signed."""
        headers = signer.headers("GET", TARGET, IDENTITY)

        assert answers(door, request(method, target, headers)) == [401]

    def test_a_host_that_was_not_signed(self, door: Door, signer: Signer) -> None:
        """A request for one service or region is none for another."""
        headers = signer.headers("GET", "/n", STORAGE)
        elsewhere = {**headers, "host": STORAGE.replace("us-ashburn-1", "us-phoenix-1")}

        assert answers(door, request("GET", "/n", headers), STORAGE) == [200]
        assert answers(door, request("GET", "/n", elsewhere), STORAGE) == [401]

    @pytest.mark.parametrize("host", ["example.com", "", "localhost", "127.0.0.1", "oraclecloud.com"])
    def test_a_host_that_is_not_oracles(self, door: Door, signer: Signer, host: str) -> None:
        """Inside a tunnel to one that is."""
        assert answers(door, request("GET", TARGET, signer.headers("GET", TARGET, host))) == [501]

    def test_a_key_id_with_another_key(self, door: Door, signer: Signer) -> None:
        """To know somebody's fingerprint is not to have the key."""
        forged = Signer(signer.key_id, OTHER_KEY)

        assert answers(door, request("GET", TARGET, forged.headers("GET", TARGET, IDENTITY))) == [401]

    @pytest.mark.parametrize(
        "key_id",
        ["", "a/b/c", "ST$", "ST$a.b.c", "ST$" + "a" * 5000, "../../etc/passwd", "%00", "' OR 1=1 --"],
    )
    def test_a_key_id_that_is_none(self, door: Door, key_id: str) -> None:
        """Whatever it is made of."""
        forged = Signer(key_id, OTHER_KEY)

        assert answers(door, request("GET", TARGET, forged.headers("GET", TARGET, IDENTITY))) == [401]


def _claims(door: Door, **changed: object) -> dict[str, object]:
    now = int(time.time())
    return {
        "iss": "authService.oracle.com",
        "iat": now,
        "exp": now + 600,
        "ptype": "user",
        "sub": Signer.of(door, "administrator").key_id.split("/")[1],
        "tenant": door.tenancy,
        "jwk": json.dumps(RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)),
        **changed,
    }


def _unsigned(door: Door) -> str:
    return jwt.encode(_claims(door), "", algorithm="none")


def _foreign(door: Door) -> str:
    return jwt.encode(_claims(door), OTHER_KEY, algorithm="RS256")


def _by_public_key(door: Door) -> str:
    """HS256 with what everybody may know."""
    return jwt.encode(_claims(door), "known to everybody, long enough for a key of HS256", algorithm="HS256")


def _swapped(door: Door) -> str:
    """A good token with other claims in the middle."""
    good = Credentials(door.place.folder, door.store).session_token(
        Credential(tenancy_id=door.tenancy, resource_id="ocid1.fnfunc.oc1.iad.x", resource_type="fnfunc"),
        KEY.public_key(),
    )
    head, _, signature = good.split(".")
    middle = base64.urlsafe_b64encode(json.dumps(_claims(door)).encode()).decode().rstrip("=")
    return f"{head}.{middle}.{signature}"


class TestTokens:
    @pytest.mark.parametrize("forge", [_unsigned, _foreign, _by_public_key, _swapped])
    def test_a_forged_token(self, door: Door, forge: Callable[[Door], str]) -> None:
        """Only the sandbox's own issuer counts, and only as it signs."""
        signer = Signer(f"ST${forge(door)}", KEY)

        assert answers(door, request("GET", TARGET, signer.headers("GET", TARGET, IDENTITY))) == [401]

    def test_a_token_with_another_key(self, door: Door) -> None:
        """Who reads a token cannot use it: the session's private key must sign."""
        who = Credential(
            tenancy_id=door.tenancy, resource_id="ocid1.fnfunc.oc1.iad.stolen", resource_type="fnfunc"
        )
        token = Credentials(door.place.folder, door.store).session_token(who, KEY.public_key())
        target = f"/n?compartmentId={door.tenancy}"
        own, thief = Signer(f"ST${token}", KEY), Signer(f"ST${token}", OTHER_KEY)

        assert answers(door, request("GET", target, own.headers("GET", target, STORAGE)), STORAGE) == [404]
        assert answers(door, request("GET", target, thief.headers("GET", target, STORAGE)), STORAGE) == [401]


class TestShapes:
    """Where two readers of HTTP could disagree about where a request ends."""

    @pytest.mark.parametrize(
        "extra",
        [
            "Content-Length: 1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Content-Length: +5\r\n",
            " folded: line\r\n",
            "Host: example.com\r\n",
            "no colon here\r\n",
            "nul: a\0b\r\n",
        ],
        ids=repr,
    )
    def test_a_smuggled_request(self, door: Door, signer: Signer, extra: str) -> None:
        """The second request, hidden in the body of the first, is never one of its own."""
        name = f"smuggled-{len(extra)}-{sum(extra.encode())}"
        hidden, hidden_body = _create(door, signer, name)
        inner = b"0\r\n\r\n" + request("POST", BUCKETS, hidden, hidden_body)
        # What the outer signature covers is what it says it sends.
        outer = signer.headers("POST", BUCKETS, STORAGE, inner)
        sent = request("POST", BUCKETS, outer, inner, is_last=False)
        sent = sent.replace(b"\r\n", f"\r\n{extra}".encode(), 1)
        statuses = answers(door, sent, STORAGE)

        assert len(statuses) <= 1, statuses
        assert set(statuses) <= {400, 401}
        assert not _exists(door, name)

    @pytest.mark.parametrize(
        "sent",
        [
            b"\r\n\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\n\n",
            b"GET /\x00 HTTP/1.1\r\nhost: a\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 500,
            b"GET / HTTP/1.1\r\nhost: " + b"a" * 200_000 + b"\r\n\r\n",
            b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"".join(b"h%d: v\r\n" % n for n in range(20_000)) + b"\r\n",
        ],
        ids=lambda sent: repr(sent[:24]),
    )
    def test_what_is_no_request(self, door: Door, sent: bytes) -> None:
        """Is refused or hung up on, however large."""
        assert set(answers(door, sent)) <= {400, 401, 431, 501}

    def test_a_target_with_a_host_in_it(self, door: Door, signer: Signer) -> None:
        """As proxies are asked: the Host header says who answers, and it is what was signed."""
        target = f"https://example.com{TARGET}"

        assert set(answers(door, request("GET", target, signer.headers("GET", target, IDENTITY)))) <= {
            400,
            401,
            501,
        }

    @pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "FOO"])
    def test_a_method_there_is_none_of(self, door: Door, signer: Signer, method: str) -> None:
        """Nothing is carried out, and nothing of the request comes back."""
        sent = request(method, TARGET, signer.headers(method, TARGET, IDENTITY))

        assert set(answers(door, sent)) <= {400, 401, 405, 501}


class TestSlowness:
    def test_a_body_that_never_ends_holds_up_nobody(self, door: Door, signer: Signer) -> None:
        """Others are answered meanwhile; what came of it is thrown away when the client goes."""
        object_target = "/n/sandboxns/b/slow/o/never"
        door.add(BUCKET, compartmentId=door.tenancy, name="slow", namespace="sandboxns")
        size = 3 * 1024 * 1024
        headers = signer.headers("PUT", object_target, STORAGE, content_length=str(size))
        incoming = door.place.sandbox_dir / "objects" / ".incoming"
        with connected(door, STORAGE) as slow:
            slow.sendall(request("PUT", object_target, headers, b"x" * (2 * 1024 * 1024)))
            _until(lambda: incoming.exists() and any(incoming.iterdir()))
            other = request("GET", "/n", signer.headers("GET", "/n", STORAGE))
            assert answers(door, other, STORAGE) == [200]
        _until(lambda: not any(incoming.iterdir()))

        assert Objects(door.store).get(bucket_id("sandboxns", "slow"), "never") is None

    def test_many_connections(self, door: Door, signer: Signer) -> None:
        """Two hundred that say nothing, and half a request on fifty more, are in nobody's way."""
        with contextlib.ExitStack() as held:
            for number in range(250):
                one = held.enter_context(connected(door))
                if number >= 200:
                    one.sendall(b"GET /20160918/regions HTTP/1.1\r\nhost: ident")
            begun = time.monotonic()
            sent = request("GET", TARGET, signer.headers("GET", TARGET, IDENTITY))

            assert answers(door, sent) == [200]
            assert time.monotonic() - begun < 5


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)
