"""Secrets and keys by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import oci
import pytest

from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Record
from sandbox.rest.credentials import Credentials
from sandbox.rest.principals import Home, find
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.kms import KEY, VAULT
from sandbox.services.vault import SECRET
from tests.sandbox.rest.conftest import REGION, Door, sandbox_files

Bundles = oci.secrets.SecretsClient
Secrets = oci.vault.VaultsClient
Vaults = oci.key_management.KmsVaultClient
Crypto = oci.key_management.KmsCryptoClient
Keys = oci.key_management.KmsManagementClient
models = oci.vault.models
kms = oci.key_management.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
AES = {"algorithm": "AES", "length": 32}


def b64(text: str) -> str:
    """As the API has bytes."""
    return base64.b64encode(text.encode()).decode()


def _content(text: str, **more: str) -> dict[str, str]:
    return {"contentType": "BASE64", "content": b64(text), **more}


@dataclass(frozen=True)
class Safe:
    """A vault with a key and a secret, in a compartment of its own."""

    door: Door
    compartment: str
    vault: str
    key: str
    secret: str

    def record(self, id: str) -> Record:
        """What the store has."""
        found = self.door.store.get(id)
        assert found is not None
        return found

    def crypto(self) -> str:
        """The endpoint at which the vault's keys are used."""
        return str(self.record(self.vault).outputs["cryptoEndpoint"])

    def management(self) -> str:
        """The endpoint at which they are managed."""
        return str(self.record(self.vault).outputs["managementEndpoint"])

    def new_key(self, **shape: Any) -> str:
        """A further key."""
        return self.door.add(
            KEY,
            compartmentId=self.compartment,
            displayName="k",
            managementEndpoint=self.management(),
            keyShape=shape,
        )


@pytest.fixture
def safe(door: Door) -> Safe:
    """What Pulumi deploys: a vault, a key, and a secret that holds `first`."""
    compartment = door.compartment()
    vault = door.add(VAULT, compartmentId=compartment, displayName="v", vaultType="DEFAULT")
    management = door.store.get(vault).outputs["managementEndpoint"]  # type: ignore[union-attr]
    key = door.add(
        KEY, compartmentId=compartment, displayName="k", managementEndpoint=management, keyShape=AES
    )
    secret = door.add(
        SECRET,
        compartmentId=compartment,
        vaultId=vault,
        keyId=key,
        secretName="token",
        secretContent=_content("first"),
    )
    return Safe(door, compartment, vault, key, secret)


def _read(client: Any, secret: str, **which: Any) -> tuple[int, str, list[str]]:
    bundle = client.get_secret_bundle(secret, **which).data
    content = base64.b64decode(bundle.secret_bundle_content.content).decode()
    return bundle.version_number, content, bundle.stages


def _write(client: Any, secret: str, text: str, **more: str) -> Any:
    content = models.Base64SecretContentDetails(content=b64(text), **more)
    return client.update_secret(secret, models.UpdateSecretDetails(secret_content=content)).data


def _rotated_by(client: Any, secret: str, target: Any, interval: str | None = None) -> None:
    config = models.RotationConfig(
        target_system_details=target,
        is_scheduled_rotation_enabled=interval is not None,
        rotation_interval=interval,
    )
    client.update_secret(secret, models.UpdateSecretDetails(rotation_config=config))


class TestBundles:
    def test_what_pulumi_wrote_is_read(self, safe: Safe, clients: Clients) -> None:
        """As base64, by id and by name, with an etag."""
        client = clients(Bundles)
        answer = client.get_secret_bundle(safe.secret)
        named = client.get_secret_bundle_by_name("token", safe.vault).data

        assert _read(client, safe.secret) == (1, "first", ["CURRENT", "LATEST"])
        assert answer.headers["etag"]
        assert named.secret_bundle_content.content == b64("first")
        assert named.secret_id == safe.secret

    def test_versions_and_stages(self, safe: Safe, clients: Clients) -> None:
        """Each new content is a version; the former ones stay readable by number, name and stage."""
        reader, writer = clients(Bundles), clients(Secrets)
        _write(writer, safe.secret, "second", name="two")
        after = _write(writer, safe.secret, "third")

        assert after.current_version_number == 3
        assert _read(reader, safe.secret) == (3, "third", ["CURRENT", "LATEST"])
        assert _read(reader, safe.secret, stage="PREVIOUS") == (2, "second", ["PREVIOUS"])
        assert _read(reader, safe.secret, version_number=1) == (1, "first", ["DEPRECATED"])
        assert _read(reader, safe.secret, secret_version_name="two")[0] == 2

    def test_a_pending_version_is_promoted(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """It is the latest, but not the current one before; promoting a former one goes back to it."""
        reader, writer = clients(Bundles), clients(Secrets)
        pending = _write(writer, safe.secret, "next", stage="PENDING")
        before = _read(reader, safe.secret), _read(reader, safe.secret, stage="PENDING")
        writer.update_secret(safe.secret, models.UpdateSecretDetails(current_version_number=2))
        after = _read(reader, safe.secret), _read(reader, safe.secret, stage="PREVIOUS")
        writer.update_secret(safe.secret, models.UpdateSecretDetails(current_version_number=1))

        assert pending.current_version_number == 1
        assert before == ((1, "first", ["CURRENT"]), (2, "next", ["PENDING", "LATEST"]))
        assert after == ((2, "next", ["CURRENT", "LATEST"]), (1, "first", ["PREVIOUS"]))
        assert _read(reader, safe.secret) == (1, "first", ["CURRENT"])
        assert refused(reader.get_secret_bundle, safe.secret, stage="PENDING") == NOT_FOUND
        assert refused(
            writer.update_secret, safe.secret, models.UpdateSecretDetails(current_version_number=9)
        ) == (400, "InvalidParameter")

    def test_versions_are_listed_page_by_page(self, safe: Safe, clients: Clients) -> None:
        """The newest first, without their content."""
        client = clients(Bundles)
        for text in ("b", "c"):
            _write(clients(Secrets), safe.secret, text)
        first = client.list_secret_bundle_versions(safe.secret, limit=2)
        second = client.list_secret_bundle_versions(safe.secret, limit=2, page=first.next_page)

        assert [one.version_number for one in first.data] == [3, 2]
        assert [one.version_number for one in second.data] == [1]
        assert not second.has_next_page

    def test_what_is_not_there(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """404 for a secret, a name, a version and a stage that nobody has; 400 for what is no stage."""
        client = clients(Bundles)

        assert refused(client.get_secret_bundle, safe.vault) == NOT_FOUND
        assert refused(client.get_secret_bundle_by_name, "other", safe.vault) == NOT_FOUND
        assert refused(client.get_secret_bundle, safe.secret, version_number=2) == NOT_FOUND
        assert refused(client.get_secret_bundle, safe.secret, stage="PENDING") == NOT_FOUND

    def test_reading_is_a_right_to_one_secret(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """By its id or its name; a right to the secret itself is none to what it holds."""
        door, group, other = safe.door, safe.door.group(), safe.door.group()
        scope = f"in compartment id {safe.compartment}"
        door.allow(
            f"Allow group {group} to read secret-bundles {scope} where target.secret.name = 'token'",
            f"Allow group {other} to manage secrets {scope}",
            f"Allow group {other} to read secret-bundles {scope} where target.secret.id = '{safe.key}'",
        )
        allowed, outside = clients(Bundles, f"group:{group}"), clients(Bundles, f"group:{other}")

        assert _read(allowed, safe.secret)[1] == "first"
        assert allowed.get_secret_bundle_by_name("token", safe.vault).data.version_number == 1
        assert refused(outside.get_secret_bundle, safe.secret) == NOT_FOUND
        assert refused(outside.get_secret_bundle_by_name, "token", safe.vault) == NOT_FOUND
        assert refused(clients(Bundles, "user:nobody").get_secret_bundle, safe.secret) == NOT_FOUND

    def test_a_function_reads_as_itself(
        self, safe: Safe, clients: Clients, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As published functions do it: by its resource principal, once a statement names it."""
        door = safe.door
        app = door.add(APPLICATION, compartmentId=safe.compartment, displayName="a", subnetIds=[f"{SUBNET}a"])
        function = door.add(
            FUNCTION, applicationId=app, displayName="f", memoryInMbs="128", image="iad.ocir.io/ns/f:1"
        )
        identity = find(f"function:{function}", door.store, REGION)
        home = Home(
            door.place.folder / "homes" / "reader", identity, Credentials(door.place.folder, door.store)
        )
        home.make()
        for name, value in home.variables().items():
            monkeypatch.setenv(name, value)

        def read() -> str:
            signer = oci.auth.signers.get_resource_principals_signer()
            client = Bundles(config={}, signer=signer, retry_strategy=oci.retry.NoneRetryStrategy())
            return _read(client, safe.secret)[1]

        clients(Bundles)  # the way to the proxy
        with pytest.raises(oci.exceptions.ServiceError) as error:
            read()
        door.allow(
            f"Allow any-user to read secret-bundles in compartment id {safe.compartment} where all"
            f" {{request.principal.id = '{function}', target.secret.id = '{safe.secret}'}}"
        )

        assert error.value.status == 404
        assert read() == "first"

    def test_two_who_write_at_once(self, safe: Safe, clients: Clients) -> None:
        """Have a version each, and exactly one of them is the current one."""
        writers = [clients(Secrets) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda writer: _write(writer, safe.secret, "x"), writers * 3))
        found = clients(Bundles).list_secret_bundle_versions(safe.secret).data

        assert sorted(one.version_number for one in found) == list(range(1, 14))
        assert [one.version_number for one in found if "CURRENT" in one.stages] == [13]
        assert [one.version_number for one in found if "PREVIOUS" in one.stages] == [12]

    def test_content_is_nowhere_but_in_the_store(
        self, safe: Safe, clients: Clients, refused: Refused
    ) -> None:
        """Neither in a log nor in an error, however it is written; every file is its owner's alone."""
        writer, hidden = clients(Secrets), "s3cr3t-that-nobody-sees"
        _write(writer, safe.secret, hidden)
        details = models.Base64SecretContentDetails(content=f"{hidden}!")
        with pytest.raises(oci.exceptions.ServiceError) as error:
            writer.update_secret(safe.secret, models.UpdateSecretDetails(secret_content=details))
        files = list(sandbox_files(safe.door.place.sandbox_dir))
        logs = [path for path in files if path.suffix in (".jsonl", ".log")]

        assert error.value.status == 400
        assert hidden not in str(error.value.message)
        assert logs
        for path in logs:
            assert hidden not in path.read_text(errors="replace")
            assert b64(hidden) not in path.read_text(errors="replace")
        assert all(path.stat().st_mode & 0o077 == 0 for path in files if path.name.startswith("store.db"))


class TestSecrets:
    def _details(self, safe: Safe, **more: Any) -> Any:
        content = models.Base64SecretContentDetails(content=b64("made"))
        given = {
            "compartment_id": safe.compartment,
            "vault_id": safe.vault,
            "key_id": safe.key,
            "secret_name": "made",
            "secret_content": content,
        }
        return models.CreateSecretDetails(**{**given, **more})

    def test_a_secret_from_first_to_last(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """Created, shown without its content, listed, changed, deleted with a delay, and taken back."""
        client, reader = clients(Secrets), clients(Bundles)
        made = client.create_secret(self._details(safe, description="d", freeform_tags={"a": "b"})).data
        listed = client.list_secrets(safe.compartment, name="made").data
        changed = client.update_secret(made.id, models.UpdateSecretDetails(description="other")).data
        client.schedule_secret_deletion(made.id, models.ScheduleSecretDeletionDetails())
        gone = client.get_secret(made.id).data

        assert (made.secret_name, made.lifecycle_state, made.current_version_number) == ("made", "ACTIVE", 1)
        assert made.freeform_tags == {"a": "b"}
        assert [one.id for one in listed] == [made.id]
        assert (changed.description, changed.current_version_number) == ("other", 1)
        assert gone.lifecycle_state == "PENDING_DELETION"
        assert gone.time_of_deletion > datetime.datetime.now(datetime.UTC)
        assert refused(reader.get_secret_bundle, made.id) == NOT_FOUND
        assert refused(client.update_secret, made.id, models.UpdateSecretDetails(description="x")) == (
            409,
            "IncorrectState",
        )
        client.cancel_secret_deletion(made.id)
        assert _read(reader, made.id)[1] == "made"

    def test_a_name_is_taken_once_in_a_vault(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """409; the same retry token is answered with the same secret."""
        client = clients(Secrets)
        once = client.create_secret(self._details(safe), opc_retry_token="t-1").data
        again = client.create_secret(self._details(safe), opc_retry_token="t-1").data

        assert once.id == again.id
        assert refused(client.create_secret, self._details(safe))[0] == 409

    def test_creating_needs_four_rights(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """To the secret, the vault and the key, by however many statements; without any one it is refused."""
        within = f"in compartment id {safe.compartment}"
        rights = [
            f"to manage secrets {within}",
            f"to use vaults {within} where target.vault.id = '{safe.vault}'",
            f"to use keys {within} where request.permission = 'KEY_ENCRYPT'",
            f"to use keys {within} where all"
            f" {{request.permission = 'KEY_DECRYPT', target.key.id = '{safe.key}'}}",
        ]
        for missing in rights:
            group = safe.door.group()
            safe.door.allow(*(f"Allow group {group} {right}" for right in rights if right != missing))
            client = clients(Secrets, f"group:{group}")
            assert refused(client.create_secret, self._details(safe)) == NOT_FOUND
        safe.door.allow(f"Allow group {group} {rights[-1]}")

        assert client.create_secret(self._details(safe)).data.secret_name == "made"

    def test_a_change_that_another_one_overtook(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """Is refused by its etag, and writes no version."""
        client = clients(Secrets)
        etag = client.get_secret(safe.secret).headers["etag"]
        _write(client, safe.secret, "second")
        details = models.UpdateSecretDetails(
            secret_content=models.Base64SecretContentDetails(content=b64("x"))
        )

        assert refused(client.update_secret, safe.secret, details, if_match=etag) == (412, "NoEtagMatch")
        assert len(client.list_secret_versions(safe.secret).data) == 2

    def test_what_is_not_imitated(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """Generated content answers 501, and so do an operation that is not here and the rotation of a
        database's password."""
        client = clients(Secrets)
        details = self._details(safe, secret_content=None, enable_auto_generation=True)

        assert refused(client.create_secret, details) == (501, "NotImplemented")
        move = models.ChangeSecretCompartmentDetails(compartment_id=safe.compartment)
        assert refused(client.change_secret_compartment, safe.secret, move) == (501, "NotImplemented")
        database = models.AdbTargetSystemDetails(adb_id="ocid1.autonomousdatabase.oc1.iad.a")
        _rotated_by(client, safe.secret, database)
        assert refused(client.rotate_secret, safe.secret) == (501, "NotImplemented")

    def test_a_rotation_begins(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """Of a secret that has a function for it, once at a time, by somebody who may."""
        client = clients(Secrets)
        without = refused(client.rotate_secret, safe.secret)
        function = models.FunctionTargetSystemDetails(function_id="ocid1.fnfunc.oc1.iad.a")
        _rotated_by(client, safe.secret, function, interval="P30D")
        before = client.get_secret(safe.secret).data
        answer = client.rotate_secret(safe.secret)
        owed = [one for one in Outbox(safe.door.store).listed() if one.source == safe.secret]

        assert without == (400, "InvalidParameter")
        assert (before.rotation_status, before.last_rotation_time) == ("SCHEDULED", None)
        assert before.next_rotation_time - before.time_created > datetime.timedelta(days=29)
        assert answer.status == 202
        assert json.loads(owed[0].payload) == {"secretId": safe.secret, "step": "VERIFY_CONNECTION"}

    @pytest.mark.parametrize("interval", ["30 days", "PT1H", "P361D", "P", "P1DT"])
    def test_an_interval_that_is_refused(
        self, safe: Safe, clients: Clients, refused: Refused, interval: str
    ) -> None:
        """One that is no duration, or not from 1 to 360 days."""
        function = models.FunctionTargetSystemDetails(function_id="ocid1.fnfunc.oc1.iad.a")
        answer = refused(_rotated_by, clients(Secrets), safe.secret, function, interval=interval)

        assert answer == (400, "InvalidParameter")


class TestKeys:
    def test_what_is_encrypted_is_decrypted(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """With the same associated data only, by the same key only, and after a rotation, too."""
        client = clients(Crypto, service_endpoint=safe.crypto())
        given = {"key_id": safe.key, "associated_data": {"for": "test"}}
        sealed = client.encrypt(kms.EncryptDataDetails(plaintext=b64("hello"), **given)).data
        clients(Keys, service_endpoint=safe.management()).create_key_version(safe.key)
        opened = client.decrypt(kms.DecryptDataDetails(ciphertext=sealed.ciphertext, **given)).data
        other = kms.DecryptDataDetails(
            ciphertext=sealed.ciphertext, key_id=safe.new_key(**AES), associated_data={"for": "test"}
        )
        without = kms.DecryptDataDetails(ciphertext=sealed.ciphertext, key_id=safe.key)
        now = client.encrypt(kms.EncryptDataDetails(plaintext=b64("hello"), **given)).data

        assert base64.b64decode(opened.plaintext) == b"hello"
        assert opened.key_version_id == sealed.key_version_id != now.key_version_id
        assert sealed.encryption_algorithm == "AES_256_GCM"
        assert refused(client.decrypt, other) == (400, "InvalidParameter")
        assert refused(client.decrypt, without) == (400, "InvalidParameter")

    def test_a_data_key(self, safe: Safe, clients: Clients) -> None:
        """Comes sealed, and open on request; the sealed one opens to the same bytes."""
        client = clients(Crypto, service_endpoint=safe.crypto())
        details = kms.GenerateKeyDetails(
            key_id=safe.key,
            include_plaintext_key=True,
            key_shape=kms.KeyShape(algorithm="AES", length=32),
        )
        made = client.generate_data_encryption_key(details).data
        opened = client.decrypt(kms.DecryptDataDetails(ciphertext=made.ciphertext, key_id=safe.key)).data

        assert len(base64.b64decode(made.plaintext)) == 32
        assert opened.plaintext == made.plaintext
        assert opened.plaintext_checksum == made.plaintext_checksum

    @pytest.mark.parametrize(
        ("shape", "algorithm"),
        [
            ({"algorithm": "RSA", "length": 256}, "SHA_256_RSA_PKCS_PSS"),
            ({"algorithm": "ECDSA", "length": 32, "curveId": "NIST_P256"}, "ECDSA_SHA_256"),
        ],
    )
    def test_signatures(self, safe: Safe, clients: Clients, shape: Any, algorithm: str) -> None:
        """A signature holds for its message, and for no other."""
        client, key = clients(Crypto, service_endpoint=safe.crypto()), safe.new_key(**shape)
        given = {"key_id": key, "signing_algorithm": algorithm}
        made = client.sign(kms.SignDataDetails(message=b64("hello"), **given)).data
        verified = [
            client.verify(
                kms.VerifyDataDetails(
                    message=b64(text),
                    signature=made.signature,
                    key_version_id=made.key_version_id,
                    **given,
                )
            ).data.is_signature_valid
            for text in ("hello", "other")
        ]

        assert verified == [True, False]

    def test_what_a_key_cannot_do(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """An AES key signs nothing, and nothing above 4 KiB is encrypted."""
        client = clients(Crypto, service_endpoint=safe.crypto())
        sign = kms.SignDataDetails(
            key_id=safe.key, message=b64("a"), signing_algorithm="SHA_256_RSA_PKCS_PSS"
        )
        long = kms.EncryptDataDetails(key_id=safe.key, plaintext=b64("a" * 4097))

        assert refused(client.sign, sign) == (400, "InvalidParameter")
        assert refused(client.encrypt, long) == (400, "InvalidParameter")

    def test_use_is_a_right_to_one_key(self, safe: Safe, clients: Clients, refused: Refused) -> None:
        """Narrowed by the permission and the key."""
        group = safe.door.group()
        safe.door.allow(
            f"Allow group {group} to use keys in compartment id {safe.compartment}"
            f" where all {{target.key.id = '{safe.key}', request.permission = 'KEY_ENCRYPT'}}"
        )
        client = clients(Crypto, f"group:{group}", service_endpoint=safe.crypto())
        sealed = client.encrypt(kms.EncryptDataDetails(key_id=safe.key, plaintext=b64("a"))).data
        other = kms.EncryptDataDetails(key_id=safe.new_key(**AES), plaintext=b64("a"))

        assert refused(client.encrypt, other) == NOT_FOUND
        assert (
            refused(client.decrypt, kms.DecryptDataDetails(key_id=safe.key, ciphertext=sealed.ciphertext))
            == NOT_FOUND
        )

    def test_vaults_and_keys_are_shown(self, safe: Safe, clients: Clients) -> None:
        """A vault with its endpoints, a key with its version, both in lists."""
        vaults, keys = clients(Vaults), clients(Keys, service_endpoint=safe.management())
        vault, key = vaults.get_vault(safe.vault).data, keys.get_key(safe.key).data

        assert (vault.crypto_endpoint, vault.management_endpoint) == (safe.crypto(), safe.management())
        assert vault.lifecycle_state == "ACTIVE"
        assert (key.lifecycle_state, key.vault_id, key.key_shape.length) == ("ENABLED", safe.vault, 32)
        assert [one.id for one in vaults.list_vaults(safe.compartment).data] == [safe.vault]
        assert [one.id for one in keys.list_keys(safe.compartment).data] == [safe.key]
        assert [one.id for one in keys.list_key_versions(safe.key).data] == [key.current_key_version]
