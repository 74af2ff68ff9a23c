"""What a SecRule template must hold: the components, the pack and the sandbox say the same of each.

The pack publishes alone and the sandbox is a second opinion, so each reads templates by itself. Oracle
documents one form (page of the Terraform provider on custom protection rules): each SecRule has exactly one
`id: {{id_n}}`, n counted from 1, and one `ctl:ruleEngine={{mode}}`. What else the service takes is not
documented, so it is refused: a template refused too early costs a word, one let through costs half a deploy.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from components.values.sec_rule import check_template
from oci_functions_guard.rules import waf_template_valid
from sandbox.cloud.errors import InvalidParameter
from sandbox.services.waas.rules import validate_template

RULE = 'SecRule ARGS "x" "phase:2, id: {{id_1}}, ctl:ruleEngine={{mode}}, deny"'
SECOND = RULE.replace("id_1", "id_2")

GOOD = {
    "as documented": RULE.replace('"phase', '\\\n  "phase').replace(", ", ", \\\n   "),
    "two rules": f"{RULE}\n\n{SECOND}\n",
    "Windows line ends": f"{RULE}\r\n{SECOND}\r\n",
    "no space after id": RULE.replace("id: ", "id:"),
    "a comment": f"# why\n{RULE}",
    "a comment that holds id:": f"# id: 7, ctl:ruleEngine=On\n{RULE}\n# the last",
    "a message that holds id:": RULE.replace("deny", "msg:'bad id: 7, really', deny"),
    "an operator that holds id:": RULE.replace('"x"', '"id: 7"'),
    "quotes in the operator": RULE.replace('"x"', r'"say \"id: 1\""'),
    "a variable of a collection": RULE.replace("ARGS", "REQUEST_HEADERS:User-Agent|ARGS"),
}
BAD = {
    "empty": "",
    "only a comment": "# SecRule",
    "no id": RULE.replace("id: {{id_1}}, ", ""),
    "no mode": RULE.replace("ctl:ruleEngine={{mode}}, ", ""),
    "a number as id": RULE.replace("{{id_1}}", "1000"),
    "an f-string's braces": RULE.replace("{{", "{").replace("}}", "}"),
    "spaces within the braces": RULE.replace("{{id_1}}", "{{ id_1 }}"),
    "a space before the colon": RULE.replace("id:", "id :"),
    "ID in capitals": RULE.replace("id:", "ID:"),
    "CTL in capitals": RULE.replace("ctl:", "CTL:"),
    "another case of ruleEngine": RULE.replace("ruleEngine", "ruleengine"),
    "a space in ctl": RULE.replace("ctl:ruleEngine=", "ctl: ruleEngine = "),
    "a fixed mode": RULE.replace("{{mode}}", "On"),
    "two ids": RULE.replace("deny", "id: {{id_1}}"),
    "two ids in two spellings": RULE.replace("deny", "ID : 7"),
    "two modes": RULE.replace("deny", "ctl:ruleEngine=Off"),
    "ids out of order": f"{SECOND}\n{RULE}",
    "one id twice": f"{RULE}\n{RULE}",
    "another placeholder": RULE.replace("deny", "setvar:{{other}}"),
    "a placeholder in the operator": RULE.replace('"x"', '"{{mode}}"'),
    "a placeholder in a message": RULE.replace("deny", "msg:'{{mode}}'"),
    "a placeholder in a comment": f"# {{{{id_1}}}}\n{RULE}",
    "a SecAction after it": f'{RULE}\nSecAction "phase:1, id: 7, pass"',
    "a SecAction before it": f'SecAction "phase:1, pass"\n{RULE}',
    "a marker": f"{RULE}\nSecMarker END",
    "something after it": f"{RULE} trailing",
    "two rules on one line": f"{RULE} {SECOND}",
    "no actions": 'SecRule ARGS "x"',
    "no operator": "SecRule ARGS",
    "an open quote in the actions": RULE.replace("deny", "msg:'it"),
    "an empty action": RULE.replace("deny", ", deny"),
    "a comma at the end": RULE.replace("deny", "deny, "),
    "a line that is not continued": RULE.replace(' "phase', '\n "phase'),
    "a comment within a continued line": RULE.replace(' "phase', ' \\\n# why \\\n "phase'),
}


def _components(template: str) -> bool:
    try:
        check_template(template)
    except ValueError:
        return False
    return True


def _pack(template: str) -> bool:
    return not list(waf_template_valid.check(cast(Any, SimpleNamespace(resource={"template": template}))))


def _sandbox(template: str) -> bool:
    try:
        validate_template(template)
    except InvalidParameter:
        return False
    return True


@pytest.mark.parametrize("template", [pytest.param(text, id=name) for name, text in GOOD.items()])
def test_the_documented_form_passes_everywhere(template: str) -> None:
    """Comments, continued lines, and words in strings that only look like an id."""
    assert (_components(template), _pack(template), _sandbox(template)) == (True, True, True)


@pytest.mark.parametrize("template", [pytest.param(text, id=name) for name, text in BAD.items()])
def test_anything_else_is_refused_everywhere(template: str) -> None:
    """Whatever is missing, doubled, misspelt, or no SecRule."""
    assert (_components(template), _pack(template), _sandbox(template)) == (False, False, False)
