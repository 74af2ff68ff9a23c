"""A secret value is in no error, failed check or warning, whatever is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.call import Call
from sandbox.providers.docker_build import IMAGE
from sandbox.providers.redaction import redacted, secret_values
from sandbox.providers.sdk import ResourceType, Sdk, Type
from sandbox.providers.server import Provider
from sandbox.providers.wire import Secret
from sandbox.services import rules_of
from sandbox.services.bridge_base import UNKNOWN
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, Failed, application, function

SDK = Sdk("pulumi_oci")
WORD, NUMBER = "zq7XkV9w", 73519
MARK = re.compile(rf"zq7x|xkv9|{NUMBER}", re.IGNORECASE)

# Wrong in every way somebody may write it: blanks, a line's end, quotes, an OCID of no type, a statement.
STRINGS = (
    f"{WORD} pl\n'\"x",
    f"ocid1.{WORD.lower()}.oc1..{WORD}",
    f"Allow group {WORD} to frobnicate {WORD} in tenancy",
    f'{{"eventType": "{WORD}',
    f"fra.ocir.io/{WORD.lower()}/fn:{WORD}",
)


def values(resource: ResourceType, type: Type, string: str, depth: int = 0) -> Any:
    """A value of a type with the mark in all of it."""
    if type.kind == "list":
        return [values(resource, type.of or Type("any"), string, depth + 1)]
    if type.kind == "map":
        return {f"{WORD}-k": values(resource, type.of or Type("any"), string, depth + 1)}
    if type.kind == "object" and depth < 4:
        fields = resource.object(type.name)
        return {name: values(resource, field.type, string, depth + 1) for name, field in fields.items()}
    return {"int": NUMBER, "float": NUMBER, "bool": True}.get(type.kind, string)


def refusals(client: Client, type: str, inputs: dict[str, Any]) -> Iterator[str]:
    """What is said of a check, a create and an update with these inputs."""
    for ask in (client.check, client.create):
        try:
            ask(type, "x", inputs)
        except Failed as failed:
            yield str(failed)


@pytest.mark.slow
@pytest.mark.parametrize("first", sorted({token.split(":")[1][0] for token in SDK.tokens}))
def test_no_check_of_any_type_shows_a_secret(oci: Client, first: str) -> None:
    """Every input of every type, closed and of another kind than it should be."""
    said = 0
    for token in (token for token in SDK.tokens if token.split(":")[1].startswith(first)):
        inputs = SDK.resource(token).inputs
        for wrong in (STRINGS[0], [STRINGS[0]], {WORD: STRINGS[0]}, NUMBER):
            for text in refusals(oci, token, {name: Secret(wrong) for name in inputs}):
                assert MARK.search(text) is None, text
                said += 1

    assert said


@pytest.mark.slow
@pytest.mark.parametrize("first", sorted({token.split(":")[1][0] for token in SDK.tokens}))
def test_no_input_that_is_sensitive_by_itself_is_shown(oci: Client, first: str) -> None:
    """The type says that it is secret, whether or not the program closed it."""
    for token in (token for token in SDK.tokens if token.split(":")[1].startswith(first)):
        resource = SDK.resource(token)
        for name in resource.secret_outputs & set(resource.inputs):
            for wrong in (STRINGS[0], [STRINGS[0]], {WORD: STRINGS[0]}, NUMBER):
                for text in refusals(oci, token, {name: wrong}):
                    assert MARK.search(text) is None, text


RULED = sorted(token for token in SDK.tokens if type(rules_of(token)).__name__ != "Rules")


@pytest.mark.parametrize("token", RULED)
def test_no_service_shows_a_secret(oci: Client, token: str) -> None:
    """Right by its kind, so that the service gets it, and refused by the service or by the provider."""
    resource = SDK.resource(token)
    said = []
    for string in STRINGS:
        whole = {name: values(resource, field.type, string) for name, field in resource.inputs.items()}
        # All at once, and each beside the others' absence: every rule is the first to refuse in turn.
        for inputs in (whole, *({**VALID.get(token, {}), name: whole[name]} for name in whole)):
            closed = {name: Secret(value) for name, value in inputs.items()}
            said += list(refusals(oci, token, closed))

    assert said
    assert [text for text in said if MARK.search(text)] == []


ACTION = {"actionType": "ONS", "isEnabled": True, "topicId": "ocid1.onstopic.oc1.iad.a"}
VALID: dict[str, dict[str, Any]] = {
    "oci:Functions/application:Application": application(),
    "oci:Functions/function:Function": function("ocid1.fnapp.oc1.iad.aaaaforeign"),
    "oci:Identity/policy:Policy": {
        "compartmentId": COMPARTMENT,
        "name": "n",
        "description": "d",
        "statements": ["Allow group a to inspect fn-app in tenancy"],
    },
    "oci:Identity/dynamicGroup:DynamicGroup": {
        "compartmentId": TENANCY,
        "name": "n",
        "description": "d",
        "matchingRule": "ALL {resource.type = 'fnfunc'}",
    },
    "oci:Events/rule:Rule": {
        "compartmentId": COMPARTMENT,
        "displayName": "r",
        "isEnabled": True,
        "condition": "{}",
        "actions": {"actions": [ACTION]},
    },
    "oci:ObjectStorage/bucket:Bucket": {"compartmentId": COMPARTMENT, "namespace": "ns", "name": "b"},
    "oci:Ons/notificationTopic:NotificationTopic": {"compartmentId": COMPARTMENT, "name": "t"},
    "oci:Logging/logGroup:LogGroup": {"compartmentId": COMPARTMENT, "displayName": "g"},
    "oci:Artifacts/containerRepository:ContainerRepository": {
        "compartmentId": COMPARTMENT,
        "displayName": "ai/fn",
    },
    "oci:Waas/customProtectionRule:CustomProtectionRule": {
        "compartmentId": COMPARTMENT,
        "displayName": "c",
        "template": 'SecRule ARGS "x" "phase:2, id: {{id_1}}, ctl:ruleEngine={{mode}}, deny"',
    },
}


def test_a_refusal_still_says_which_input_and_why(oci: Client) -> None:
    """The place and what is allowed stay; a reason that quotes only a part is left out as a whole."""
    statement = f"Allow group {WORD} to frobnicate fn-app in tenancy"
    policy = {**VALID["oci:Identity/policy:Policy"], "statements": Secret([statement])}
    memory = {**function("ocid1.fnapp.oc1.iad.a"), "memoryInMbs": Secret("73519")}

    assert list(refusals(oci, "oci:Functions/function:Function", memory)) == [
        "400-InvalidParameter, memoryInMbs must be one of 128, 256, 512, 1024, 2048, 3072, not '[secret]'"
    ]
    assert list(refusals(oci, "oci:Identity/policy:Policy", policy)) == [
        '400-InvalidParameter, "statements": a secret value is not accepted; the reason quotes it and is not'
        " shown"
    ]


def test_a_value_that_is_no_secret_is_shown(oci: Client) -> None:
    """Also beside one that is."""
    inputs = {**function("ocid1.fnapp.oc1.iad.a"), "memoryInMbs": "73519", "config": Secret({"A": "hidden"})}

    assert "not '73519'" in next(refusals(oci, "oci:Functions/function:Function", inputs))


def test_neither_a_look_up_nor_a_mistake_of_the_sandbox_shows_one(
    oci: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arguments of data sources; and what an exception nobody thought of quotes."""
    with pytest.raises(Failed) as looked:
        oci.invoke("oci:Functions/getApplication:getApplication", applicationId=Secret(STRINGS[0]))

    def mistaken(_pattern: str, call: Call) -> str:
        known: dict[str, str] = {}
        return known[call.inputs["displayName"]]

    monkeypatch.setattr("sandbox.providers.oci.composed_ids.new_id", mistaken)
    with pytest.raises(Failed) as failed:
        oci.create("oci:Functions/application:Application", "a", application(displayName=Secret(WORD)))

    assert MARK.search(str(looked.value)) is None
    assert str(failed.value).startswith("500-InternalError, the sandbox itself failed")
    assert MARK.search(str(failed.value)) is None


def test_an_image_shows_neither_its_secrets_nor_its_tags(
    docker: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In what is refused, and in the warning about a repository nobody made."""
    warned: list[str] = []
    monkeypatch.setattr(Provider, "_show", lambda _self, _urn, text: warned.append(text))
    inline = {"inline": "FROM scratch"}
    inputs = {"dockerfile": inline, "context": {"location": str(tmp_path)}, "push": True}
    tag = f"iad.ocir.io/sandboxns/{WORD.lower()}:1"

    for wrong in (
        {"tags": Secret([STRINGS[0]])},
        {"secrets": {"a": [WORD]}},
        {"registries": [{"password": [WORD]}]},
    ):
        for text in refusals(docker, IMAGE, {**inputs, **wrong}):
            assert MARK.search(text) is None, text
    docker.create(IMAGE, "i", {**inputs, "tags": Secret([tag])})
    assert len(warned) == 1
    assert MARK.search(warned[0]) is None


HIDDEN = '"x": a secret value is not accepted; the reason quotes it and is not shown'


@pytest.mark.parametrize(
    ("text", "secret", "shown"),
    [
        ("name 'a b' must", "a b", "name '[secret]' must"),
        ("name 'a\\nb' must", "a\nb", "name '[secret]' must"),
        ("name a b must", "a\n b", "name [secret] must"),
        ("'abc' already exists", "ABC", "'[secret]' already exists"),
        ("must have 1 to 17 letters, not 7", "7", "must have 1 to 17 letters, not [secret]"),
        (
            "stopped at `ssword`",
            "my password",
            HIDDEN,
        ),
        (
            "404-NotFound, at ssword",
            "my password",
            f"404-NotFound, {HIDDEN}",
        ),
        ("nothing of it", "secretive", "nothing of it"),
    ],
)
def test_whole_values_are_replaced_and_parts_hide_the_reason(text: str, secret: str, shown: str) -> None:
    """However it is written."""
    assert redacted(text, {"x": [secret]}) == shown


def test_what_is_secret_among_inputs() -> None:
    """What a program closed, what the type says is secret, and what is called a password."""
    inputs = {
        "config": {"A": Secret("1"), "B": "2"},
        "adminPassword": "3",
        "auth": [{"password": 4, "user": "u"}],
        "token": ["5"],
        "later": Secret(UNKNOWN),
        "flag": Secret(True),
        "map": Secret({"plain_key": "6", "odd key": None}),
    }

    assert secret_values(inputs, {"token"}) == {
        "config": ["1"],
        "adminPassword": ["3"],
        "auth": ["4"],
        "token": ["5"],
        "map": ["6", "odd key"],
    }


def test_every_type_with_rules_is_asked() -> None:
    """A service that gets rules is tested with the others."""
    assert len(RULED) > 15
