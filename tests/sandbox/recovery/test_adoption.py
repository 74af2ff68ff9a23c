"""An adopted resource: parent, provider, dependencies and secrets."""

from __future__ import annotations

import json
from typing import Any

from sandbox.recovery.adoption import adopted, updated

from .conftest import (
    IMAGE,
    PROVIDER,
    ROOT,
    RULE,
    SECRET,
    SIGNATURE,
    STACK,
    component,
    entry,
    record,
    state,
    urn,
)

HOME = f"{STACK}::pulumi:providers:oci::home-region"
HOME_ENTRY = {"urn": HOME, "custom": True, "id": "2", "type": "pulumi:providers:oci"}


def resources(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    """The resources of a state."""
    found: list[dict[str, Any]] = state(*entries)["resources"]
    return found


def test_parent_of_the_types_in_the_urn() -> None:
    """The component whose types the URN begins with; of several the one with the nearest name."""
    found = resources(component("web", "x:y:C"), component("worker", "x:y:C"), component("web-log", "x:y:D"))
    made = adopted(record("1", "worker-topic", above="x:y:C$"), found, None, {})

    assert made["parent"] == urn("worker", "x:y:C")


def test_parent_where_there_is_none_of_those_types() -> None:
    """The stack itself: the next up knows better and changes nothing else."""
    assert adopted(record("1", above="x:y:C$"), resources(), None, {})["parent"] == ROOT
    assert adopted(record("1"), resources(), None, {})["parent"] == ROOT


def test_dependencies_by_the_ids_among_the_inputs() -> None:
    """Also inside of a text, and where the id is a path with the OCID at its end."""
    found = resources(
        entry("ocid1.fn.a", "fn"),
        entry("logGroupId/ocid1.lg.b/logId/ocid1.log.c", "log"),
        entry("ocid1.fn.d", "other"),
        entry("n/ns/b/bucket", "bucket"),
    )
    inputs = {"statements": ["allow … where x = 'ocid1.fn.a'"], "log": {"id": "ocid1.log.c"}, "b": "bucket"}
    made = adopted(record("1", inputs=inputs), found, None, {})

    assert made["dependencies"] == [urn("fn"), urn("log")]


def test_what_the_model_says_counts() -> None:
    """Parent, dependencies and options come from the begun operation or the replaced resource."""
    found = resources(component("web", "x:y:C"), entry("ocid1.a", "a"))
    model = entry("old", parent=urn("web", "x:y:C"), dependencies=[urn("a"), urn("no longer")], protect=True)
    made = adopted(record("1"), found, model, {})

    assert made["parent"] == urn("web", "x:y:C")
    assert made["dependencies"] == [urn("a")]
    assert made["protect"] is True
    assert "delete" not in made


def test_provider_that_made_it() -> None:
    """The one the store names, also where it has another id by now."""
    found = [HOME_ENTRY, *resources()]

    assert adopted(record("1", provider=f"{HOME}::2"), found, None, {})["provider"] == f"{HOME}::2"
    assert adopted(record("1", provider=f"{HOME}::1"), found, None, {})["provider"] == f"{HOME}::2"


def test_provider_the_store_does_not_know() -> None:
    """The default one of the package, else any."""
    assert adopted(record("1"), [HOME_ENTRY, *resources()], None, {})["provider"] == f"{PROVIDER}::p"
    assert adopted(record("1"), [HOME_ENTRY], None, {})["provider"] == f"{HOME}::2"


def test_provider_the_state_lacks_is_added() -> None:
    """A state that lost its providers gets them back with their ids, each once."""
    found: list[dict[str, Any]] = []
    for id in ("1", "2"):
        found.append(adopted(record(id, provider=f"{HOME}::7"), found, None, {}))
    image = adopted(record("3", "i", IMAGE), found, None, {})

    providers = {each["urn"]: each["id"] for each in found if each["type"].startswith("pulumi:providers:")}
    default = f"{STACK}::pulumi:providers:docker-build::default_0_0_22"
    assert providers == {HOME: "7", default: "docker-build"}
    assert image["provider"] == f"{default}::docker-build"


def test_encrypted_inputs_stay_encrypted() -> None:
    """What the engine encrypted is taken over, not in plaintext from the store."""
    made = adopted(
        record("1", inputs={"name": "n", "token": "clear"}, secret=("token",)),
        resources(),
        None,
        {"name": "n", "token": SECRET},
    )

    assert made["inputs"]["token"] == made["outputs"]["token"] == SECRET
    assert "clear" not in json.dumps(made)


def test_inputs_of_another_operation_do_not_count() -> None:
    """What was begun last may differ from what an earlier run created: the record says what exists."""
    made = adopted(record("1", inputs={"name": "n", "size": 1}), resources(), None, {"name": "n", "size": 2})

    assert made["inputs"] == {"name": "n", "size": 1}
    assert made["outputs"]["size"] == 1


def test_secrets_of_the_store_are_marked() -> None:
    """What came in as a secret is handed to the engine marked, so that it encrypts it."""
    made = adopted(
        record("1", inputs={"name": "n", "config": {"k": "clear"}}, secret=("config",)), [], None, {}
    )

    for part in ("inputs", "outputs"):
        assert made[part]["config"] == {SIGNATURE: SECRET[SIGNATURE], "plaintext": '{"k": "clear"}'}
        assert made[part]["name"] == "n"


def test_inputs_the_store_never_keeps() -> None:
    """A registry's password is in inputs and outputs if the engine's operation has it."""
    made = adopted(record("sha256:1", "i", IMAGE), resources(), None, {"name": "n", "registries": [SECRET]})

    assert made["outputs"]["registries"] == [SECRET]


def test_update_keeps_what_the_store_never_keeps() -> None:
    """An updated image keeps its registries; an input taken away is gone."""
    known = entry("sha256:1", "i", IMAGE, inputs={"name": "n", "registries": [SECRET], "tags": ["t"]})
    updated(known, record("sha256:1", "i", IMAGE, inputs={"name": "m"}))

    assert known["inputs"] == {"name": "m", "registries": [SECRET]}
    assert known["outputs"] == {"name": "m", "state": "ACTIVE", "registries": [SECRET]}


def test_type_is_the_records() -> None:
    """Type, id and URN are the store's."""
    made = adopted(record("1", "r", RULE), resources(), None, {})

    assert (made["urn"], made["type"], made["id"], made["custom"]) == (urn("r", RULE), RULE, "1", True)
