"""What counts as a statement, where it is read, and what is not shown of it."""

from __future__ import annotations

from typing import Any

import pytest

OVERBROAD = "functions-grant-overbroad"


UNJUDGEABLE = "functions-grant-unjudgeable"


BROAD = "Allow group everybody to manage functions-family in tenancy"
UNKNOWN_AT_PREVIEW = "functions-grant-unknown-at-preview"


class TestMalformed:
    @pytest.mark.parametrize(
        ("item", "kind"),
        [
            (None, "nothing"),
            (7, "a number"),
            (True, "a boolean"),
            ({"text": "Allow"}, "an object"),
            (["Allow group a to use fn-invocation in tenancy"], "a list"),
        ],
    )
    def test_what_is_no_text_is_a_violation(self, pack: Any, sample: Any, item: Any, kind: str) -> None:
        """Anything but a text in the list is refused in its place, and hides no neighbour."""
        answer = pack.policy(sample.narrow, item, sample.broad)

        assert [f"statements[1]: expected a string, found {kind}"] == answer.of(UNJUDGEABLE)
        assert {OVERBROAD, UNJUDGEABLE} == answer.blocking

    @pytest.mark.parametrize(
        ("value", "kind"),
        [
            (None, "nothing"),
            (3, "a number"),
            ({}, "an object"),
            ("Allow group a to …", "a string"),
            (False, "a boolean"),
        ],
    )
    def test_statements_that_are_no_list_are_a_violation(
        self, pack: Any, sample: Any, value: Any, kind: str
    ) -> None:
        """`statements` that are not a list are refused."""
        answer = pack.analyze(sample.policy, {"statements": value})

        assert [f"statements: expected a list of strings, found {kind}"] == answer.of(UNJUDGEABLE)

    def test_missing_statements_are_a_violation(self, pack: Any, sample: Any) -> None:
        """A policy without statements is refused."""
        answer = pack.analyze(sample.policy, {"compartmentId": sample.compartment})

        assert [text.partition(": ")[2] for text in answer.of(UNJUDGEABLE)] == [
            "the policy has no statements"
        ]
        assert {UNJUDGEABLE} == answer.blocking

    def test_an_empty_list_grants_nothing(self, pack: Any) -> None:
        """No statement, no finding."""
        assert pack.policy().diagnostics == ()

    def test_assets_and_unrecognised_special_values_are_violations(self, pack: Any, sample: Any) -> None:
        """A special value of any kind where a text should be is refused, not skipped."""
        mark = "4dabf18193072939515e22adb298388d"
        asset = {mark: "c44067f5952c0a294b673a41bacd8c17", "text": "Allow"}
        strange = {mark: "a mark nobody knows"}

        answer = pack.policy(asset, strange)

        assert answer.of(UNJUDGEABLE) == [
            "statements[0]: expected a string, found an opaque value (asset)",
            "statements[1]: expected a string, found an opaque value (special value)",
        ]


class TestSecrets:
    def test_a_secret_statement_is_judged_and_not_shown(self, pack: Any, sample: Any) -> None:
        """The mark of a secret hides the text from the findings, not from the judge."""
        answer = pack.policy(sample.secret(sample.broad))

        assert OVERBROAD in answer.blocking
        assert "everybody" not in answer.text
        assert "functions-family" not in answer.text

    def test_a_secret_list_is_judged_and_not_shown(self, pack: Any, sample: Any) -> None:
        """A list that is a secret as a whole makes each of its statements one."""
        answer = pack.analyze(sample.policy, {"statements": sample.secret([sample.unreadable, sample.broad])})

        assert {OVERBROAD, UNJUDGEABLE} == answer.blocking
        assert "everybody" not in answer.text
        assert "only for now" not in answer.text

    def test_a_secret_that_is_unknown_is_unknown(self, pack: Any, sample: Any) -> None:
        """An unknown value under the mark of a secret is still unknown."""
        answer = pack.policy(sample.secret(sample.unknown))

        assert answer.rules == [UNKNOWN_AT_PREVIEW]


class TestDynamicProviders:
    """Resources whose provider is the program's own code, with statements under names nobody can know."""

    @pytest.mark.parametrize(
        "token",
        ["pulumi-python:dynamic:Resource", "pulumi-nodejs:dynamic:Resource", "pulumi-python:dynamic/iam:P"],
    )
    @pytest.mark.parametrize(
        ("props", "place"),
        [
            ({"statements": [BROAD]}, "statements[0]"),
            ({"policy": {"rules": [{"text": BROAD}]}}, "policy.rules[0].text"),
            ({"statement": f"  {BROAD.upper()}"}, "statement"),
        ],
    )
    def test_what_reads_like_a_statement_is_judged(
        self, pack: Any, token: str, props: dict[str, Any], place: str
    ) -> None:
        """Wherever it stands among the inputs, and the finding says where."""
        answer = pack.analyze(token, props)

        (text,) = answer.of(OVERBROAD)
        assert {OVERBROAD} == answer.blocking
        assert text.startswith(f"{place}: ")

    def test_what_does_not_is_left_alone(self, pack: Any, sample: Any) -> None:
        """Other inputs, statements of other clouds, unknown values and the provider's code are none."""
        props = {
            "description": "Allow users to upload",
            "statements": [{"Effect": "Allow", "Action": "*"}, sample.unknown, 7],
            "__provider": f"{BROAD}",
        }

        assert pack.analyze("pulumi-python:dynamic:Resource", props).diagnostics == ()

    def test_a_secret_one_is_judged_and_not_shown(self, pack: Any, sample: Any) -> None:
        """Inputs of dynamic providers are often secrets as a whole."""
        answer = pack.analyze("pulumi-python:dynamic:Resource", {"all": sample.secret({"a": [BROAD]})})

        assert {OVERBROAD} == answer.blocking
        assert "everybody" not in answer.text

    def test_a_narrow_one_passes(self, pack: Any, sample: Any) -> None:
        """A dynamic provider may grant what a policy may."""
        assert pack.analyze("pulumi-python:dynamic:Resource", {"a": sample.narrow}).diagnostics == ()


class TestWhichResources:
    def test_any_identity_type_with_statements_counts(self, pack: Any, sample: Any) -> None:
        """A type of the Identity module that this version does not know is judged by its statements."""
        answer = pack.analyze(
            "oci:Identity/domainsGrantPolicy:DomainsGrantPolicy", {"statements": [sample.broad]}
        )

        assert {OVERBROAD} == answer.blocking

    def test_another_bridge_of_the_same_provider_counts(self, pack: Any, sample: Any) -> None:
        """The provider bridged at run time names the type differently; its policies count."""
        answer = pack.analyze("oci:index/identityPolicy:IdentityPolicy", {"statements": [sample.broad]})

        assert {OVERBROAD} == answer.blocking

    @pytest.mark.parametrize(
        "token", ["oci:Limits/quota:Quota", "oci:Zpr/zprPolicy:ZprPolicy", "aws:iam/policy:Policy"]
    )
    def test_statements_of_another_language_are_left_alone(self, pack: Any, token: str) -> None:
        """Quota and packet routing statements are no IAM statements."""
        answer = pack.analyze(
            token, {"statements": ["set compute-core quota standard-e4-core-count to 8 in tenancy"]}
        )

        assert answer.diagnostics == ()

    def test_every_type_of_the_installed_provider_is_decided(self) -> None:
        """Each class of pulumi_oci with an input called statements is judged or listed with a reason."""
        import importlib.util
        import re
        from pathlib import Path

        from oci_functions_guard.resource import Resource
        from oci_functions_guard.statements import NOT_IAM, holds_statements

        spec = importlib.util.find_spec("pulumi_oci")
        if spec is None or spec.origin is None:
            pytest.skip("pulumi_oci is not installed")
        undecided = []
        for path in Path(spec.origin).parent.glob("*/*.py"):
            text = (
                path.read_text(encoding="utf-8") if not path.name.startswith(("get_", "_", "outputs")) else ""
            )
            token = re.search(r"super\(\w+, __self__\).__init__\(\s*'(oci:[^']+)'", text)
            if token and re.search(r"def statements\(self\)", text):
                resource = Resource("urn", token[1], "it", {"statements": []})
                if not holds_statements(resource) and token[1] not in NOT_IAM:
                    undecided.append(token[1])

        assert undecided == []
