"""The subcommand `oci-iam needs`."""

from __future__ import annotations

import json
from collections.abc import Callable

Run = Callable[..., tuple[int, str, str]]


def test_by_name(run: Run) -> None:
    """Permissions, statement, what is missing in it, variables and source."""
    status, said, _ = run("needs", "getobject")

    assert status == 0
    assert said.splitlines() == [
        "GetObject (Object Storage)",
        "    needs:     OBJECT_READ",
        "    narrowest: Allow dynamic-group <dynamic-group> to read objects in compartment id"
        " <compartment-ocid> where target.bucket.name = '<bucket-name>'",
        "    missing:   <dynamic-group>, <compartment-ocid>, <bucket-name>",
        "    variables: target.bucket.name, target.bucket.tag.*, target.object.name",
        "    source:    Details for Object Storage, Archive Storage, and Data Transfer",
    ]


def test_by_words(run: Run) -> None:
    """One argument or several."""
    assert run("needs", "publish a message") == run("needs", "publish", "a", "message")
    assert run("needs", "publish a message")[1].startswith("PublishMessage (Notifications)\n")


def test_several_are_all_listed(run: Run) -> None:
    """With what must hold for each, an empty line between them."""
    first, second = run("needs", "PutObject")[1].split("\n\n")

    assert first.startswith("PutObject (Object Storage), when the object is new\n")
    assert second.startswith("PutObject (Object Storage), when the object exists\n")


def test_what_is_inferred_is_said(run: Run) -> None:
    """A permission that no page names is not handed out as known."""
    assert "permissions inferred" in run("needs", "AnalyzeImage")[1]
    assert "inferred" not in run("needs", "GetObject")[1]


def test_json(run: Run) -> None:
    """The same as a list of objects."""
    (row,) = json.loads(run("needs", "InvokeFunction", "--format", "json")[1])

    assert row["permissions"] == ["FN_INVOCATION"]
    assert row["statements"] == [
        "Allow dynamic-group <dynamic-group> to use fn-invocation in compartment id <compartment-ocid>"
        " where target.function.id = '<function-ocid>'"
    ]
    assert row["mark"] == "DOC"


def test_what_is_unknown_is_one_line(run: Run) -> None:
    """It names near ones, where there are some, and ends with status 2."""
    assert run("needs", "GetObjekt")[0] == 2
    assert run("needs", "GetObjekt")[2].startswith(
        "oci-iam: needs: no operation is known by `GetObjekt`; near: GetObject, "
    )
    assert run("needs", "frob\nnicate")[2] == "oci-iam: needs: no operation is known by `frob nicate`\n"
