"""`--as WHO`: who that is, and the files by which clients show it."""

from __future__ import annotations

import configparser
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import jwt
import pytest

from sandbox.cloud.errors import Unusable
from sandbox.cloud.store import Store
from sandbox.rest.caller import administrators_of
from sandbox.rest.credentials import Credentials
from sandbox.rest.principals import Home, find, in_session, way_there
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import DYNAMIC_GROUP, GROUP, USER

TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaacompartment"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A function in an application, two groups."""
    with Store(tmp_path / "store.db") as store:

        def add(type: str, id: str, **outputs: str) -> None:
            store.create(type, "urn", outputs, outputs, id)

        add(GROUP, "ocid1.group.oc1..g", name="invokers", compartmentId=TENANCY)
        add(DYNAMIC_GROUP, "ocid1.dynamicgroup.oc1..d", name="workers", compartmentId=TENANCY)
        add(APPLICATION, "ocid1.fnapp.oc1.phx.a", displayName="app", compartmentId=COMPARTMENT)
        add(
            FUNCTION, "ocid1.fnfunc.oc1.phx.f", displayName="responder", applicationId="ocid1.fnapp.oc1.phx.a"
        )
        yield store


def test_a_user_is_made_on_demand(store: Store) -> None:
    """Once, whatever the case of the name; an OCID stands for itself."""
    alice = find("user:alice", store)
    again = find("user:Alice", store)
    foreign = find("user:ocid1.user.oc1..other", store)

    assert alice.credential.user_id == again.credential.user_id
    assert [record.outputs["name"] for record in store.list(USER)] == ["alice"]
    assert alice.credential.tenancy_id == TENANCY
    assert foreign.credential.user_id == "ocid1.user.oc1..other"


def test_somebody_in_a_group(store: Store) -> None:
    """The same one every time, and never in the group for others to see."""
    member = find("group:invokers", store).credential

    assert member == find("group:ocid1.group.oc1..g", store).credential
    assert member.member_of == "ocid1.group.oc1..g"
    assert find("administrator", store).credential.member_of == administrators_of(store)
    assert find("dynamic-group:workers", store).credential.member_of == "ocid1.dynamicgroup.oc1..d"


def test_a_function_lies_where_its_application_does(store: Store) -> None:
    """In its region and compartment."""
    found = find("function:responder", store)

    assert found.region == "us-phoenix-1"
    assert found.credential.resource_type == "fnfunc"
    assert found.credential.compartment_id == COMPARTMENT


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("alice", "expected administrator or one of user:…"),
        ("user:", "expected administrator or one of"),
        ("admin:x", "expected administrator or one of"),
        ("administrator:x", "expected administrator or one of"),
        ("function:respondr", "not in this sandbox; there are: responder"),
        ("rule:x", "not in this sandbox; there is none"),
        ("group:ocid1.group.oc1..none", "not in this sandbox; there are: invokers"),
        ("user:ocid1.group.oc1..g", "not the OCID of a user"),
        ("user:with space", "must have 1 to 100 letters"),
    ],
)
def test_nobody(store: Store, who: str, said: str) -> None:
    """One line that names who there is."""
    with pytest.raises(Unusable) as error:
        find(who, store)

    assert str(error.value).startswith(f"--as {who}: ")
    assert said in str(error.value)


def test_two_of_one_name(store: Store) -> None:
    """Take an OCID."""
    store.create(FUNCTION, "urn", {}, {"displayName": "responder"}, "ocid1.fnfunc.oc1.phx.other")
    with pytest.raises(Unusable, match=r"give an OCID: ocid1\.fnfunc\.oc1\.phx\.f, ocid1"):
        find("function:responder", store)


def test_the_files_of_a_user(store: Store, tmp_path: Path) -> None:
    """A config as the real tools write it, for its owner alone; the key stays."""
    credentials = Credentials(tmp_path / "rest", store)
    home = Home(tmp_path / "homes" / "alice", find("user:alice", store, "eu-milan-1"), credentials)
    folder = home.make()
    key = (folder / ".oci" / "key.pem").read_bytes()
    home.make()
    config = configparser.ConfigParser()
    config.read(folder / ".oci" / "config")
    found = config["DEFAULT"]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}

    assert found["region"] == "eu-milan-1"
    assert credentials.credential(f"{found['tenancy']}/{found['user']}/{found['fingerprint']}").user_id
    assert Path(found["key_file"]).read_bytes() == key
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert home.variables()["OCI_CLI_CONFIG_FILE"] == str(folder / ".oci" / "config")


def test_the_files_of_a_resource(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token without a line break, replaced when it is about to expire and not before."""
    credentials = Credentials(tmp_path / "rest", store)
    home = Home(tmp_path / "homes" / "f", find("function:responder", store), credentials)
    folder = home.make()
    first = (folder / "rpst").read_text()
    early = home.renew()
    monkeypatch.setattr("sandbox.rest.principals.time", SimpleNamespace(monotonic=lambda: 10.0**9))
    monkeypatch.setattr("sandbox.rest.credentials.time", SimpleNamespace(time=lambda: 4.0 * 10**9))
    late = home.renew()
    claims = jwt.decode((folder / "rpst").read_text(), options={"verify_signature": False})

    assert first == first.strip()
    assert (early, late) == (False, True)
    assert claims["exp"] == 4 * 10**9 + 900
    assert home.variables()["OCI_RESOURCE_PRINCIPAL_VERSION"] == "2.2"
    assert home.variables()["OCI_RESOURCE_PRINCIPAL_REGION"] == "us-phoenix-1"


def test_the_way_there(tmp_path: Path) -> None:
    """Every client finds the proxy and whom to trust; a run that may reach more says which it is."""
    found = way_there(tmp_path / "ca.pem", 8443, "abc")

    assert found["HTTPS_PROXY"] == found["https_proxy"] == "http://abc:run@127.0.0.1:8443"
    assert {found[name] for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")} == {str(tmp_path / "ca.pem")}


def test_a_session_is_of_users(store: Store) -> None:
    """A resource has a session token as it is."""
    with pytest.raises(Unusable, match=r"^--session: function:responder signs with a session token as it is"):
        in_session(find("function:responder", store))

    assert in_session(find("user:alice", store)).folder == f"{find('user:alice', store).folder}-session"
