"""`--as WHO`: who a command speaks for, and the files by which it can show that.

    user:NAME or OCID            a user, made on demand and then in no group
    group:NAME or OCID           some user in that group
    administrator                some user in the group Administrators, as every tenancy has one
    function:, gateway:, rule:   a deployed resource that acts for itself, by name or OCID
    dynamic-group:NAME or OCID   some resource in that dynamic group

Users have a config file with an API key, or a session token as `oci session authenticate` leaves it;
resources have a session token in files that are replaced before it expires. Everything is in a folder below
the sandbox's own, 0700, files 0600.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from sandbox import private
from sandbox.cloud import identities, regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import ServiceError, Unusable
from sandbox.cloud.store import Record, Store
from sandbox.rest.caller import administrators_of, own_tenancy
from sandbox.rest.credentials import (
    TOKEN_SECONDS,
    USER_TOKEN_SECONDS,
    Credential,
    Credentials,
    fingerprint,
    kept_key,
)
from sandbox.services.apigateway import GATEWAY
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import DYNAMIC_GROUP, GROUP, USER
from sandbox.services.identity.directory import tenancy_among
from sandbox.services.resources import create

_RULE = "oci:Events/rule:Rule"
# The words of `--as`: the resource type that is meant, and the principal's type as conditions have it.
_RESOURCES = {
    "function": (FUNCTION, "fnfunc"),
    "gateway": (GATEWAY, "ApiGateway"),
    "rule": (_RULE, "eventrule"),
}
KINDS = ("user", "group", *_RESOURCES, "dynamic-group")
_RENEWED_SECONDS = TOKEN_SECONDS * 2 / 3
_LABEL = "OCI_API_KEY\n"
_CONFIG = """\
[DEFAULT]
{who}
fingerprint={fingerprint}
tenancy={tenancy}
region={region}
key_file={key_file}
"""


@dataclass(frozen=True)
class Identity:
    """Somebody a command can speak for. `label` is `user:alice`."""

    label: str
    credential: Credential
    region: str
    session: bool = False
    """Whether a user signs with a session token."""

    @property
    def is_user(self) -> bool:
        """Whether it has a config file rather than a resource principal's variables."""
        return bool(self.credential.user_id)

    @property
    def folder(self) -> str:
        """The name of its folder."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", self.label)[:60]
        kind = "-session" if self.session else ""
        return f"{plain}-{hashlib.sha256(self.label.encode()).hexdigest()[:6]}{kind}"


def find(who: str, store: Store, region: str = "") -> Identity:
    """The identity `--as` names; users are made on demand. Raises `Unusable` for what is not there."""
    kind, _, name = who.partition(":")
    records = store.list()
    tenancy = tenancy_among(records) or own_tenancy(store)
    region = region or _region_of(records)
    if kind == "administrator" and not name:
        user = _user("administrator", store, tenancy)
        return Identity(who, Credential(user, tenancy, member_of=administrators_of(store)), region)
    if kind not in KINDS or not name:
        known = ", ".join(f"{one}:…" for one in KINDS)
        raise Unusable(f"--as {who}: expected administrator or one of {known}")
    if kind == "user":
        return Identity(who, Credential(_user(name, store, tenancy), tenancy), region)
    if kind == "group":
        group = _named(who, name, GROUP, "name", records)
        member = _invented("user", group.id, store)
        return Identity(who, Credential(member, tenancy, member_of=group.id), region)
    if kind == "dynamic-group":
        group = _named(who, name, DYNAMIC_GROUP, "name", records)
        member = _invented("fnfunc", group.id, store)
        credential = Credential("", tenancy, member, "fnfunc", tenancy, group.id)
        return Identity(who, credential, region)
    token, principal_type = _RESOURCES[kind]
    return of_resource(_named(who, name, token, "displayName", records), principal_type, store, tenancy, who)


def in_session(identity: Identity) -> Identity:
    """The same user, who has signed in for a session. Raises `Unusable` for a resource."""
    if not identity.is_user:
        raise Unusable(f"--session: {identity.label} signs with a session token as it is; expected a user")
    return replace(identity, session=True)


def of_resource(record: Record, principal_type: str, store: Store, tenancy: str, label: str = "") -> Identity:
    """The identity of a deployed resource, in its own region."""
    compartment = str(record.outputs.get("compartmentId") or "")
    application = store.get(str(record.outputs.get("applicationId") or ""))
    if application is not None and application.type == APPLICATION:
        compartment = str(application.outputs.get("compartmentId") or compartment)
    credential = Credential("", tenancy, record.id, principal_type, compartment)
    return Identity(label or f"{principal_type}:{record.id}", credential, _region_of([record]))


def tenancy_of(store: Store) -> str:
    """The tenancy that deployed resources lie in, else the sandbox's own."""
    return tenancy_among(store.list()) or own_tenancy(store)


def _region_of(records: list[Record]) -> str:
    """The region of the first resource that is in one."""
    for record in records:
        ocid = identities.read(record.id)
        if record.region or (ocid is not None and "-" in ocid.region):
            return record.region or (ocid.region if ocid else "")
    return regions.DEFAULT


def _user(name: str, store: Store, tenancy: str) -> str:
    """The OCID of a user, by name or OCID; made where there is none of that name."""
    if name.startswith("ocid1."):
        ocid = identities.read(name)
        if ocid is None or ocid.type != "user":
            raise Unusable(f"--as user:{name}: not the OCID of a user")
        return name
    for record in store.list(USER):
        if str(record.outputs.get("name")).casefold() == name.casefold():
            return record.id
    cloud = Cloud(store, regions.DEFAULT, tenancy)
    inputs = {"compartmentId": tenancy, "name": name, "description": "made by the sandbox on demand"}
    try:
        return create(cloud, USER, inputs, {"timeCreated": _now(), "freeformTags": {}, "definedTags": {}}).id
    except ServiceError as error:
        raise Unusable(f"--as user:{name}: {error.text}") from None


def _invented(type: str, group_id: str, store: Store) -> str:
    """The OCID of nobody in particular in a group; the same one every time."""
    digest = hashlib.sha256(group_id.encode()).hexdigest()[:44]
    return f"ocid1.{type}.oc1..aaaaaaaa{store.mark}{digest}"


def _named(who: str, name: str, type: str, key: str, records: list[Record]) -> Record:
    known = {str(record.outputs.get(key)): record for record in records if record.type == type}
    found = [
        record for record in records if record.type == type and name in (record.id, record.outputs.get(key))
    ]
    if len(found) > 1:
        raise Unusable(
            f"--as {who}: several have this name; give an OCID: {', '.join(one.id for one in found)}"
        )
    if found:
        return found[0]
    near = get_close_matches(name, known, 3, 0.5) or sorted(known)[:5]
    there = f"there are: {', '.join(near)}" if near else "there is none"
    raise Unusable(f"--as {who}: not in this sandbox; {there}")


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC", time.gmtime())


class Home:
    """An identity's files, and the variables that lead clients to them."""

    def __init__(self, folder: Path, identity: Identity, credentials: Credentials) -> None:
        self._folder = folder
        self._identity = identity
        self._credentials = credentials
        self._renew_at = 0.0

    def make(self) -> Path:
        """Make the folder and its files; the folder is a HOME."""
        for folder in (self._folder.parent, self._folder, self._folder / ".oci"):
            private.make_folder(folder)
        if self._identity.session:
            self._write_session()
        elif self._identity.is_user:
            self._write_key()
        else:
            self.renew()
        private.write_once(self._folder / ".oci" / "oci_cli_rc", "")
        return self._folder

    def _write_key(self) -> None:
        credential, key_file = self._identity.credential, self._folder / ".oci" / "key.pem"
        mark = self._credentials.register(
            credential.tenancy_id,
            credential.user_id,
            kept_key(key_file, _LABEL).public_key(),
            credential.member_of,
        )
        self._write_config(f"user={credential.user_id}", mark, key_file)

    def _write_session(self) -> None:
        """As `oci session authenticate` leaves it; not renewed, for nobody would on OCI."""
        folder = self._folder / ".oci" / "sessions" / "DEFAULT"
        for each in (folder.parent, folder):
            private.make_folder(each)
        key_file, token_file = folder / "oci_api_key.pem", folder / "token"
        key = kept_key(key_file, _LABEL).public_key()
        token = self._credentials.session_token(self._identity.credential, key, seconds=USER_TOKEN_SECONDS)
        private.write(token_file, token)
        self._write_config(f"security_token_file={token_file}", fingerprint(key), key_file)

    def _write_config(self, who: str, mark: str, key_file: Path) -> None:
        text = _CONFIG.format(
            who=who,
            fingerprint=mark,
            tenancy=self._identity.credential.tenancy_id,
            region=self._identity.region,
            key_file=key_file,
        )
        private.write(self._folder / ".oci" / "config", text)

    def renew(self) -> bool:
        """Put a fresh token where the old one is, if that expires soon; whether that was so."""
        if self._identity.is_user or time.monotonic() < self._renew_at:
            return False
        key = kept_key(self._folder / "private.pem")
        token = self._credentials.session_token(self._identity.credential, key.public_key())
        # Without a line break at its end: clients send it as it is.
        private.write(self._folder / "rpst", token)
        self._renew_at = time.monotonic() + _RENEWED_SECONDS
        return True

    def variables(self) -> Mapping[str, str]:
        """How clients find the identity."""
        config, region = self._folder / ".oci" / "config", self._identity.region
        found = {"OCI_CLI_RC_FILE": str(self._folder / ".oci" / "oci_cli_rc")}
        if self._identity.is_user:
            how = {"OCI_CLI_AUTH": "security_token"} if self._identity.session else {}
            return {**found, **how, "OCI_CONFIG_FILE": str(config), "OCI_CLI_CONFIG_FILE": str(config)}
        return {
            **found,
            "OCI_CLI_AUTH": "resource_principal",
            "OCI_RESOURCE_PRINCIPAL_VERSION": "2.2",
            "OCI_RESOURCE_PRINCIPAL_RPST": str(self._folder / "rpst"),
            "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": str(self._folder / "private.pem"),
            "OCI_RESOURCE_PRINCIPAL_REGION": region,
        }


def way_there(authority: Path, proxy_port: int, run: str = "") -> dict[str, str]:
    """The variables by which clients come to the local endpoints: the proxy, and whom to trust."""
    user = f"{run}:run@" if run else ""
    proxy = f"http://{user}127.0.0.1:{proxy_port}"
    trusted = str(authority)
    return {
        "HTTPS_PROXY": proxy,
        "https_proxy": proxy,
        # Some clients read one, some another; each replaces what they would trust otherwise.
        "REQUESTS_CA_BUNDLE": trusted,
        "CURL_CA_BUNDLE": trusted,
        "SSL_CERT_FILE": trusted,
        "NODE_EXTRA_CA_CERTS": trusted,
    }
