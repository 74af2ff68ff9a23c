"""The fixture `oci_sandbox`: an empty cloud, clients of the real SDK, functions run from their folder."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oci
import pytest

from oci_sandbox.cloud import SandboxCloud
from sandbox.cloud.errors import Unusable
from sandbox.cloud.store import Store

Storage = oci.object_storage.ObjectStorageClient
Clients = Callable[..., Any]


def test_what_a_test_left_is_gone(oci_sandbox: SandboxCloud, oci_client: Clients) -> None:
    """Resources, objects, policies and logs; a client made before goes on as long as its key is known."""
    oci_sandbox.create_bucket("inbox")
    oci_sandbox.create_group("readers", "alice")
    oci_sandbox.put_policy("Allow group readers to read buckets in tenancy")
    storage = oci_client(Storage)
    refused = storage.put_object(oci_sandbox.namespace, "inbox", "one", b"1").request_id
    (body,) = (path for path in (oci_sandbox.folder / "objects").rglob("*one*") if path.is_file())
    oci_sandbox.reset()

    assert not body.exists()
    assert oci_sandbox.invocations() == []
    with pytest.raises(Unusable, match="no request with this id"):
        oci_sandbox.why(refused)
    with pytest.raises(oci.exceptions.ServiceError) as error:
        oci_client(Storage).get_bucket(oci_sandbox.namespace, "inbox")
    assert (error.value.status, error.value.code) == (404, "BucketNotFound")


def test_it_begins_with_nothing(oci_sandbox: SandboxCloud) -> None:
    """Whatever ran before."""
    with Store(oci_sandbox.folder / "store.db") as store:
        assert store.list() == []


def test_ids_of_what_is_gone_are_known_as_such(oci_sandbox: SandboxCloud) -> None:
    """The tenancy stays the same, and an id from before names nothing."""
    tenancy, compartment = oci_sandbox.tenancy, oci_sandbox.compartment
    oci_sandbox.reset()

    assert oci_sandbox.tenancy == tenancy
    with pytest.raises(Exception, match="not found"):
        oci_sandbox.create_bucket("b", compartment)


def test_a_secret_is_read_by_whom_a_policy_names(oci_sandbox: SandboxCloud, oci_client: Clients) -> None:
    """Text and bytes, each in a vault of its own; by nobody else."""
    token = oci_sandbox.create_secret("token", "hush")
    other = oci_sandbox.create_secret("other", b"\x00\xff")
    oci_sandbox.create_group("readers", "alice")
    oci_sandbox.put_policy(
        f"Allow group readers to read secret-bundles in tenancy where target.secret.id = '{token}'"
    )

    def read(secret: str, **who: str) -> bytes:
        found = oci_client(oci.secrets.SecretsClient, **who).get_secret_bundle(secret).data
        return base64.b64decode(found.secret_bundle_content.content)

    assert read(token, as_="user:alice") == b"hush"
    assert read(other) == b"\x00\xff"
    with pytest.raises(oci.exceptions.ServiceError) as error:
        read(other, as_="user:alice")
    assert error.value.status == 404


def test_a_function_from_its_folder(oci_sandbox: SandboxCloud, echo: Path) -> None:
    """Without a Dockerfile, with the settings of func.yaml unless the test gives others."""
    function = oci_sandbox.function(echo)
    other = oci_sandbox.function(echo, name="other", config={"WORD": "changed"}, memory=512)

    assert function.invoke({"a": 1}).json() == {"body": {"a": 1}, "word": "hello", "memory": "256"}
    assert other.invoke("2").json() == {"body": 2, "word": "changed", "memory": "512"}
    assert [run.function for run in oci_sandbox.invocations()] == ["echo", "other"]


def test_a_function_that_fails(oci_sandbox: SandboxCloud, echo: Path, capsys: Any) -> None:
    """The caller gets OCI's answer, the test what it printed, and pytest shows that."""
    answer = oci_sandbox.function(echo).invoke('"fail"')

    assert (answer.status, json.loads(answer.body)["code"]) == (502, "FunctionInvokeExecutionFailed")
    assert any("as asked" in line for line in answer.logs)
    assert "echo: " in capsys.readouterr().err


def test_the_platforms_callers_are_waited_for(
    oci_sandbox: SandboxCloud, oci_client: Clients, echo: Path
) -> None:
    """A detached call by the SDK is answered at once; `invocations` waits until it has run."""
    function = oci_sandbox.function(echo)
    endpoint = oci_client(oci.functions.FunctionsManagementClient).get_function(function.id).data
    client = oci_client(oci.functions.FunctionsInvokeClient, service_endpoint=endpoint.invoke_endpoint)
    client.invoke_function(function.id, invoke_function_body="1", fn_invoke_type="detached")

    assert len(oci_sandbox.invocations(function, at_least=1, seconds=30)) == 1


def test_an_event_through_a_rule(oci_sandbox: SandboxCloud, echo: Path) -> None:
    """Denied until a policy lets the rule's principal invoke, as on OCI; its object is there to be read."""
    oci_sandbox.create_bucket("inbox", emits=True)
    function = oci_sandbox.function(echo)
    rule = oci_sandbox.put_rule('{"eventType": "com.oraclecloud.objectstorage.createobject"}', function)
    event = oci_sandbox.object_event("inbox", "one.txt")
    denied = oci_sandbox.emit(event)
    oci_sandbox.put_policy(
        f"Allow any-user to use fn-invocation in compartment id {oci_sandbox.compartment} where all "
        f"{{request.principal.type = 'eventrule', request.principal.id = '{rule}'}}"
    )
    delivered = oci_sandbox.emit(event, body=b"text")
    storage = oci_sandbox.client(Storage)

    assert (denied.ok, denied.deliveries[0].outcome) == (False, "denied")
    assert delivered.ok
    assert delivered.deliveries[0].answer["body"]["data"]["resourceName"] == "one.txt"
    assert storage.get_object(oci_sandbox.namespace, "inbox", "one.txt").data.content == b"text"
    assert len(oci_sandbox.invocations(function)) == 1


def test_a_client_of_a_resource_principal(oci_sandbox: SandboxCloud, echo: Path) -> None:
    """It signs with a session token of the function's, and has the function's rights."""
    function = oci_sandbox.function(echo)
    oci_sandbox.create_bucket("inbox")
    oci_sandbox.put_policy(
        f"Allow any-user to read buckets in tenancy where request.principal.id = '{function.id}'"
    )
    client = oci_sandbox.client_for("function:echo")(Storage)

    assert client.get_bucket(oci_sandbox.namespace, "inbox").data.name == "inbox"
    with pytest.raises(Unusable, match="has no config file"):
        oci_sandbox.config("function:echo")


def test_code_that_makes_its_own_clients(oci_sandbox: SandboxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds the principal where it looks by default; afterwards all is as it was."""
    monkeypatch.setenv("OCI_CLI_PROFILE", "real")
    before = dict(os.environ)
    with oci_sandbox.acting_as("administrator"):
        config = oci.config.from_file()
        client = oci.identity.IdentityClient(config)
        found = client.get_tenancy(config["tenancy"]).data
        client.base_client.session.close()

    assert found.id == oci_sandbox.tenancy
    assert dict(os.environ) == before


def test_variables_that_lead_to_an_account_are_gone(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """As long as the fixture is used, and only then."""
    for name in ("OCI_CLI_PROFILE", "TF_VAR_private_key", "NO_PROXY"):
        monkeypatch.setenv(name, "x")
    cloud: SandboxCloud = request.getfixturevalue("_oci_sandbox_session")
    before = dict(os.environ)
    with cloud.reached():
        inside = dict(os.environ)

    assert not inside.keys() & {"OCI_CLI_PROFILE", "TF_VAR_private_key", "NO_PROXY"}
    assert inside["HTTPS_PROXY"].startswith("http://127.0.0.1:")
    assert inside["REQUESTS_CA_BUNDLE"] == str(cloud.folder / "rest" / "ca.pem")
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda cloud: cloud.client(Storage, "function:nobody"), "not in this sandbox; there is none"),
        (lambda cloud: cloud.emit("nonsense"), "sample 'nonsense': there are: anomalies-detected"),
        (lambda cloud: cloud.object_event("nowhere", "x"), "bucket nowhere: not in this sandbox"),
        (lambda cloud: cloud.deployed_function("nope"), "function nope: not deployed in this sandbox"),
        (lambda cloud: cloud.function("/nowhere/at/all"), "/nowhere/at/all: no such folder"),
    ],
)
def test_what_is_not_there_is_named(
    oci_sandbox: SandboxCloud, call: Callable[[SandboxCloud], object], said: str
) -> None:
    """In one line."""
    with pytest.raises(Exception, match=said):
        call(oci_sandbox)
