"""What `functions-self-trigger` refuses, lets pass, and leaves for later."""

from __future__ import annotations

import json
from typing import Any

import pytest

NAME = "functions-self-trigger"
RULE, POLICY = "oci:Events/rule:Rule", "oci:Identity/policy:Policy"
CONNECTOR = "oci:Sch/connector:Connector"
GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
HERE, ELSEWHERE = "ocid1.compartment.oc1..aaaahere", "ocid1.compartment.oc1..aaaaelsewhere"
F, G = "ocid1.fnfunc.oc1.phx.aaaaf", "ocid1.fnfunc.oc1.phx.aaaag"
CREATED = "com.oraclecloud.objectstorage.createobject"
UPDATED = "com.oraclecloud.objectstorage.updateobject"
DELETED = "com.oraclecloud.objectstorage.deleteobject"
HERE_WHERE = f"in compartment id {HERE} where"
AS_F = f"request.principal.id = '{F}'"
WRITE = "any {request.permission = 'OBJECT_CREATE', request.permission = 'OBJECT_OVERWRITE'}"


def statement(function: str, bucket: str, more: str = WRITE, place: str = HERE) -> str:
    """The narrowest grant to write to a bucket."""
    return (
        f"Allow any-user to manage objects in compartment id {place} where all {{request.principal.type = "
        f"'fnfunc', request.principal.id = '{function}', target.bucket.name = '{bucket}', {more}}}"
    )


def rule(
    pack: Any, function: str = F, bucket: Any = "in", name: str = "rule", types: Any = CREATED, **data: Any
) -> list[str]:
    """What the pack says of a rule on the objects of a bucket."""
    details = {"additionalDetails": {"bucketName": bucket}} if bucket is not None else {}
    condition = json.dumps({"eventType": types, "data": {**details, **data}})
    actions = {"actions": [{"actionType": "FAAS", "isEnabled": True, "functionId": function}]}
    props = {"compartmentId": HERE, "isEnabled": True, "condition": condition, "actions": actions}
    found: list[str] = pack.analyze(RULE, props, name=name).of(NAME)
    return found


def policy(pack: Any, *statements: str, name: str = "policy") -> list[str]:
    """What the pack says of a policy."""
    found: list[str] = pack.policy(*statements, name=name).of(NAME)
    return found


def test_the_rule_that_completes_a_loop(pack: Any) -> None:
    """The finding names the function, the statement by which it writes, and the rule."""
    assert policy(pack, statement(F, "in")) == []

    (found,) = rule(pack)

    lines = found.split("\n")
    assert lines[0] == f"the function {F} may invoke itself without end"
    assert lines[1].startswith("  by:      policy statements[0]: Allow any-user to manage objects")
    assert "rule invokes" in found
    assert "after a write to objects of in" in " ".join(found.split())


def test_the_policy_that_completes_a_loop(pack: Any) -> None:
    """Whichever of the two comes last is refused: nothing is created before."""
    assert rule(pack) == []
    assert len(policy(pack, statement(F, "other"), statement(F, "in"))) == 1


@pytest.mark.parametrize(
    "granted",
    [
        statement(F, "in", "request.permission = 'OBJECT_CREATE'"),
        statement(F, "in", "request.permission != 'OBJECT_DELETE'"),
        statement(F, "IN"),
        statement(F, "in", f"{WRITE}, target.object.name = /out*/"),
        statement(F, "in", place=ELSEWHERE),
        f"Allow any-user to manage object-family in tenancy where {AS_F}",
        f"Allow any-user to manage objects in compartment ai where {AS_F}",
        f"Allow any-user to {{OBJECT_CREATE}} {HERE_WHERE} request.principal.type = 'fnfunc'",
        f"Allow any-group to {{OBJECT_CREATE}} {HERE_WHERE} any {{request.principal.id = "
        f"'{F}', request.principal.id = '{G}'}}",
    ],
)
def test_what_lets_it_write_there(pack: Any, granted: str) -> None:
    """By whatever verb, type, place or subject, as long as it may be meant."""
    rule(pack)

    assert len(policy(pack, granted)) == 1


def test_all_resources_are_objects_too(pack: Any) -> None:
    """The rule is refused beside the policy, which is refused for more than this."""
    policy(pack, f"Allow any-user to manage all-resources {HERE_WHERE} {AS_F}")

    assert len(rule(pack)) == 1


@pytest.mark.parametrize(
    "granted",
    [
        statement(G, "in"),
        statement(F, "out"),
        statement(F, "in", "request.permission = 'OBJECT_READ'"),
        statement(F, "in", "request.permission = 'OBJECT_OVERWRITE'"),
        f"Allow any-user to use objects {HERE_WHERE} {AS_F}",
        f"Allow any-user to manage objects in compartment id {ELSEWHERE} where {AS_F}",
        f"Allow any-user to manage objects {HERE_WHERE} all {{{AS_F}, target.bucket.name != 'in'}}",
        f"Allow any-user to manage objects {HERE_WHERE} all {{{AS_F}, target.function.id = '{F}'}}",
        f"Allow any-user to manage objects {HERE_WHERE} request.principal.type = 'ApiGateway'",
        f"Allow group writers to manage objects in compartment id {HERE}",
        f"Allow dynamic-group others to manage objects in compartment id {HERE}",
        "Allow somebody to manage objects",
    ],
)
def test_what_does_not(pack: Any, granted: str) -> None:
    """Another function, bucket, permission, place or principal, and what is no statement."""
    rule(pack)

    assert policy(pack, granted) == []


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ({"bucket": None}, 1),
        ({"bucket": ["other", "in"]}, 1),
        ({"bucket": "i*"}, 1),
        ({"bucket": None, "resourceId": "/n/ns/b/in/o/out*"}, 1),
        ({"bucket": None, "resourceId": "/n/ns/b/in/o/in*"}, 0),
        ({"resourceName": "*.json"}, 1),
        ({"resourceName": ["in/*", "out/*.json"]}, 1),
        ({"resourceName": "in/*"}, 0),
        ({"types": [UPDATED]}, 1),
        ({"types": "com.oraclecloud.objectstorage.*"}, 1),
        ({"types": []}, 1),
        ({"types": DELETED}, 0),
        ({"types": "com.oraclecloud.cloudguard.problemdetected"}, 0),
    ],
)
def test_what_the_filter_lets_through_counts(pack: Any, said: dict[str, Any], count: int) -> None:
    """Names that the function cannot write, and events that no write causes, make no loop."""
    policy(pack, statement(F, "in", f"{WRITE}, target.object.name = /out/*/"))

    assert len(rule(pack, **said)) == count


def test_a_rule_or_action_that_is_off_invokes_nothing(pack: Any) -> None:
    """The rule is asked about again when it is turned on."""
    policy(pack, statement(F, "in"))
    condition = json.dumps({"eventType": CREATED})
    action = {"actionType": "FAAS", "isEnabled": True, "functionId": F}

    for props in (
        {"isEnabled": False, "actions": {"actions": [action]}},
        {"isEnabled": True, "actions": {"actions": [{**action, "isEnabled": False}]}},
        {"isEnabled": True, "actions": {"actions": [{**action, "actionType": "ONS"}]}},
    ):
        assert pack.analyze(RULE, {"condition": condition, **props}).of(NAME) == []
    assert len(pack.analyze(RULE, {"condition": condition, "actions": {"action": [action]}}).of(NAME)) == 1


def test_the_details_of_a_condition_are_read_too(pack: Any) -> None:
    """The provider takes the condition as one string, or in parts."""
    policy(pack, statement(F, "in"))
    data = json.dumps({"additionalDetails": {"bucketName": "in"}})
    action = {"actionType": "FAAS", "isEnabled": True, "functionId": F}
    props = {"conditionDetails": {"eventTypes": [CREATED], "data": data}, "actions": {"actions": [action]}}

    assert len(pack.analyze(RULE, props).of(NAME)) == 1
    props["conditionDetails"] = {"eventTypes": [CREATED], "data": data.replace("in", "out")}
    assert pack.analyze(RULE, props).of(NAME) == []


def test_a_loop_over_two_functions(pack: Any) -> None:
    """Neither invokes itself; each way round is one finding, with both of its steps."""
    rule(pack, F, "one", "first")
    rule(pack, G, "two", "second")
    assert policy(pack, statement(F, "two"), name="f") == []

    (found,) = policy(pack, statement(G, "one"), name="g")

    assert [line.split()[1] for line in found.split("\n") if line.startswith("  by:")] == ["g", "f"]


def test_a_chain_is_none(pack: Any) -> None:
    """Who is invoked by another's results, and writes elsewhere, ends it."""
    rule(pack, F, "one", "first")
    rule(pack, G, "two", "second")

    assert policy(pack, statement(F, "two"), statement(G, "three")) == []


class TestDynamicGroups:
    WRITES = f"Allow dynamic-group writers to manage objects in compartment id {HERE}"

    def group(self, pack: Any, matching_rule: Any, name: str = "writers") -> list[str]:
        """What the pack says of a dynamic group."""
        found: list[str] = pack.analyze(GROUP, {"name": name, "matchingRule": matching_rule}, name=name).of(
            NAME
        )
        return found

    @pytest.mark.parametrize(
        ("matching_rule", "count"),
        [
            (f"ALL {{resource.type = 'fnfunc', resource.id = '{F}'}}", 1),
            ("resource.type = 'fnfunc'", 1),
            (f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{HERE}'}}", 1),
            (f"ALL {{resource.type = 'fnfunc', resource.id = '{G}'}}", 0),
            (f"instance.compartment.id = '{HERE}'", 0),
            ("nonsense", 0),
        ],
    )
    def test_its_members_write(self, pack: Any, matching_rule: str, count: int) -> None:
        """The group, the statement for it and the rule complete the loop in any order."""
        policy(pack, self.WRITES)
        rule(pack)

        assert len(self.group(pack, matching_rule)) == count
        assert len(policy(pack, self.WRITES)) == count
        assert len(rule(pack)) == count

    def test_a_group_of_another_name_does_not(self, pack: Any) -> None:
        """A statement says which group it means."""
        rule(pack)
        policy(pack, self.WRITES)

        assert self.group(pack, f"resource.id = '{F}'", "readers") == []

    def test_an_ocid_may_be_any_group_of_the_program(self, pack: Any) -> None:
        """Nothing says which, unless a component registered the statement for one."""
        self.group(pack, f"resource.id = '{F}'")
        rule(pack)
        text = (
            f"Allow dynamic-group id ocid1.dynamicgroup.oc1..aaaa to manage objects in compartment id {HERE}"
        )

        assert len(policy(pack, text)) == 1

        other = pack.analyze(GROUP, {"name": "other", "matchingRule": f"resource.id = '{G}'"}, name="other")
        grants = {"it": [{"text": "x", "refs": {"group": "urn:pulumi:dev::project::" + f"{GROUP}::other"}}]}
        parent = "urn:pulumi:dev::project::my:index:Component::parent"
        pack.analyze("my:index:Component", {"grants": grants}, name="parent")
        pack.deploy()

        assert other.of(NAME) == []
        assert pack.policy(text, parent=parent).of(NAME) == []

    def test_an_unknown_rule_is_judged_later(self, pack: Any) -> None:
        """Who joins is known at deploy."""
        answer = pack.analyze(GROUP, {"name": "g", "matchingRule": UNKNOWN}, name="g")

        assert answer.of(NAME) == []
        assert "unknown" in answer.not_applicable[NAME]


class TestConnectors:
    SOURCES = (
        ({"kind": "streaming", "streamId": "ocid1.stream.oc1..a"}, "streams", "STREAM_PRODUCE", "stream"),
        (
            {"kind": "plugin", "configMap": json.dumps({"queueId": "ocid1.queue.oc1..a"})},
            "queues",
            "QUEUE_PRODUCE",
            "queue",
        ),
        (
            {"kind": "logging", "logSources": [{"logGroupId": "ocid1.loggroup.oc1..a"}]},
            "log-content",
            "LOG_CONTENT_PUSH",
            "loggroup",
        ),
    )

    def connector(self, pack: Any, source: Any, target: Any) -> Any:
        """What the pack says of a connector."""
        return pack.analyze(CONNECTOR, {"source": source, "target": target}, name="connector")

    @pytest.mark.parametrize(("source", "resource", "permission", "kind"), SOURCES)
    def test_what_it_hands_over_is_written_by_the_function(
        self, pack: Any, source: Any, resource: str, permission: str, kind: str
    ) -> None:
        """A statement that names the source is a loop, one that names another is none."""
        target = {"kind": "functions", "functionId": F}
        text = (
            f"Allow any-user to use {resource} {HERE_WHERE} all {{request.principal.id = "
            f"'{F}', request.permission = '{permission}', target.{kind}.id = 'ocid1.{kind}.oc1..%s'}}"
        )
        assert policy(pack, text % "b") == []
        assert self.connector(pack, source, target).of(NAME) == []

        assert len(policy(pack, text % "a")) == 1
        assert self.connector(pack, source, {"kind": "streaming"}).of(NAME) == []

    @pytest.mark.parametrize(
        ("source", "target"),
        [
            (UNKNOWN, {"kind": "functions", "functionId": F}),
            ({"kind": "streaming", "streamId": UNKNOWN}, {"kind": "functions", "functionId": F}),
            ({"kind": "streaming", "streamId": "s"}, {"kind": "functions", "functionId": UNKNOWN}),
            ({"kind": "plugin", "configMap": UNKNOWN}, {"kind": "functions", "functionId": F}),
        ],
    )
    def test_unknown_is_judged_later(self, pack: Any, source: Any, target: Any) -> None:
        """Source and function of a new connector are known at deploy."""
        answer = self.connector(pack, source, target)

        assert answer.of(NAME) == []
        assert "unknown" in answer.not_applicable[NAME]


@pytest.mark.parametrize(
    "changed",
    [
        {"condition": UNKNOWN},
        {"condition": "", "conditionDetails": {"eventTypes": UNKNOWN}},
        {"actions": {"actions": [{"actionType": "FAAS", "functionId": UNKNOWN}]}},
        {"actions": {"actions": [UNKNOWN]}},
    ],
)
def test_unknown_is_judged_later(pack: Any, changed: dict[str, Any]) -> None:
    """A rule of a new function is judged at deploy, where what is still unknown is a violation."""
    action = {"actionType": "FAAS", "functionId": F}
    props = {"condition": json.dumps({"eventType": CREATED}), "actions": {"actions": [action]}, **changed}

    answer = pack.analyze(RULE, props)
    assert answer.of(NAME) == []
    assert "unknown" in answer.not_applicable[NAME]

    pack.deploy()
    (found,) = pack.analyze(RULE, props).of(NAME)
    assert "must be known at deploy" in found


@pytest.mark.parametrize(
    "props",
    [
        {},
        {"condition": 7, "actions": 7},
        {"condition": "[]", "actions": {"actions": [7, None, {}]}},
        {"condition": json.dumps({"eventType": {"a": 1}, "data": [1]})},
        {
            "condition": json.dumps(
                {"eventType": CREATED, "data": {"additionalDetails": 7, "resourceName": {}}}
            )
        },
        {"conditionDetails": {"eventTypes": 7, "data": 7}},
        {"actions": {"actions": {"actionType": "FAAS"}}},
    ],
)
def test_inputs_of_another_shape_are_answered(pack: Any, props: dict[str, Any]) -> None:
    """What is wrong with them is for another rule to say."""
    policy(pack, statement(F, "in"))

    assert not any("failed" in text for text in pack.analyze(RULE, props).of(NAME))
    assert not any("failed" in text for text in pack.analyze(CONNECTOR, props).of(NAME))


def test_what_is_asked_about_again_counts_once(pack: Any) -> None:
    """Preview and deploy ask about the same resources; one that changed is what it is now."""
    rule(pack)
    assert len(policy(pack, statement(F, "in"))) == 1
    assert len(policy(pack, statement(F, "in"))) == 1

    assert rule(pack, bucket="other") == []
    assert policy(pack, statement(F, "in")) == []


def test_config_says_where_compartments_are(pack: Any) -> None:
    """A statement above the rule's compartment covers it."""
    text = f"Allow any-user to manage objects in compartment id {ELSEWHERE} where {AS_F}"
    rule(pack)
    assert policy(pack, text) == []

    pack.configure({NAME: {"compartments": {HERE: ELSEWHERE}}})
    assert len(policy(pack, text)) == 1


def test_an_exemption_covers_the_resource_that_completes_it(pack_of: Any) -> None:
    """Where the loop ends by itself somebody says so, until a day."""
    pack = pack_of()
    one = {"resource": "rule", "owner": "team", "reason": "it writes once", "expires": "2026-12-01"}
    pack.configure({NAME: {"enforcementLevel": "mandatory", "exemptions": [one]}})
    policy(pack, statement(F, "in"))

    answer = pack.analyze(
        RULE,
        {
            "condition": json.dumps({"eventType": CREATED}),
            "actions": {"actions": [{"actionType": "FAAS", "functionId": F}]},
        },
        name="rule",
    )

    assert NAME not in answer.blocking
    assert "exempted until 2026-12-01 by team (it writes once)" in answer.text


@pytest.mark.parametrize("order", ["first second f g", "g f second first", "f first g second"])
@pytest.mark.parametrize(("resource", "covered"), [("first", 1), ("g", 1), ("first-", 0), ("other", 0)])
def test_an_exemption_of_one_resource_covers_the_way_round(
    pack_of: Any, order: str, resource: str, covered: int
) -> None:
    """Whichever of them comes last and completes it, since that may change from one run to the next."""
    pack = pack_of()
    one = {"resource": resource, "owner": "team", "reason": "it ends", "expires": "2026-12-01"}
    pack.configure({NAME: {"enforcementLevel": "mandatory", "exemptions": [one]}})
    condition = {name: json.dumps({"eventType": CREATED, "data": {"additionalDetails": {"bucketName": name}}})
                 for name in ("one", "two")}  # fmt: skip

    def watch(function: str, bucket: str) -> dict[str, Any]:
        actions = [{"actionType": "FAAS", "isEnabled": True, "functionId": function}]
        return {"isEnabled": True, "condition": condition[bucket], "actions": {"actions": actions}}

    answers = [
        pack.policy(statement(F, "two") if name == "f" else statement(G, "one"), name=name)
        if name in "fg"
        else pack.analyze(RULE, watch(F, "one") if name == "first" else watch(G, "two"), name=name)
        for name in order.split()
    ]

    assert sum("exempted until 2026-12-01 by team (it ends)" in answer.text for answer in answers) == covered
    assert [NAME in answer.blocking for answer in answers] == [False, False, False, not covered]


def test_a_secret_statement_is_not_shown(pack: Any, sample: Any) -> None:
    """Its place is."""
    rule(pack)

    (found,) = pack.policy(sample.secret(statement(F, "in"))).of(NAME)

    assert "by:      it statements[0]\n" in found
    assert "manage objects" not in found
