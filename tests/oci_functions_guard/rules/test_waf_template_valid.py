"""What `waf-template-valid` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

TEMPLATE = "oci:Waas/customProtectionRule:CustomProtectionRule"


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


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
            ("id: {{id_1}}, \\\n   ", "", "template, SecRule 1: id is missing; expected {{id_1}}"),
            ("{{id_2}}", "{{id_1}}", "template, SecRule 2: id: expected {{id_2}}, found {{id_1}}"),
            (
                "{{id_1}}",
                "{id_1}",
                "template, SecRule 1: id: expected {{id_1}}, found {id_1} "
                "(an f-string turns two braces into one)",
            ),
            ("{{id_2}}", "1234", "template, SecRule 2: id: expected {{id_2}}, found 1234"),
            (
                "id:{{id_2}}",
                "id:{{id_2}},id:{{id_2}}",
                "template, SecRule 2: id is set 2 times; it must be set once",
            ),
            (
                ",ctl:ruleEngine={{mode}},deny",
                ",deny",
                "template, SecRule 2: ctl:ruleEngine is missing; expected {{mode}}",
            ),
            (
                "ruleEngine={{mode}},deny",
                "ruleEngine=On,deny",
                "template, SecRule 2: ctl:ruleEngine: expected {{mode}}, found On",
            ),
            (
                ' "phase:2,id:{{id_2}},ctl:ruleEngine={{mode}},deny"',
                "",
                "template, SecRule 2: actions are missing",
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
        """A template that contains no SecRule, or is none, is a finding."""
        assert len(pack.analyze(TEMPLATE, {"template": template}).of(self.NAME)) == 1

    def test_unknown_is_judged_later(self, pack: Any) -> None:
        """An unknown template is judged at deploy."""
        answer = pack.analyze(TEMPLATE, {"template": UNKNOWN})

        assert answer.not_applicable[self.NAME] == "template is unknown"
