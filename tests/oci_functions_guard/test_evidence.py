"""An unknown statement is judged at preview as its component registered it, and only on an exact match."""

from __future__ import annotations

from typing import Any

import pytest

OVERBROAD = "functions-grant-overbroad"
UNKNOWN_AT_PREVIEW = "functions-grant-unknown-at-preview"
FUNCTION = "oci:Functions/function:Function"
GROUP = "oci:Identity/group:Group"
COMPONENT = "aifunctions:index:GrantedPolicy"

NARROW = (
    "Allow group id ${group} to use fn-invocation in compartment id "
    "ocid1.compartment.oc1..aaaaaaaacompartment "
    "where target.function.id = '${function}'"
)
WIDE = "Allow group id ${group} to use functions-family in tenancy"


@pytest.fixture(name="scene")
def _scene(pack: Any, sample: Any) -> Any:
    return _Scene(pack, sample)


class _Scene:
    """A program with a function, a group, and a component that registers grants for its policy."""

    def __init__(self, pack: Any, sample: Any) -> None:
        self.pack = pack
        self.sample = sample
        self.refs = {"group": sample.urn(GROUP, "invokers"), "function": sample.urn(FUNCTION, "scorer")}

    def register(self, *grants: Any, child: str = "access-policy", **more: Any) -> str:
        """Analyses the resources the grants name, then the component. Answers with the component's URN."""
        self.pack.analyze(GROUP, {"description": "d"}, "invokers")
        self.pack.analyze(FUNCTION, {"displayName": "scorer", "imageDigest": self.sample.unknown}, "scorer")
        self.pack.analyze(COMPONENT, {"grants": {child: list(grants)}} | more, "access")
        return str(self.sample.urn(COMPONENT, "access"))

    def grant(self, text: str = NARROW, **refs: Any) -> dict[str, Any]:
        named = {ref: urn for ref, urn in self.refs.items() if f"${{{ref}}}" in text}
        return {"text": text, "refs": named | refs}

    def ask(self, parent: str, *statements: Any, name: str = "access-policy") -> Any:
        return self.pack.policy(*(statements or [self.sample.unknown]), name=name, parent=parent)


class TestExactMatch:
    def test_a_registered_narrow_grant_passes(self, scene: Any) -> None:
        """A preview judges the unknown statement by what its component registered: nothing is left to say."""
        parent = scene.register(scene.grant())

        assert scene.ask(parent).diagnostics == ()

    def test_a_registered_broad_grant_blocks_at_preview(self, scene: Any) -> None:
        """What is registered is judged like any text, and the finding says what was judged."""
        parent = scene.register(scene.grant(WIDE))

        answer = scene.ask(parent)

        assert {OVERBROAD} == answer.blocking
        assert answer.of(OVERBROAD)[0].startswith("statements[0] (as its component registered it): ")

    def test_each_unknown_statement_has_its_own_grant(self, scene: Any) -> None:
        """Grants are aligned with statements; one that is null leaves only its own statement unknown."""
        parent = scene.register(scene.grant(), None, scene.grant(WIDE))
        unknown = scene.sample.unknown

        answer = scene.ask(parent, unknown, unknown, unknown)

        assert [text.split(":")[0] for text in answer.of(UNKNOWN_AT_PREVIEW)] == ["statements[1]"]
        assert "registers no grant for this statement" in answer.of(UNKNOWN_AT_PREVIEW)[0]
        assert answer.of(OVERBROAD)[0].startswith("statements[2] (as")

    def test_a_grant_registered_as_secret_is_not_shown(self, scene: Any) -> None:
        """A secret anywhere in what a component registers keeps all of it out of the findings."""
        text = WIDE.replace("group id ${group}", "group hidden")
        parent = scene.register({"text": scene.sample.secret(text), "refs": {}})

        answer = scene.ask(parent)

        assert answer.blocking == {OVERBROAD}
        assert "hidden" not in answer.text

    def test_the_finding_names_what_a_synthetic_id_stands_for(self, scene: Any) -> None:
        """Ids that do not exist yet are shown by the names of their resources."""
        parent = scene.register(scene.grant(WIDE))

        answer = scene.ask(parent)

        assert "<id of invokers>" in answer.text
        assert "ocid1.group." not in answer.text

    def test_a_known_text_counts_more_than_a_grant(self, scene: Any) -> None:
        """Where the text is known, what was registered for it is not asked."""
        parent = scene.register(scene.grant())

        answer = scene.ask(parent, scene.sample.broad)

        assert {OVERBROAD} == answer.blocking
        assert answer.of(OVERBROAD)[0].startswith("statements[0]: ")

    def test_at_deploy_nothing_registered_counts(self, scene: Any) -> None:
        """At deploy an unknown statement is refused, whatever was registered for it."""
        scene.pack.deploy()
        parent = scene.register(scene.grant())

        assert {"functions-grant-unjudgeable"} == scene.ask(parent).blocking


class TestNoMatch:
    def left_unknown(self, answer: Any, why: str) -> None:
        (notice,) = answer.of(UNKNOWN_AT_PREVIEW)
        assert why in notice
        assert set() == answer.blocking

    def test_without_a_parent(self, scene: Any) -> None:
        """A policy outside any component is left unknown."""
        scene.register(scene.grant())

        self.left_unknown(scene.ask(""), "no component registered a grant for it")

    def test_the_stack_is_no_component(self, scene: Any) -> None:
        """A policy at the top has the stack as parent, which registers nothing."""
        scene.register(scene.grant())
        stack = "pulumi:pulumi:Stack"
        scene.pack.analyze(stack, {}, "project-dev")

        self.left_unknown(
            scene.ask(scene.sample.urn(stack, "project-dev")), "no component registered a grant"
        )

    def test_another_parent(self, scene: Any) -> None:
        """Grants registered by another component than the policy's own parent do not count."""
        scene.register(scene.grant())

        self.left_unknown(scene.ask(scene.sample.urn(COMPONENT, "other")), "no component registered a grant")

    def test_another_child_name(self, scene: Any) -> None:
        """Grants registered for a child of another name do not count."""
        parent = scene.register(scene.grant(), child="another-policy")

        self.left_unknown(scene.ask(parent), "registers no grants for a policy named access-policy")

    @pytest.mark.parametrize("number", [0, 2, 3])
    def test_another_length(self, scene: Any, number: int) -> None:
        """A list of another length than the statements' does not count at all."""
        parent = scene.register(*[scene.grant()] * number)

        self.left_unknown(scene.ask(parent), f"registers {number} grants for 1 statements")

    def test_a_urn_never_seen(self, scene: Any) -> None:
        """A grant whose ref names a resource that was not analysed before does not count."""
        parent = scene.register(scene.grant(function=scene.sample.urn(FUNCTION, "ghost")))

        self.left_unknown(scene.ask(parent), "the ref function names a resource that is not registered yet")

    def test_a_urn_seen_only_afterwards(self, scene: Any) -> None:
        """Registering the resource after the policy comes too late."""
        parent = scene.register(scene.grant(function=scene.sample.urn(FUNCTION, "late")))
        answer = scene.ask(parent)
        scene.pack.analyze(FUNCTION, {"imageDigest": scene.sample.unknown}, "late")

        self.left_unknown(answer, "not registered yet")

    def test_a_type_without_an_ocid(self, scene: Any) -> None:
        """A ref to a resource of a type no OCID is known for does not count."""
        scene.pack.analyze("random:index/randomId:RandomId", {}, "salt")
        parent = scene.register(
            scene.grant(function=scene.sample.urn("random:index/randomId:RandomId", "salt"))
        )

        self.left_unknown(scene.ask(parent), "no OCID type is known for random:index/randomId:RandomId")

    def test_a_type_that_does_not_fit(self, scene: Any) -> None:
        """A ref to a group where a function is meant renders a group's OCID, which confines nothing."""
        parent = scene.register(
            scene.grant(
                "Allow any-user to use fn-invocation in tenancy where target.function.id = '${function}'",
                function=scene.refs["group"],
            )
        )

        assert {OVERBROAD} == scene.ask(parent).blocking

    def test_the_type_in_the_urn_is_not_believed(self, scene: Any) -> None:
        """What counts is the type a resource was registered with, not what its URN says."""
        lie = scene.sample.urn(FUNCTION, "lie")
        scene.pack.analyze("random:index/randomId:RandomId", {}, "lie", urn=lie)
        parent = scene.register(scene.grant(function=lie))

        self.left_unknown(scene.ask(parent), "no OCID type is known")

    @pytest.mark.parametrize(
        ("grant", "why"),
        [
            ("Allow …", "is not an object"),
            ({"refs": {}}, "lacks `text` or `refs`"),
            ({"text": NARROW}, "are not the same names"),
            ({"text": "Allow group x to use fn-app in tenancy", "refs": []}, "lacks `text` or `refs`"),
            (
                {"text": "Allow group ${g to use fn-app in tenancy", "refs": {}},
                "a '$' that begins no placeholder",
            ),
        ],
    )
    def test_grants_of_a_wrong_shape(self, scene: Any, grant: Any, why: str) -> None:
        """A grant that is no object with text and refs leaves the statement unknown and says why."""
        parent = scene.register(grant)

        self.left_unknown(scene.ask(parent), why)

    def test_an_unknown_urn(self, scene: Any) -> None:
        """A ref whose URN is itself unknown does not count."""
        parent = scene.register(scene.grant(function=scene.sample.unknown))

        self.left_unknown(scene.ask(parent), "the ref function is not a URN")

    @pytest.mark.parametrize(
        "grants", [None, 5, "text", [], {"access-policy": "text"}, {"access-policy": None}]
    )
    def test_grants_that_are_no_map_of_lists(self, scene: Any, grants: Any) -> None:
        """Whatever a component registers under `grants`, the worst that happens is an unknown statement."""
        scene.pack.analyze(COMPONENT, {"grants": grants}, "access")

        answer = scene.ask(scene.sample.urn(COMPONENT, "access"))

        assert answer.rules == [UNKNOWN_AT_PREVIEW]

    def test_a_list_unknown_as_a_whole_has_no_grants(self, scene: Any) -> None:
        """Nothing stands for a list whose length is unknown."""
        parent = scene.register(scene.grant())

        answer = scene.pack.analyze(
            scene.sample.policy, {"statements": scene.sample.unknown}, "access-policy", parent=parent
        )

        assert answer.rules == [UNKNOWN_AT_PREVIEW]


class TestProductionConfig:
    def test_unknown_is_refused_where_the_rule_is_mandatory(self, scene: Any) -> None:
        """Under a mandatory rule a statement nobody registered stops the preview."""
        scene.pack.configure({UNKNOWN_AT_PREVIEW: "mandatory"})

        assert {UNKNOWN_AT_PREVIEW} == scene.ask("").blocking

    def test_registered_grants_pass_there_too(self, scene: Any) -> None:
        """A statement that was judged by its registered grant is not unknown."""
        scene.pack.configure({UNKNOWN_AT_PREVIEW: "mandatory"})
        parent = scene.register(scene.grant())

        assert scene.ask(parent).diagnostics == ()
