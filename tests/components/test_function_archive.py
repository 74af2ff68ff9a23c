"""A function's code as an archive: what is registered, and what is refused."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from components import AiFunction, AiFunctionArgs, FunctionArchive, FunctionArchiveArgs
from components.archives.building import build
from components.archives.runtime import runtime_for
from components.errors import BadArguments
from components.function_archive import FolderArchive, ObjectArchive
from tests.components.arguments import COMPARTMENT, DIGEST, statements

PLAIN = Path(__file__).parent / "archives" / "samples" / "plain"
FUNCTION = "oci:Functions/function:Function"
OBJECT = ObjectArchive(
    bucket="code", namespace="ax", object="responder/a.zip", version="v1", compartment_id=COMPARTMENT
)
VERSION = "ocid1.functionsruntimeversion.oc1..a"


def arguments(**changes: Any) -> FunctionArchiveArgs:
    """Good arguments, with changes."""
    good: dict[str, Any] = {
        "source": FolderArchive(folder=PLAIN),
        "shape": "GENERIC_X86",
        "compartment_id": COMPARTMENT,
        "prefix": "apps-responder",
        "config_path": "Pulumi.dev.yaml: here",
    }
    return FunctionArchiveArgs(**{**good, **changes})


def deployed(world: Any, preview: bool = False, **changes: Any) -> dict[str, Any]:
    """Where the function of such an archive has its code from."""

    def program() -> None:
        archive = FunctionArchive("f-archive", arguments(**changes))
        AiFunction(
            "f",
            AiFunctionArgs(
                compartment_id=COMPARTMENT,
                application_id="ocid1.fnapp.oc1.eu-frankfurt-1.a",
                display_name="responder",
                **archive.function_arguments,
            ),
        )

    found: dict[str, Any] = world.run(program, preview=preview).one(FUNCTION).inputs["sourceDetails"]
    return found


@pytest.mark.parametrize("preview", [True, False])
def test_a_folder_is_sent_as_it_is_built(world: Any, preview: bool) -> None:
    """Known already at preview, so that a preview shows whether the code changes; nothing else is made."""
    built = build(PLAIN, "func.handler", runtime_for("python312.ol9", "GENERIC_X86"))

    assert deployed(world, preview) == {
        "sourceType": "ARCHIVE",
        "archiveSourceDetails": {
            "archiveSourceType": "DIRECT_ARCHIVE",
            "archiveFile": base64.b64encode(built.content).decode(),
        },
        "handler": "func.handler",
        "runtimeConfig": {"runtimeConfigType": "FUNCTION_UPDATE", "functionsRuntimeName": "python312.ol9"},
    }
    assert {each.type.partition(":")[0] for each in world.recorder.registered.values()} == {
        "aifunctions",
        "oci",
    }


def test_a_version_of_the_runtime_is_kept(world: Any) -> None:
    """No update of the function changes it then."""
    assert deployed(world, runtime_version_id=VERSION)["runtimeConfig"] == {
        "runtimeConfigType": "MANUAL",
        "functionsRuntimeName": "python312.ol9",
        "functionsRuntimeVersionId": VERSION,
    }


def test_an_object_is_named_by_its_version(world: Any) -> None:
    """And by one statement the applications of the compartment may read it, before it is read."""
    details = deployed(world, source=OBJECT, handler="other.answer", runtime="python311.ol9")

    assert details["archiveSourceDetails"] == {
        "archiveSourceType": "OBJECT_STORAGE_ARCHIVE",
        "bucket": "code",
        "namespace": "ax",
        "object": "responder/a.zip",
        "objectVersionId": "v1",
    }
    assert (details["handler"], details["runtimeConfig"]["functionsRuntimeName"]) == (
        "other.answer",
        "python311.ol9",
    )
    assert statements(world) == [
        f"Allow any-user to read objects in compartment id {COMPARTMENT} where all "
        f"{{request.principal.type = 'fnapp', request.principal.compartment.id = '{COMPARTMENT}', "
        "target.bucket.name = 'code', target.object.name = 'responder/a.zip'}"
    ]
    assert any("policy:Policy" in urn for urn in world.one(FUNCTION).depends_on)


def test_an_object_is_not_known_before_it_may_be_read(world: Any) -> None:
    """The bucket's name waits for the policy's id, which a first preview does not know."""
    assert deployed(world, True, source=OBJECT)["archiveSourceDetails"]["bucket"] == "<unknown>"


def test_the_digest_that_was_asked_for_passes(world: Any) -> None:
    """What is built is what was reviewed; it is sent as without it."""
    plain = deployed(world)
    digest = build(PLAIN, "func.handler", runtime_for("python312.ol9", "GENERIC_X86")).digest

    assert deployed(type(world)(), source=FolderArchive(folder=PLAIN, digest=digest)) == plain


def test_another_digest_is_refused_with_both(world: Any) -> None:
    """And nothing is registered that would run it."""
    built = build(PLAIN, "func.handler", runtime_for("python312.ol9", "GENERIC_X86")).digest

    with pytest.raises(BadArguments) as refused:
        deployed(world, source=FolderArchive(folder=PLAIN, digest=DIGEST))

    assert refused.value.lines == (
        f"Pulumi.dev.yaml: here.digest: expected {DIGEST}, found {built}: plain or its packages are not what "
        "they were",
    )
    assert world.all(FUNCTION) == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"handler": "func"}, "handler: 'func' is not <file>.<function>"),
    ({"handler": "a/func.handler"}, "handler: 'a/func.handler' is not <file>.<function>"),
    ({"runtime": "python3.12"}, "runtime: 'python3.12' is not the name of a runtime"),
    ({"runtime_version_id": "7"}, "runtime_version_id: '7' is not an OCID"),
    ({"shape": "ARM"}, "shape: ARM is not one of"),
    ({"source": FolderArchive(folder=PLAIN, digest="latest")}, "digest: 'latest' is not a digest"),
    ({"source": ObjectArchive(**{**vars(OBJECT), "object": "it's.zip"})}, 'object: "it\'s.zip" cannot be'),
    ({"source": ObjectArchive(**{**vars(OBJECT), "version": ""})}, "version: is empty"),
    ({"source": ObjectArchive(**{**vars(OBJECT), "bucket": "a b"})}, "bucket: 'a b' is not"),
    ({"source": OBJECT, "prefix": "p" * 93}, "prefix: "),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_bad_arguments_are_refused_before_anything_is_registered(
    changes: dict[str, Any], reason: str
) -> None:
    """Arguments OCI would refuse cannot be constructed; the message begins with the place in the config."""
    with pytest.raises(BadArguments) as refused:
        arguments(**changes)

    (line,) = refused.value.lines
    assert line.startswith(f"Pulumi.dev.yaml: here.{reason}")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source": FolderArchive(folder=PLAIN / "gone")}, "folder: gone: cannot be read"),
        ({"runtime": "node24.ol9"}, "folder: node24.ol9 is no runtime for Python"),
        ({"handler": "other.handler"}, "folder: plain contains no other.py"),
    ],
)
def test_what_cannot_be_built_is_refused(world: Any, changes: dict[str, Any], reason: str) -> None:
    """With the place in the config, and without a function."""
    with pytest.raises(BadArguments) as refused:
        deployed(world, **changes)

    assert refused.value.lines[0].startswith(f"Pulumi.dev.yaml: here.{reason}")
    assert world.all(FUNCTION) == []
