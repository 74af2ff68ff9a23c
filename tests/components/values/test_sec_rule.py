"""ModSecurity rules as Python: what is rendered, and which templates are refused."""

from __future__ import annotations

from typing import Any

import pytest

from components.values.sec_rule import SecRule, check_template, render_template

COOKIE = SecRule(variables=["REQUEST_COOKIES"], operator="select.+from", msg="SQL in a cookie")
AGENT = SecRule(
    variables=["REQUEST_HEADERS:User-Agent", "ARGS"],
    operator="@contains scanner",
    msg="A scanner",
    phase=1,
    action="pass",
    transformations=["lowercase"],
)


def test_the_placeholders_are_always_there() -> None:
    """Every rule gets its numbered id and the mode, whatever the person wrote."""
    assert render_template([COOKIE, AGENT]) == (
        'SecRule REQUEST_COOKIES "select.+from" \\\n'
        '  "phase:2, \\\n'
        "   msg:'SQL in a cookie', \\\n"
        "   id: {{id_1}}, \\\n"
        "   ctl:ruleEngine={{mode}}, \\\n"
        '   deny"\n'
        'SecRule REQUEST_HEADERS:User-Agent|ARGS "@contains scanner" \\\n'
        '  "phase:1, \\\n'
        "   t:lowercase, \\\n"
        "   msg:'A scanner', \\\n"
        "   id: {{id_2}}, \\\n"
        "   ctl:ruleEngine={{mode}}, \\\n"
        '   pass"\n'
    )


@pytest.mark.parametrize("operator", ['"', r"\"", r"a\\\"b", "x", r"\d+\s", 'say "hi"', r"\\"])
def test_what_is_rendered_is_accepted(operator: str) -> None:
    """The checker accepts every template the builder writes, quotes and backslashes included."""
    rule = SecRule(variables=["ARGS"], operator=operator, msg="m")

    assert check_template(render_template([rule])) == render_template([rule])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"variables": []}, "variables: needs at least one"),
        ({"variables": ["args"]}, "variables: 'args' is not a variable"),
        ({"variables": ['ARGS "x"']}, "is not a variable"),
        ({"operator": "  "}, "operator: is empty"),
        ({"operator": "a\nb"}, "not one line of printable characters"),
        ({"operator": "{{mode}}"}, "takes for a placeholder"),
        ({"operator": "%{TX.0}"}, "macro"),
        ({"operator": "a\\"}, "ends with a backslash"),
        ({"msg": ""}, "msg: is empty"),
        ({"msg": "it's"}, "msg: contains a quote"),
        ({"msg": "a, deny"}, "msg: contains a quote, a comma"),
        ({"phase": 5}, "phase: 5 is not one of 1, 2, 3, 4"),
        ({"action": "redirect"}, "action: redirect is not one of deny, drop, block, pass, allow"),
        ({"transformations": ["lower case"]}, "transformations: 'lower case' is not"),
    ],
)
def test_a_rule_that_could_break_its_template_is_refused(change: dict[str, Any], reason: str) -> None:
    """A rule is refused at construction, with the field and the reason."""
    with pytest.raises(ValueError, match=reason):
        SecRule(**{"variables": ["ARGS"], "operator": "x", "msg": "m", **change})


GOOD = 'SecRule ARGS "x" "phase:2, id: {{id_1}}, ctl:ruleEngine={{mode}}, deny"'
SECOND = GOOD.replace("id_1", "id_2")


@pytest.mark.parametrize("template", [GOOD, f"# why\n{GOOD}\n\n{SECOND}\n", GOOD.replace(" ", " \\\n", 1)])
def test_a_sound_template_by_hand_is_accepted(template: str) -> None:
    """Comments, empty lines and continued lines are fine."""
    assert check_template(template) == template


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "contains no SecRule"),
        ("# nothing", "contains no SecRule"),
        (GOOD.replace("id: {{id_1}}, ", ""), r"rule 1 needs exactly one id: \{\{id_1\}\}, found none"),
        (GOOD.replace("{{id_1}}", "{id_1}"), r"rule 1 .*found id: \{id_1\}"),
        (GOOD.replace("{{id_1}}", "{{ id_1 }}"), "rule 1 needs exactly one id"),
        (GOOD.replace("{{id_1}}", "1000"), "rule 1 .*found id: 1000"),
        (GOOD.replace("deny", "id: {{id_1}}"), "rule 1 needs exactly one id"),
        (f"{GOOD}\n{GOOD}", r"rule 2 needs exactly one id: \{\{id_2\}\}, found id: \{\{id_1\}\}"),
        (f"{SECOND}\n{GOOD}", "rule 1 needs exactly one id"),
        (GOOD.replace(", ctl:ruleEngine={{mode}}", ""), "rule 1 needs exactly one ctl:ruleEngine"),
        (GOOD.replace("{{mode}}", "On"), "rule 1 needs exactly one ctl:ruleEngine"),
        (GOOD.replace("deny", "setvar:{{other}}"), r"placeholder OCI does not fill: \{\{other\}\}"),
        (GOOD.replace('"x"', '"{{mode}}"'), "placeholder OCI does not fill"),
        (f"SecAction phase:1\n{GOOD}", "something that is not a SecRule"),
        (GOOD + " trailing", "something that is not a SecRule"),
        ("SecRule ARGS", "something that is not a SecRule"),
    ],
)
def test_a_template_oci_could_not_publish_is_refused(template: str, reason: str) -> None:
    """The provider would accept any text, and the service reject these."""
    with pytest.raises(ValueError, match=reason):
        check_template(template)


def test_no_rules_make_no_template() -> None:
    """An empty list of rules is refused."""
    with pytest.raises(ValueError, match="needs at least one rule"):
        render_template([])
