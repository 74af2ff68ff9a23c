"""Archives of code: what Functions refuses of one, and who must be allowed to read it."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.services.functions import archive
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.conftest import (
    APPLICATION,
    COMPARTMENT,
    FUNCTION,
    POLICY,
    TENANCY,
    Client,
    Failed,
    application,
    function,
)

FOREIGN = "ocid1.fnapp.oc1.iad.aaaaforeign"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
RUNTIME = {"runtimeConfigType": "FUNCTION_UPDATE", "functionsRuntimeName": "python312.ol9"}
READ = (
    f"Allow any-user to read objects in compartment id {COMPARTMENT} where all "
    f"{{request.principal.type = 'fnapp', request.principal.compartment.id = '{COMPARTMENT}', "
    "target.bucket.name = 'code', target.object.name = 'a.zip'}"
)


def zipped(*paths: str) -> bytes:
    """A zip with files of these paths."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for path in paths or ("function/func.py",):
            made.writestr(zipfile.ZipInfo(path), path)  # without the time of day
    return content.getvalue()


def direct(content: bytes | None = None, **more: Any) -> dict[str, Any]:
    """A source that is sent with the request."""
    sent = base64.b64encode(zipped() if content is None else content).decode()
    where = {"archiveSourceType": "DIRECT_ARCHIVE", "archiveFile": sent}
    return {
        "sourceType": "ARCHIVE",
        "archiveSourceDetails": where,
        "handler": "func.handler",
        "runtimeConfig": RUNTIME,
        **more,
    }


def stored(**more: Any) -> dict[str, Any]:
    """A source in a bucket."""
    where = {"archiveSourceType": "OBJECT_STORAGE_ARCHIVE", "bucket": "code", "namespace": "sandboxns"}
    return direct(archiveSourceDetails={**where, "object": "a.zip", **more})


def made_of(source: dict[str, Any], application_id: str = FOREIGN) -> dict[str, Any]:
    """A function of that source."""
    return function(application_id, sourceDetails=source)


def test_the_service_shows_the_hash_and_no_image(oci: Client, store: Store) -> None:
    """Base64 of the archive's sha256; the archive itself is kept."""
    made = oci.create(FUNCTION, "fn", made_of(direct()))

    shown = base64.b64encode(hashlib.sha256(zipped()).digest()).decode()
    assert made.outputs["sourceDetails"]["sourceCodeSha256"] == shown
    assert (made.outputs["image"], made.outputs["imageDigest"]) == ("", "")
    assert archive.kept_at(store.path.parent, shown).read_bytes() == zipped()


def test_other_code_is_an_update_in_place(oci: Client) -> None:
    """And the same code is none, whatever the service shows besides."""
    made = oci.create(FUNCTION, "fn", made_of(direct()))
    other = made_of(direct(zipped("function/func.py", "python/a.py")))

    assert oci.changed(made, made_of(direct())) == {}
    assert list(oci.changed(made, other).values()) == ["UPDATE"]
    after = oci.update(made, other)
    shown = [each.outputs["sourceDetails"]["sourceCodeSha256"] for each in (made, after)]
    assert shown[0] != shown[1]
    assert oci.changed(oci.refresh(after), other) == {}


def test_an_image_instead_replaces_the_function(oci: Client) -> None:
    """As the provider's schema says of the kind of source."""
    made = oci.create(FUNCTION, "fn", made_of(direct()))

    assert "UPDATE_REPLACE" in oci.changed(made, function(FOREIGN)).values()


REFUSED: list[tuple[dict[str, Any], str]] = [
    (direct(b"text"), "the archive is not a zip"),
    (direct(archiveSourceDetails={"archiveSourceType": "DIRECT_ARCHIVE"}), "the archive is not a zip"),
    (
        direct(archiveSourceDetails={"archiveSourceType": "DIRECT_ARCHIVE", "archiveFile": "{}"}),
        "archiveFile must be base64",
    ),
    (direct(zipped("func.py")), "the archive has func.py at its root; only function, python, resources"),
    (direct(zipped("function/other.py")), "the archive has no function/func.py, which the handler names"),
    (direct(zipped("function/func.py", "native/a.so")), "the archive has native/, which only multi-arch"),
    (direct(zipped("function/func.py", "python/../../x")), "the archive must not contain python/../../x"),
    (direct(zipped("function/func.py", "/etc/x")), "the archive must not contain /etc/x"),
    (direct(handler=None), "handler must be <file>.<function>, not None"),
    (direct(handler="function/func.handler"), "handler must be <file>.<function>"),
    (
        direct(runtimeConfig={**RUNTIME, "functionsRuntimeName": "python"}),
        "'python' is not a runtime such as",
    ),
    (stored(object=" "), "object must not be blank"),
]


@pytest.mark.parametrize(("source", "text"), REFUSED)
def test_what_the_service_refuses(oci: Client, source: dict[str, Any], text: str) -> None:
    """At create and at update, with what it finds wrong."""
    made = oci.create(FUNCTION, "fn", made_of(direct()))
    with pytest.raises(Failed) as failed:
        oci.create(FUNCTION, "x", {**made_of(source), "displayName": "x"})
    with pytest.raises(Failed):
        oci.update(made, made_of(source))

    assert text in str(failed.value)


def test_a_link_is_refused(oci: Client) -> None:
    """It could lead anywhere on the machine that unpacks it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        link = zipfile.ZipInfo("function/func.py")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")

    with pytest.raises(Failed, match=r"must not contain function/func\.py"):
        oci.create(FUNCTION, "fn", made_of(direct(content.getvalue())))


def test_what_is_too_large_for_a_request_is_refused(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An object may be larger."""
    monkeypatch.setitem(archive._LARGEST, "DIRECT_ARCHIVE", 10)

    with pytest.raises(Failed, match=r"the archive has .* bytes; at most 0 MB are allowed"):
        oci.create(FUNCTION, "fn", made_of(direct()))


def test_both_processors_may_have_native_packages(oci: Client) -> None:
    """In an application of both."""
    app = oci.create(APPLICATION, "app", application(shape="GENERIC_X86_ARM"))
    source = direct(zipped("function/func.py", "native/fn-arch-x86/a.so"))

    assert oci.create(FUNCTION, "fn", made_of(source, app.id)).id


@pytest.mark.parametrize("runtime", ["java21.ol9", "node24.ol9", "ol9"])
def test_other_languages_have_other_layouts(oci: Client, runtime: str) -> None:
    """They are taken as they are: nothing here runs them."""
    source = direct(zipped("func.js"), runtimeConfig={**RUNTIME, "functionsRuntimeName": runtime})

    assert oci.create(FUNCTION, "fn", made_of(source)).id


class TestObject:
    """An archive in a bucket."""

    @pytest.fixture
    def app(self, oci: Client, store: Store) -> str:
        """An application; a bucket with two versions of an archive."""
        made = oci.create(APPLICATION, "app", application())
        bucket = {"compartmentId": COMPARTMENT, "name": "code", "namespace": "sandboxns"}
        oci.create(BUCKET, "code", {**bucket, "versioning": "Enabled"})
        for paths in (("function/func.py",), ("function/func.py", "python/a.py")):
            Objects(store).put_bytes(bucket_id("sandboxns", "code"), "a.zip", zipped(*paths))
        return made.id

    def allow(self, oci: Client, text: str = READ) -> Any:
        """A policy of one statement."""
        said = {"compartmentId": TENANCY, "name": "p", "description": "d", "statements": [text]}
        return oci.create(POLICY, "p", said)

    def test_the_application_must_be_allowed_to_read_it(self, oci: Client, app: str) -> None:
        """By its own principal: without the statement it is as if there were no object."""
        with pytest.raises(Failed, match=r"archive code/a\.zip does not exist, or the application may"):
            oci.create(FUNCTION, "fn", made_of(stored(), app))
        self.allow(oci)

        assert oci.create(FUNCTION, "fn", made_of(stored(), app)).outputs["sourceDetails"]["sourceCodeSha256"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [("'a.zip'", "'b.zip'"), ("'code'", "'other'"), ("fnapp", "fnfunc"), ("read", "inspect")],
    )
    def test_no_other_right_will_do(self, oci: Client, app: str, old: str, new: str) -> None:
        """Of another object, another bucket, another kind of principal, or to see it only."""
        self.allow(oci, READ.replace(old, new))

        with pytest.raises(Failed, match="the application may not read it"):
            oci.create(FUNCTION, "fn", made_of(stored(), app))

    def test_the_version_decides_what_runs(self, oci: Client, app: str, store: Store) -> None:
        """Also when the object has been replaced since, and when it is gone."""
        self.allow(oci)
        bucket, objects = bucket_id("sandboxns", "code"), Objects(store)
        newest = objects.get(bucket, "a.zip")
        assert newest is not None
        source = stored(objectVersionId=newest.version_id)
        objects.put_bytes(bucket, "a.zip", zipped())
        made = oci.create(FUNCTION, "fn", made_of(source, app))
        objects.delete_version(bucket, "a.zip", newest.version_id)
        more = oci.update(made, {**made_of(source, app), "memoryInMbs": "512"})

        shown = base64.b64encode(hashlib.sha256(zipped("function/func.py", "python/a.py")).digest()).decode()
        assert made.outputs["sourceDetails"]["sourceCodeSha256"] == shown
        assert more.outputs["sourceDetails"]["sourceCodeSha256"] == shown
        with pytest.raises(Failed, match="does not exist"):
            oci.create(FUNCTION, "x", {**made_of(source, app), "displayName": "x"})
