"""What each rule that does not judge statements refuses, lets pass, and leaves for later."""

from __future__ import annotations

import json
from typing import Any

import pytest

FUNCTION = "oci:Functions/function:Function"
APPLICATION = "oci:Functions/application:Application"
RULE = "oci:Events/rule:Rule"
TEMPLATE = "oci:Waas/customProtectionRule:CustomProtectionRule"
DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
DIGEST = "sha256:" + "0a" * 32
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
C = "ocid1.compartment.oc1..aaaaaaaacompartment"
F = "ocid1.fnfunc.oc1.phx.aaaaaaaafunction"


class TestGrantScoped:
    NAME = "functions-grant-scoped"

    @pytest.mark.parametrize(
        "statement",
        [
            f"Allow group a to use fn-invocation in compartment id {C} where target.function.id = '{F}'",
            f"Allow group a to use fn-invocation in compartment id {C} where target.app.id = "
            "'ocid1.fnapp.oc1.phx.aaaaaaaaapp'",
            f"Allow group a to manage fn-function in compartment id {C}",
            f"Allow group a to manage fn-app in compartment id {C}",
            f"Allow group a to {{FN_FUNCTION_UPDATE}} in compartment id {C} where target.function.id = '{F}'",
            f"Allow group a to read functions-family in compartment id {C}",
            f"Allow group a to manage buckets in compartment id {C}",
            f"Deny group a to use fn-invocation in compartment id {C}",
        ],
    )
    def test_a_named_target_or_creating_satisfies_it(self, pack: Any, statement: str) -> None:
        """A statement that names its target, creates, or grants none of these permissions passes."""
        assert pack.policy(statement).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("statement", "permissions"),
        [
            (f"Allow group a to use fn-invocation in compartment id {C}", "FN_INVOCATION"),
            (f"Allow group a to {{FN_FUNCTION_UPDATE}} in compartment id {C}", "FN_FUNCTION_UPDATE"),
            (
                f"Allow group a to {{FN_APP_DELETE, FN_FUNCTION_DELETE}} in compartment id {C}",
                "FN_APP_DELETE, FN_FUNCTION_DELETE",
            ),
            (
                f"Allow group a to {{FN_FUNCTION_CREATE, FN_INVOCATION}} in compartment id {C}",
                "FN_INVOCATION",
            ),
            (
                f"Allow any-user to use functions-family in compartment id {C} where all "
                f"{{request.principal.type = 'ApiGateway', request.principal.compartment.id = '{C}'}}",
                "FN_INVOCATION",
            ),
        ],
    )
    def test_without_a_target(self, pack: Any, statement: str, permissions: str) -> None:
        """It names the permissions that should have a target and have none."""
        expected = f"statements[0]: grants {permissions} without naming the function or application"

        assert [expected] == pack.policy(statement).of(self.NAME)

    def test_what_is_refused_already_is_not_repeated(self, pack: Any, sample: Any) -> None:
        """An over-broad statement is the finding of another rule."""
        assert pack.policy(sample.broad).of(self.NAME) == []


class TestIdentityScoped:
    NAME = "functions-identity-scoped"

    @pytest.mark.parametrize(
        "rule",
        [
            f"ALL {{resource.type = 'fnfunc', resource.id = '{F}'}}",
            f"resource.id = '{F}'",
            "instance.compartment.id = 'ocid1.compartment.oc1..aaaaaaaaother'",
        ],
    )
    def test_named_functions_and_other_resources_pass(self, pack: Any, rule: str) -> None:
        """A rule that takes in named functions, or no function, passes."""
        assert pack.analyze(DYNAMIC_GROUP, {"matchingRule": rule}).of(self.NAME) == []

    @pytest.mark.parametrize(
        "rule",
        [
            "resource.type = 'fnfunc'",
            f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{C}'}}",
            f"ANY {{resource.type = 'fnfunc', resource.id = '{F}'}}",
            f"resource.id != '{F}'",
            "this is no rule",
            "",
            None,
            7,
        ],
    )
    @pytest.mark.parametrize(
        "token", [DYNAMIC_GROUP, "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup"]
    )
    def test_functions_nobody_named(self, pack: Any, token: str, rule: Any) -> None:
        """A rule that takes in functions nobody named, or cannot be read, is a finding in both kinds of
        group.
        """
        findings = pack.analyze(token, {"matchingRule": rule}).of(self.NAME)

        assert findings
        assert all(text.startswith("matchingRule: ") for text in findings)

    def test_unknown_is_judged_later(self, pack: Any) -> None:
        """An unknown rule does not apply yet at preview, and is refused at deploy."""
        at_preview = pack.analyze(DYNAMIC_GROUP, {"matchingRule": UNKNOWN})
        pack.deploy()
        at_deploy = pack.analyze(DYNAMIC_GROUP, {"matchingRule": UNKNOWN})

        assert at_preview.of(self.NAME) == []
        assert at_preview.not_applicable[self.NAME] == "matchingRule is unknown"
        assert at_deploy.of(self.NAME) == ["matchingRule is unknown: a value must not be unknown at deploy"]

    def test_a_secret_rule_is_not_shown(self, pack: Any, sample: Any) -> None:
        """Nothing of a rule that is marked as secret is repeated."""
        answer = pack.analyze(DYNAMIC_GROUP, {"matchingRule": sample.secret("tag.hidden.place.value")})

        assert answer.of(self.NAME)
        assert "hidden" not in answer.text


class TestImagePinned:
    NAME = "functions-image-pinned"

    @pytest.mark.parametrize(
        "props",
        [
            {"image": "phx.ocir.io/a/b:1", "imageDigest": DIGEST},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": UNKNOWN},
            {"image": UNKNOWN, "imageDigest": UNKNOWN},
            {"image": f"phx.ocir.io/a/b@{DIGEST}"},
            {"sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a/b:1", "imageDigest": DIGEST}},
            {"sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a/b:1", "imageDigest": UNKNOWN}},
            {"sourceDetails": {"image": "a/b:1", "imageDigest": DIGEST}, "image": "a/b:1"},
            {"sourceDetails": {"sourceType": "PRE_BUILT_FUNCTIONS", "pbfListingId": "ocid1.pbflisting"}},
            {
                "sourceDetails": {
                    "sourceType": "ARCHIVE",
                    "archiveSourceDetails": {"archiveSourceType": "DIRECT_ARCHIVE"},
                }
            },
            {
                "sourceDetails": {
                    "sourceType": "ARCHIVE",
                    "archiveSourceDetails": {
                        "archiveSourceType": "OBJECT_STORAGE_ARCHIVE",
                        "object": "o",
                        "objectVersionId": "v",
                    },
                }
            },
        ],
    )
    def test_pinned(self, pack: Any, props: dict[str, Any]) -> None:
        """A digest, also one still unknown, pins the code; so does the version of an archive."""
        answer = pack.analyze(FUNCTION, props)

        assert answer.of(self.NAME) == []
        assert self.NAME not in answer.not_applicable

    @pytest.mark.parametrize(
        "props",
        [
            {"displayName": "f"},
            {"image": "phx.ocir.io/a/b:1"},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": ""},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": "latest"},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": "sha256:abc"},
            {"image": "phx.ocir.io/a/b:1", "imageDigest": DIGEST + "\n"},
            {"image": f"phx.ocir.io/a/b@{DIGEST}:latest"},
            {
                "image": "a/b:1",
                "imageDigest": DIGEST,
                "sourceDetails": {"sourceType": "CONTAINER_IMAGE", "image": "a"},
            },
            {"sourceDetails": {"sourceType": "ARCHIVE"}},
            {"sourceDetails": {"sourceType": "ARCHIVE", "archiveSourceDetails": {"object": "o"}}},
            {"sourceDetails": "text"},
        ],
    )
    def test_not_pinned(self, pack: Any, props: dict[str, Any]) -> None:
        """Without a digest that is one, the code can change without the program."""
        assert len(pack.analyze(FUNCTION, props).of(self.NAME)) == 1

    @pytest.mark.parametrize(
        "props",
        [
            {"image": UNKNOWN},
            {"sourceDetails": UNKNOWN},
            {"sourceDetails": {"sourceType": "ARCHIVE", "archiveSourceDetails": UNKNOWN}},
        ],
    )
    def test_unknown_is_judged_later(self, pack: Any, props: dict[str, Any]) -> None:
        """A reference that may yet turn out to hold a digest is judged at deploy."""
        answer = pack.analyze(FUNCTION, props)

        assert answer.of(self.NAME) == []
        assert "unknown" in answer.not_applicable[self.NAME]


class TestConfigNoSecrets:
    NAME = "functions-config-no-secrets"

    @pytest.mark.parametrize("token", [FUNCTION, APPLICATION])
    @pytest.mark.parametrize(
        "key",
        [
            "DB_PASSWORD",
            "apiToken",
            "API_KEY",
            "apikey",
            "CLIENT_SECRET",
            "privateKey",
            "AWS_SECRET_ACCESS_KEY",
            "pwd",
        ],
    )
    def test_a_key_that_says_it(self, pack: Any, token: str, key: str) -> None:
        """The key is named in the finding, the value is not."""
        answer = pack.analyze(token, {"config": {key: "correct horse"}})

        assert [f"config.{key}: the key says that the value is a secret"] == answer.of(self.NAME)
        assert "correct horse" not in answer.text

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("MAX_TOKENS", "512"),
            ("TOKEN_LIMIT", "many"),
            ("SECRET_OCID", "anything"),
            ("DB_PASSWORD", "ocid1.vaultsecret.oc1.phx.aaaaaaaasecret"),
            ("USE_TOKEN", "true"),
            ("PASSWORD", ""),
            ("KEYBOARD", "qwerty"),
            ("TOKENIZER", "bpe"),
            ("LOG_LEVEL", "info"),
            ("ENDPOINT", "https://example.com/p/short/n/x"),
        ],
    )
    def test_what_only_sounds_like_one(self, pack: Any, key: str, value: str) -> None:
        """OCIDs, numbers, switches and things about a secret pass."""
        assert pack.analyze(FUNCTION, {"config": {key: value}}).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("value", "what"),
        [
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key in PEM"),
            ("AKIA" + "A" * 16, "an AWS access key"),
            ("ghp_" + "a" * 36, "a GitHub token"),
            ("postgres://app:hunter2@db/x", "a URL with a password"),
            ("https://objectstorage/p/" + "a" * 40 + "/n/ns/b/x/o/y", "a pre-authenticated request URL"),
            ("eyJhbGciOiJI.eyJzdWIiOiIx.sig", "a JSON web token"),
            ("Server=db;Password=hunter2", "a connection string with a password"),
            ("Bearer abcdefghijklmnopqrst", "an authorization header"),
            ("sk-" + "a1" * 20, "a model provider's API key"),
        ],
    )
    def test_the_format_of_a_credential(self, pack: Any, value: str, what: str) -> None:
        """A known format is found under any key, and the value is not shown."""
        answer = pack.analyze(FUNCTION, {"config": {"LEVEL": value}})

        assert [f"config.LEVEL: the value has the format of {what}"] == answer.of(self.NAME)
        assert value not in answer.text

    def test_a_value_marked_as_secret(self, pack: Any, sample: Any) -> None:
        """The mark is enough, whatever key and value look like, known or not."""
        answer = pack.analyze(
            FUNCTION, {"config": {"A": sample.secret("plain"), "B": sample.secret(UNKNOWN), "C": "plain"}}
        )

        assert answer.of(self.NAME) == [
            "config.A: the value is marked as secret",
            "config.B: the value is marked as secret",
        ]
        assert "plain" not in answer.text

    def test_a_config_marked_as_secret(self, pack: Any, sample: Any) -> None:
        """A config that is a secret as a whole makes every entry one, and an OCID is still none."""
        config = sample.secret({"A": "plain", "B": "ocid1.vaultsecret.oc1.phx.aaaaaaaasecret"})

        assert pack.analyze(FUNCTION, {"config": config}).of(self.NAME) == [
            "config.A: the value is marked as secret"
        ]

    def test_allowed_keys(self, pack: Any) -> None:
        """A key that config allows may sound like a secret; the format of its value is still looked at."""
        pack.configure({self.NAME: {"allowedKeys": ["STOP_TOKEN", "START_TOKEN"]}})

        answer = pack.analyze(FUNCTION, {"config": {"STOP_TOKEN": "<end>", "START_TOKEN": "ghp_" + "a" * 36}})

        assert answer.of(self.NAME) == ["config.START_TOKEN: the value has the format of a GitHub token"]

    @pytest.mark.parametrize("config", [{"DB_PASSWORD": UNKNOWN}, UNKNOWN])
    def test_unknown_is_judged_later(self, pack: Any, config: Any) -> None:
        """An unknown value may yet be the OCID of a secret."""
        answer = pack.analyze(FUNCTION, {"config": config})

        assert answer.of(self.NAME) == []
        assert "unknown" in answer.not_applicable[self.NAME]

    def test_an_unknown_entry_hides_no_neighbour(self, pack: Any) -> None:
        """The entries beside an unknown one are judged."""
        answer = pack.analyze(FUNCTION, {"config": {"A": UNKNOWN, "DB_PASSWORD": "hunter2"}})

        assert answer.of(self.NAME) == ["config.DB_PASSWORD: the key says that the value is a secret"]


class TestEventsRuleScoped:
    NAME = "events-rule-scoped"
    CREATED = "com.oraclecloud.objectstorage.createobject"

    @pytest.mark.parametrize(
        "props",
        [
            {"condition": json.dumps({"eventType": CREATED})},
            {"condition": json.dumps({"eventType": [CREATED, "com.oraclecloud.objectstorage.*"]})},
            {"condition": json.dumps({"eventType": "*createobject"})},
            {"conditionDetails": {"eventTypes": [CREATED]}, "condition": ""},
            {"condition": json.dumps({"eventType": CREATED}), "conditionDetails": {}},
        ],
    )
    def test_named_events_pass(self, pack: Any, props: dict[str, Any]) -> None:
        """A condition that names event types, also by a pattern of one service, passes."""
        assert pack.analyze(RULE, props).of(self.NAME) == []

    @pytest.mark.parametrize(
        "props",
        [
            {"displayName": "r"},
            {"condition": "{}"},
            {"condition": json.dumps({"data": {"compartmentName": "x"}})},
            {"condition": json.dumps({"eventType": []})},
            {"condition": json.dumps({"eventType": None})},
            {"condition": json.dumps({"eventType": "*"})},
            {"condition": json.dumps({"eventType": ["*.*"]})},
            {"condition": json.dumps({"eventType": "com.oraclecloud.*"})},
            {"condition": json.dumps({"eventType": "com.oracle*"})},
            {"condition": json.dumps({"eventType": [CREATED, "**"]})},
            {"condition": json.dumps({"eventType": 7})},
            {"condition": "not json"},
            {"condition": "[]"},
            {"condition": "[" * 5000},
            {"condition": 7},
            {"conditionDetails": {"data": "{}"}},
            {"conditionDetails": {"eventTypes": []}},
            {"conditionDetails": {"eventTypes": ["*"]}},
            {"conditionDetails": {"eventTypes": [CREATED]}, "condition": json.dumps({"eventType": CREATED})},
        ],
    )
    def test_every_event_and_no_condition(self, pack: Any, props: dict[str, Any]) -> None:
        """A condition that takes every event, is none, or is given twice is one finding."""
        (text,) = pack.analyze(RULE, props).of(self.NAME)

        assert "the rule failed" not in text

    @pytest.mark.parametrize(
        "props",
        [
            {"condition": UNKNOWN},
            {"conditionDetails": UNKNOWN},
            {"conditionDetails": {"eventTypes": UNKNOWN}},
            {"conditionDetails": {"eventTypes": [CREATED, UNKNOWN]}},
        ],
    )
    def test_unknown_is_judged_later(self, pack: Any, props: dict[str, Any]) -> None:
        """What is unknown is judged at deploy."""
        answer = pack.analyze(RULE, props)

        assert answer.of(self.NAME) == []
        assert "unknown" in answer.not_applicable[self.NAME]


GOOD_TEMPLATE = r"""# blocks long texts
SecRule REQUEST_COOKIES "@rx id: part 1" \
  "phase:2, \
   msg:'Detects id: 1/2, \"quoted\".', \
   id: {{id_1}}, \
   ctl:ruleEngine={{mode}}, \
   deny"
SecRule ARGS "@rx part 2" "phase:2,id:{{id_2}},ctl:ruleEngine={{mode}},deny"
# the "last" one
"""


class TestWafTemplateValid:
    NAME = "waf-template-valid"

    def test_a_template_with_its_placeholders_passes(self, pack: Any) -> None:
        """Each SecRule has its id in order and its mode; texts that only look like them do not count."""
        assert pack.analyze(TEMPLATE, {"template": GOOD_TEMPLATE}).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            ("id: {{id_1}}, \\\n   ", "", "template, SecRule 1: id is missing; it must be {{id_1}}"),
            ("{{id_2}}", "{{id_1}}", "template, SecRule 2: id must be {{id_2}}"),
            (
                "{{id_1}}",
                "{id_1}",
                "template, SecRule 1: id must be {{id_1}} (an f-string makes one brace of two)",
            ),
            ("{{id_2}}", "1234", "template, SecRule 2: id must be {{id_2}}"),
            (
                "id:{{id_2}}",
                "id:{{id_2}},id:{{id_2}}",
                "template, SecRule 2: id is set 2 times; it must be set once",
            ),
            (
                ",ctl:ruleEngine={{mode}},deny",
                ",deny",
                "template, SecRule 2: ctl:ruleEngine is missing; it must be {{mode}}",
            ),
            (
                "ruleEngine={{mode}},deny",
                "ruleEngine=On,deny",
                "template, SecRule 2: ctl:ruleEngine must be {{mode}}",
            ),
            (
                ' "phase:2,id:{{id_2}},ctl:ruleEngine={{mode}},deny"',
                "",
                "template, SecRule 2: has no actions",
            ),
        ],
    )
    def test_each_mistake_is_named(self, pack: Any, before: str, after: str, expected: str) -> None:
        """What is missing, doubled or wrong is said with the number of the SecRule."""
        template = GOOD_TEMPLATE.replace(before, after)

        assert template != GOOD_TEMPLATE
        assert [expected] == pack.analyze(TEMPLATE, {"template": template}).of(self.NAME)

    @pytest.mark.parametrize("template", ["", "# SecRule", "SecAction", None, 7, []])
    def test_without_a_rule(self, pack: Any, template: Any) -> None:
        """A template that holds no SecRule, or is none, is a finding."""
        assert len(pack.analyze(TEMPLATE, {"template": template}).of(self.NAME)) == 1

    def test_unknown_is_judged_later(self, pack: Any) -> None:
        """An unknown template is judged at deploy."""
        answer = pack.analyze(TEMPLATE, {"template": UNKNOWN})

        assert answer.not_applicable[self.NAME] == "template is unknown"


class TestVersionDate:
    NAME = "policy-version-date"

    @pytest.mark.parametrize("props", [{}, {"versionDate": None}, {"versionDate": ""}])
    def test_no_date_passes(self, pack: Any, props: dict[str, Any]) -> None:
        """Without a date the policy means what its services mean today."""
        assert pack.policy(**props).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("date", "expected"),
        [
            ("2018-01-01", "versionDate: 2018-01-01 freezes what the statements mean at that day"),
            ("yesterday", "versionDate: not a date of the form YYYY-MM-DD"),
            (2018, "versionDate: expected a date, found a number"),
        ],
    )
    def test_a_date_is_a_finding(self, pack: Any, date: Any, expected: str) -> None:
        """A date freezes the meaning; what is no date is worse."""
        assert [expected] == pack.policy(versionDate=date).of(self.NAME)


class TestStatementBudget:
    NAME = "policy-statement-budget"
    ROOT = "ocid1.tenancy.oc1..aaaaaaaatenancy"
    CHILD = "ocid1.compartment.oc1..aaaaaaaachild"
    GRANDCHILD = "ocid1.compartment.oc1..aaaaaaaagrandchild"

    def ask(self, pack: Any, number: int, compartment: str, name: str) -> list[str]:
        statements = [f"Allow group g{n} to inspect vcns in compartment x" for n in range(number)]
        found: list[str] = pack.policy(*statements, name=name, compartmentId=compartment).of(self.NAME)
        return found

    def test_the_limit_of_one_path(self, pack: Any) -> None:
        """Five hundred fit; the policy with the one too many is the finding, also over several policies."""
        assert self.ask(pack, 300, self.CHILD, "a") == []
        assert self.ask(pack, 200, self.ROOT, "b") == []
        assert self.ask(pack, 1, self.CHILD, "c") == ["501 statements on one compartment path, where 500 fit"]

    def test_separate_branches_do_not_add_up(self, pack: Any) -> None:
        """Two compartments beside each other have a path each."""
        assert self.ask(pack, 400, self.CHILD, "a") == []
        assert self.ask(pack, 400, self.GRANDCHILD, "b") == []

    def test_a_full_branch_is_no_finding_of_another(self, pack: Any) -> None:
        """Only the branch that is over the limit is refused."""
        self.ask(pack, 501, self.CHILD, "a")

        assert self.ask(pack, 1, self.GRANDCHILD, "b") == []

    def test_the_root_is_on_every_path(self, pack: Any) -> None:
        """A policy at the root is the finding when a branch below it is full."""
        self.ask(pack, 500, self.CHILD, "a")

        assert self.ask(pack, 1, self.ROOT, "b") == ["501 statements on one compartment path, where 500 fit"]

    def test_config_gives_the_tree_the_limit_and_what_stands_already(self, pack: Any) -> None:
        """With the parent known, a nested compartment adds to its parent's path."""
        pack.configure(
            {self.NAME: {"limit": 10, "alreadyUsed": 4, "compartments": {self.GRANDCHILD: self.CHILD}}}
        )

        assert self.ask(pack, 3, self.CHILD, "a") == []
        assert self.ask(pack, 4, self.GRANDCHILD, "b") == [
            "11 statements on one compartment path, where 10 fit"
        ]

    def test_a_circle_in_the_tree_ends(self, pack: Any) -> None:
        """Config that makes two compartments each other's parent does not hang the rule."""
        pack.configure(
            {self.NAME: {"compartments": {self.GRANDCHILD: self.CHILD, self.CHILD: self.GRANDCHILD}}}
        )

        assert self.ask(pack, 3, self.CHILD, "a") == []

    def test_a_policy_analysed_again_counts_once(self, pack: Any) -> None:
        """The same policy again replaces itself."""
        assert self.ask(pack, 400, self.CHILD, "a") == []
        assert self.ask(pack, 400, self.CHILD, "a") == []
