"""What a program marks as secret is in the store and nowhere else, whatever is done with it.

One stack with a marked value in every kind of place: deployed, refused, compared; an event sent through it,
its function invoked, clients with rights and without; then all files of the sandbox and all that was printed
are searched for the values, as they are and in base64.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest

from sandbox.environment import ROOT, Sandbox
from sandbox.rest.place import Place
from tests.end_to_end.harness import COMPARTMENT, TENANCY, Program
from tests.pages import written_down
from tests.sandbox.rest.conftest import sandbox_files

STORE = ("store.db", "store.db-wal")
# What a service is told to send, to whom, is a file there.
OUTBOX = (*STORE, "outbox/email/*")
ALLOWED: dict[str, tuple[str, ...]] = {
    "address": OUTBOX,
    # The id of a bucket is its name, and an id is no secret to the engine.
    "bucket": (*STORE, "state/.pulumi/*"),
    "content": STORE,
    "function": STORE,
    "group": STORE,
    "queue": STORE,
    "statement": STORE,
    "stream": STORE,
    "topic": OUTBOX,
}
"""Where each value may lie, as patterns of paths below the sandbox's folder."""

_HEAD = """

def hidden(name):
    return pulumi.Output.secret(pulumi.Config().require(name))


tenancy = {"compartment_id": TENANCY, "description": "d"}
here = {"compartment_id": COMPARTMENT}
"""
_MORE = """
oci.identity.Policy("known", name="known", statements=[
    hidden("statement").apply(lambda one: f"Allow group {one} to read buckets in tenancy")], **tenancy)
oci.identity.Group("group", name=hidden("group"), **tenancy)
oci.objectstorage.Bucket("bucket", namespace=namespace, name=hidden("bucket"), **here)
topic = oci.ons.NotificationTopic("topic", name=hidden("topic"), **here)
oci.ons.Subscription("mail", topic_id=topic.id, protocol="EMAIL", endpoint=hidden("address"), **here)
oci.queue.Queue("queue", display_name=hidden("queue"), **here)
oci.streaming.Stream("stream", name=hidden("stream"), partitions=1, **here)
vault = oci.kms.Vault("vault", display_name="v", vault_type="DEFAULT", **here)
key = oci.kms.Key("key", display_name="k", management_endpoint=vault.management_endpoint,
    key_shape={"algorithm": "AES", "length": 32}, **here)
oci.vault.Secret("secret", vault_id=vault.id, key_id=key.id, secret_name="s", secret_content={
    "content_type": "BASE64", "content": hidden("content")}, **here)
"""
# Each is refused, for a reason that could quote the value.
_REFUSED = """
def spoilt(name, end):
    return hidden(name).apply(lambda one: f"{one}{end}")


oci.identity.Policy("bad1", name="bad1", statements=[hidden("statement")], **tenancy)
oci.identity.Group("bad2", name=spoilt("group", " "), **tenancy)
oci.objectstorage.Bucket("bad3", namespace=namespace, name=spoilt("bucket", "/"), **here)
oci.functions.Application("bad4", display_name="bad4", subnet_ids=[SUBNET],
    config={"A": spoilt("function", "x" * 5000)}, **here)
oci.ons.NotificationTopic("bad5", name=spoilt("topic", "!"), **here)
oci.identity.DynamicGroup("bad6", name="bad6", matching_rule=hidden("statement"), **tenancy)
oci.streaming.Stream("bad7", name=hidden("stream"), partitions=1, **here)
"""
# A client that asks for what is there and for what it may not, and says the ids of its requests.
_CLIENT = """
import oci
config = oci.config.from_file()
storage = oci.object_storage.ObjectStorageClient(config)
identity = oci.identity.IdentityClient(config)
for call, arguments in (
    (storage.get_bucket, ("sandboxns", {bucket!r})),
    (storage.put_object, ("sandboxns", {bucket!r}, "a", b"x")),
    (storage.list_buckets, ("sandboxns", {compartment!r})),
    (identity.list_policies, ({tenancy!r},)),
    (identity.list_groups, ({tenancy!r},)),
):
    try:
        print(call(*arguments).request_id)
    except oci.exceptions.ServiceError as error:
        print(error.request_id)
"""
_REQUEST_ID = re.compile(r"\b[0-9A-F]{32}\b[0-9A-F/]*")


@dataclass
class Scene:
    """What is left: the files, and all that was printed."""

    folder: Path
    printed: str = ""
    values: dict[str, str] = field(default_factory=dict)

    def forms(self, name: str) -> list[str]:
        """How a value may be written."""
        value = self.values[name]
        return [value, base64.b64encode(value.encode()).decode().rstrip("=")]


@pytest.fixture(scope="module")
def scene(
    sandbox: Sandbox, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Everything done once."""
    program = Program(tmp_path_factory.mktemp("secrets"), environment)
    source = _written(program)
    found = Scene(sandbox.folder, values={name: f"hushed{name}9f3x7q" for name in ALLOWED})
    found.values["address"] += "@example.com"
    for name, value in found.values.items():
        said = base64.b64encode(value.encode()).decode() if name == "content" else value
        assert program.run("config", "set", "--secret", name, said).status == 0
    found.printed = "".join(_engine(program, source)) + "".join(_commands(program, found))
    yield found
    program.run("destroy", "--yes")
    (Place(sandbox.folder).folder / "serve.json").unlink(missing_ok=True)


def _written(program: Program) -> str:
    """The program of a page, with more in it; its function prints what it was told, and answers with it."""
    (program.folder / "Pulumi.yaml").write_text("")
    written_down("how-to/your-own-function-on-the-sandbox.md", program.folder)
    (program.folder / "Pulumi.yaml").write_text("name: secrets\nruntime: python\n")
    (program.folder / "one.txt").write_text("what was put")
    function = program.folder / "fn" / "func.py"
    function.write_text(
        function.read_text()
        .replace("import io\n", "import io\nimport os\n")
        .replace("    event = json", '    print("told", os.environ["TOKEN"], flush=True)\n    event = json')
        .replace('"read": len(found.content)', '"read": len(found.content), "told": os.environ["TOKEN"]')
    )
    page = (program.folder / "__main__.py").read_text()
    assert program.run("stack", "init").status == 0
    return page.replace("\nnamespace =", f"{_HEAD}\nnamespace =").replace(
        'display_name="shouter",',
        'display_name="shouter", config={"TOKEN": hidden("function"), "A": "plain"},',
    )


def _engine(program: Program, source: str) -> Iterator[str]:
    main = program.folder / "__main__.py"
    main.write_text(source + _MORE)
    up = program.run("up", "--yes")
    assert up.status == 0, up.output
    yield up.output
    main.write_text(source + _MORE + _REFUSED)
    refused = program.run("up", "--yes", "--continue-on-error")
    assert all(f"bad{number} **creating failed** error: 40" in refused.output for number in range(1, 8))
    yield refused.output
    main.write_text(source + _MORE)
    for command in (("preview", "--diff"), ("refresh", "--yes", "--diff"), ("stack", "output")):
        yield program.run(*command).output


def _commands(program: Program, scene: Scene) -> Iterator[str]:
    def run(*arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments],
            cwd=ROOT,
            env={**os.environ, "OCI_SANDBOX_DIR": str(scene.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert "Traceback" not in ran.stdout, ran.stdout
        return ran.stdout

    event, body = (str(program.folder / name) for name in ("event.json", "one.txt"))
    emit = ("emit", "--stack", program.stack, "--file", event, "--object", body)
    emitted = run(*emit)
    assert '"told": "[secret]"' in run(*emit, "--json").replace('\\"', '"')
    assert "told [secret]" in emitted
    yield emitted
    yield run("invoke", "shouter", "--as", "user:nobody")
    client = _CLIENT.format(bucket=scene.values["bucket"], compartment=COMPARTMENT, tenancy=TENANCY)
    asked = [
        run("run", "--as", who, "--", sys.executable, "-c", client)
        for who in ("administrator", "user:nobody")
    ]
    requests = _REQUEST_ID.findall("".join(asked))
    assert len(requests) == 10
    for request in requests:
        yield run("why", request)
        yield run("why", request, "--json")
    for command in ("logs", "deliveries"):
        yield run(command)
        yield run(command, "--json")
    for command in ("status", "directory", "env"):
        yield run(command)


@pytest.mark.parametrize("name", ALLOWED)
def test_a_marked_value_is_in_the_store_and_nowhere_else(scene: Scene, name: str) -> None:
    """Not in a log, a trace or a report, and of all files only in those that are kept for it."""
    forms = [form.encode() for form in scene.forms(name)]
    holding = {
        str(path.relative_to(scene.folder))
        for path in sandbox_files(scene.folder)
        if any(form in path.read_bytes() for form in forms)
    }

    assert {path for path in holding if not any(fnmatch(path, one) for one in ALLOWED[name])} == set()
    assert holding & set(STORE), "a search that finds nothing would prove nothing"


@pytest.mark.parametrize("name", ALLOWED)
def test_a_marked_value_is_printed_by_no_command(scene: Scene, name: str) -> None:
    """Of the engine or of the sandbox."""
    assert len(scene.printed) > 10_000
    assert [
        line for line in scene.printed.splitlines() if any(one in line for one in scene.forms(name))
    ] == []


def test_what_holds_a_marked_value_is_its_owners_alone(scene: Scene) -> None:
    """No other user of the machine reads it."""
    forms = [form.encode() for name in ALLOWED for form in scene.forms(name)]
    for path in sandbox_files(scene.folder):
        if any(form in path.read_bytes() for form in forms):
            assert path.stat().st_mode & 0o077 == 0, path
