"""ModSecurity rules for OCI's edge WAF, written as Python and rendered to the template OCI wants.

OCI fills two placeholders when it publishes a rule: `{{id_n}}`, numbered from 1 through the template, and
`{{mode}}` in `ctl:ruleEngine`. The builder always puts both in; `check_template` finds them missing in a
template written by hand, which the provider would accept and the service reject.

Not for: macros such as %{TX.0} (whether OCI wants one percent sign or two is not documented, so they are
refused), chained rules, or directives other than SecRule.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Action = Literal["deny", "drop", "block", "pass", "allow"]

_ACTIONS = ("deny", "drop", "block", "pass", "allow")
_VARIABLE = re.compile(r"[&!]?[A-Z][A-Z_]*(:[A-Za-z0-9_./-]+)?")
_TRANSFORMATION = re.compile(r"[a-zA-Z0-9]+")
_RULE = re.compile(r'SecRule\s+(?P<variables>\S+)\s+"(?P<operator>(?:[^"\\]|\\.)*)"\s+"(?P<actions>[^"]*)"')
_ID = re.compile(r"(?<![\w])id\s*:\s*(?P<value>[^,\s]+)")
_MODE = re.compile(r"(?<![\w])ctl:ruleEngine\s*=\s*(?P<value>[^,\s]+)")
_UNESCAPED_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)"')
_OPEN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\$")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True, kw_only=True)
class SecRule:
    """One rule: when `operator` holds for one of `variables` in `phase` (1 headers, 2 body, 3 and 4 the
    response), log `msg` and take `action`. The operator is a regular expression unless it begins with `@`
    (or `!@`). `transformations` are applied first, e.g. `lowercase`, `urlDecodeUni`."""

    variables: Sequence[str]
    operator: str
    msg: str
    phase: int = 2
    action: Action = "deny"
    transformations: Sequence[str] = ()

    def __post_init__(self) -> None:
        if problem := self._problem():
            raise ValueError(problem)

    def _problem(self) -> str | None:
        text = f"{self.operator}{self.msg}"
        bad_variable = next((each for each in self.variables if not _VARIABLE.fullmatch(each)), None)
        bad_step = next((each for each in self.transformations if not _TRANSFORMATION.fullmatch(each)), None)
        problems = {
            "variables: needs at least one": not self.variables,
            f"variables: {bad_variable!r} is not a variable such as ARGS or REQUEST_HEADERS:User-Agent": (
                bad_variable is not None
            ),
            f"transformations: {bad_step!r} is not the name of a transformation": bad_step is not None,
            f"phase: {self.phase} is not one of 1, 2, 3, 4": self.phase not in (1, 2, 3, 4),
            f"action: {self.action} is not one of {', '.join(_ACTIONS)}": self.action not in _ACTIONS,
            "operator: is empty": not self.operator.strip(),
            "operator: ends with a backslash that escapes nothing": bool(_OPEN_ESCAPE.search(self.operator)),
            "msg: is empty": not self.msg.strip(),
            "msg: holds a quote, a comma or a backslash": any(each in self.msg for each in "'\",\\"),
            "operator or msg: is not one line of printable text": not text.isprintable(),
            "operator or msg: holds {{ or }}, which OCI takes for a placeholder": "{{" in text
            or "}}" in text,
            "operator or msg: holds a macro (%{…}), which OCI documents no escape for": "%{" in text,
        }
        return next((problem for problem, holds in problems.items() if holds), None)

    def render(self, number: int) -> str:
        """The rule as the `number`-th of its template, counted from 1."""
        operator = _UNESCAPED_QUOTE.sub(lambda quote: quote[1] + r"\"", self.operator)
        steps = [f"t:{each}" for each in self.transformations]
        actions = [
            f"phase:{self.phase}",
            *steps,
            f"msg:'{self.msg}'",
            f"id: {{{{id_{number}}}}}",
            "ctl:ruleEngine={{mode}}",
            self.action,
        ]
        joined = ", \\\n   ".join(actions)
        return f'SecRule {"|".join(self.variables)} "{operator}" \\\n  "{joined}"'


def render_template(rules: Sequence[SecRule]) -> str:
    """The template of a custom protection rule: these rules, numbered."""
    if not rules:
        raise ValueError("needs at least one rule")
    return "\n".join(rule.render(number) for number, rule in enumerate(rules, start=1)) + "\n"


def check_template(template: str) -> str:
    """Return `template` when OCI could publish it; raise ValueError that says what is missing and where."""
    joined = re.sub(r"\\[ \t]*\r?\n", " ", template)
    rest = _RULE.sub("", re.sub(r"(?m)^\s*#.*$", "", joined)).strip()
    if rest:
        raise ValueError(f"holds something that is not a SecRule: {rest[:60]!r}")
    rules = list(_RULE.finditer(re.sub(r"(?m)^\s*#.*$", "", joined)))
    if not rules:
        raise ValueError("holds no SecRule")
    for number, rule in enumerate(rules, start=1):
        _check_rule(number, rule["actions"], f"{rule['variables']}{rule['operator']}")
    return template


def _check_rule(number: int, actions: str, condition: str) -> None:
    wanted = f"{{{{id_{number}}}}}"
    ids = [match["value"] for match in _ID.finditer(actions)]
    modes = [match["value"] for match in _MODE.finditer(actions)]
    if ids != [wanted]:
        found = ", ".join(ids) or "none"
        raise ValueError(f"rule {number} needs exactly one id: {wanted}, found {found}")
    if modes != ["{{mode}}"]:
        raise ValueError(f"rule {number} needs exactly one ctl:ruleEngine={{{{mode}}}}")
    strange = set(_PLACEHOLDER.findall(actions)) - {wanted, "{{mode}}"} | set(_PLACEHOLDER.findall(condition))
    if strange:
        raise ValueError(f"rule {number} holds a placeholder OCI does not fill: {min(strange)}")
