"""What every service's answers have in common, by the real SDK and by requests of our own."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import oci
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.rest.credentials import Credential, private_pem
from sandbox.rest.credentials import Credentials as Keys
from tests.sandbox.rest.conftest import Door

Client = oci.identity.IdentityClient
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
HOST = "https://identity.us-ashburn-1.oci.oraclecloud.com"


def plain(url: str, door: Door, method: str = "GET", **headers: str) -> tuple[int, Any, Any]:
    """Status, JSON and headers of a request without a signature."""
    context = ssl.create_default_context(cafile=str(door.place.authority))
    proxy = urllib.request.ProxyHandler({"https": f"http://127.0.0.1:{door.serving.proxy_port}"})
    opener = urllib.request.build_opener(proxy, urllib.request.HTTPSHandler(context=context))
    try:
        request = urllib.request.Request(  # noqa: S310
            url, headers={name.replace("_", "-"): text for name, text in headers.items()}, method=method
        )
        with opener.open(request, timeout=20) as answer:
            return answer.status, json.load(answer), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers


def test_a_request_without_a_signature(door: Door) -> None:
    """401 in OCI's words, which do not say what was wrong; the log does."""
    status, value, headers = plain(f"{HOST}/20160918/regions", door)

    assert (status, value["code"]) == (401, "NotAuthenticated")
    assert value["message"].startswith("The required information to complete authentication was not provided")
    assert door.asked(headers["opc-request-id"]).reason == "no Authorization header"


def test_a_key_nobody_knows(door: Door, clients: Clients, refused: Refused) -> None:
    """As well as a known one that another user claims."""
    alice, bob = door.config("user:alice"), door.config("user:bob")
    clients(Client)
    for config in ({**alice, "user": bob["user"]}, {**alice, "fingerprint": ":".join(["00"] * 16)}):
        client = Client(config, retry_strategy=oci.retry.NoneRetryStrategy())
        assert refused(client.list_regions) == (401, "NotAuthenticated")
        client.base_client.session.close()


def test_a_resource_speaks_for_itself(door: Door, clients: Clients) -> None:
    """By a session token: who it is, is what the decision is about."""
    clients(Client)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    compartment = door.compartment()
    who = Credential("", door.tenancy, "ocid1.fnfunc.oc1.iad.aaaaself", "fnfunc", compartment)
    token = Keys(door.place.folder, door.store).session_token(who, key.public_key())
    private = oci.signer.load_private_key(private_pem(key), None)
    signer = oci.auth.signers.SecurityTokenSigner(token, private)
    client = Client({"region": "us-ashburn-1"}, signer=signer, retry_strategy=oci.retry.NoneRetryStrategy())
    door.allow(
        "Allow any-user to inspect compartments in tenancy where all {request.principal.type = 'fnfunc', "
        "request.principal.id = 'ocid1.fnfunc.oc1.iad.aaaaself'}"
    )
    answer = client.get_compartment(compartment)
    client.base_client.session.close()

    assert answer.data.id == compartment
    assert door.asked(answer.request_id).principal == "fnfunc ocid1.fnfunc.oc1.iad.aaaaself"


def test_an_expired_token(door: Door, clients: Clients, refused: Refused) -> None:
    """401, so that clients read the new one."""
    clients(Client)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = Credential("", door.tenancy, "ocid1.fnfunc.oc1.iad.aaaaold", "fnfunc", door.tenancy)
    token = Keys(door.place.folder, door.store).session_token(who, key.public_key(), now=0)
    signer = oci.auth.signers.SecurityTokenSigner(token, oci.signer.load_private_key(private_pem(key), None))
    client = Client({"region": "us-ashburn-1"}, signer=signer, retry_strategy=oci.retry.NoneRetryStrategy())

    assert refused(client.list_regions) == (401, "NotAuthenticated")
    client.base_client.session.close()


def test_what_is_not_there_says_its_name(door: Door, clients: Clients, refused: Refused) -> None:
    """An operation, a version and a whole service."""
    client = clients(Client)
    with pytest.raises(oci.exceptions.ServiceError) as error:
        client.list_tag_namespaces(door.tenancy)
    status, value, _ = plain("https://iaas.us-ashburn-1.oraclecloud.com/20160918/instances", door)

    assert (error.value.status, error.value.code) == (501, "NotImplemented")
    assert "GET /20160918/tagNamespaces of IAM" in error.value.message
    assert (status, value["code"]) == (501, "NotImplemented")
    assert value["message"] == "the sandbox has no service at iaas.us-ashburn-1.oraclecloud.com"
    assert plain(f"{HOST}/20991231/regions", door)[0] == 401


def test_ids_of_requests(door: Door, clients: Clients) -> None:
    """The client's own leads, another follows; one that could break a header is not taken."""
    answer = clients(Client).list_regions()
    _, _, headers = plain(f"{HOST}/20160918/regions", door, opc_request_id="a b")

    assert len(answer.request_id.split("/")) == 3
    assert door.asked(answer.request_id.split("/")[0]).operation == "ListRegions"
    assert len(headers["opc-request-id"].split("/")) == 2


def test_a_refusal_is_explained_in_the_log(door: Door, clients: Clients) -> None:
    """Principal, permission, variables, the nearest statement, the one that would allow it, and its place."""
    group = door.group()
    door.allow(f"Allow group {group} to inspect users in tenancy where request.region = 'phx'")
    client = clients(Client, f"group:{group}")
    with pytest.raises(oci.exceptions.ServiceError) as error:
        client.list_users(door.tenancy)
    entry = door.asked(error.value.request_id)
    (right,) = entry.rights
    door.allow(right.suggestion)

    assert entry.groups == [group]
    assert right.permission == "USER_INSPECT"
    assert right.variables["request.region"] == "iad"
    assert f"Allow group {group} to inspect users in tenancy where" in right.because
    assert right.place == f"the tenancy ({door.tenancy})"
    assert client.list_users(door.tenancy).status == 200


def test_pages_lead_on(door: Door, clients: Clients) -> None:
    """By `opc-next-page`; a token of one's own making is refused."""
    client, parent = clients(Client), door.compartment()
    names = [f"page{number}" for number in range(5)]
    for name in names:
        door.add("oci:Identity/compartment:Compartment", compartmentId=parent, name=name, description="d")
    found = oci.pagination.list_call_get_all_results(client.list_compartments, parent, limit=2).data
    with pytest.raises(oci.exceptions.ServiceError) as error:
        client.list_compartments(parent, page="!")

    assert [one.name for one in found] == names
    assert (error.value.status, error.value.code) == (400, "InvalidParameter")


def test_no_secret_is_written_down(door: Door, clients: Clients) -> None:
    """Neither tokens nor signatures nor bodies are in the log."""
    clients(Client).list_regions()
    text = (door.place.sandbox_dir / "logs" / "requests.jsonl").read_text()

    assert "Signature " not in text  # how the header begins
    assert "signature=" not in text
    assert "ST$" not in text
    assert "PRIVATE" not in text


def test_everything_is_its_owners_alone(door: Door, clients: Clients) -> None:
    """Every file that the door makes, and its folders."""
    clients(Client).list_regions()
    places = [door.place.sandbox_dir / name for name in ("rest", "logs")]
    found = [door.place.sandbox_dir / "store.db", *places]
    found += [path for place in places for path in place.rglob("*")]

    assert len(found) > 10
    assert [path for path in found if path.stat().st_mode & 0o077] == []
