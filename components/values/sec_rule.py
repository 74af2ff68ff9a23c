"""ModSecurity rules for OCI's edge WAF, written as Python and rendered to the template OCI wants.

OCI fills two placeholders when it publishes a rule: `{{id_n}}`, numbered from 1 through the template, and
`{{mode}}` in `ctl:ruleEngine`. The builder always puts both in; `check_template` finds them missing in a
template written by hand, which the provider would accept and the service reject.

Not for: macros such as %{TX.0} (whether OCI wants one percent sign or two is not documented, so they are
refused), chained rules, or directives other than SecRule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from components.values.option import Option

Action = Literal["deny", "drop", "block", "pass", "allow"]

_VARIABLE = re.compile(r"[&!]?[A-Z][A-Z_]*(:[A-Za-z0-9_./-]+)?")
_TRANSFORMATION = re.compile(r"[a-zA-Z0-9]+")
# `SecRule`, its variables, its operator and its actions, on one line once continued lines are joined.
_STRING = r'"((?:[^"\\]|\\.)*)"'
_RULE = re.compile(rf"SecRule[ \t]+(\S+)[ \t]+{_STRING}[ \t]+{_STRING}")
_ACTION = r"[ \t]*(?:[^,'\s]|'(?:[^'\\]|\\.)*')(?:[^,']|'(?:[^'\\]|\\.)*')*"
_ACTIONS = re.compile(f"{_ACTION}(?:,{_ACTION})*")
_UNESCAPED_QUOTE = re.compile(r'(?<!\\)((?:\\\\)*)"')
_OPEN_ESCAPE = re.compile(r"(?<!\\)(?:\\\\)*\\$")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
_ENGINE = re.compile(r"ctl\s*:\s*ruleEngine", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SecRule:
    """One ModSecurity rule: when `operator` holds for one of `variables`, log `msg` and take `action`.

    Raises ValueError, its field first, for what would break the template.
    """

    variables: Annotated[Sequence[str], Option("What is looked at, e.g. ARGS or REQUEST_HEADERS:User-Agent")]
    operator: Annotated[str, Option("A regular expression, or an operator such as @detectSQLi")]
    msg: Annotated[str, Option("What the log says on a match")]
    phase: Annotated[int, Option("1 headers, 2 body, 3 and 4 the response")] = 2
    action: Annotated[Action, Option("What a match does")] = "deny"
    transformations: Annotated[Sequence[str], Option("Applied first, e.g. lowercase, urlDecodeUni")] = ()

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
            f"action: {self.action} is not one of {', '.join(get_args(Action))}": (
                self.action not in get_args(Action)
            ),
            "operator: is empty": not self.operator.strip(),
            "operator: ends with a backslash that escapes nothing": bool(_OPEN_ESCAPE.search(self.operator)),
            "msg: is empty": not self.msg.strip(),
            "msg: contains a quote, a comma or a backslash": any(each in self.msg for each in "'\",\\"),
            "operator or msg: is not one line of printable characters": not text.isprintable(),
            "operator or msg: contains {{ or }}, which OCI takes for a placeholder": "{{" in text
            or "}}" in text,
            "operator or msg: contains a macro (%{…}), which OCI documents no escape for": "%{" in text,
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
    """Return `template` when OCI could publish it; raise ValueError that says what is missing and where.

    Only the documented form passes, since what else the service takes is not documented: `SecRule`s and
    comments, no other directive; in each rule exactly one `id: {{id_n}}` and one `ctl:ruleEngine={{mode}}`,
    spelled so, and no other placeholder.
    """
    lines = [line.strip() for line in re.sub(r"\\\r?\n", " ", template).splitlines()]
    rules = [line for line in lines if line and not line.startswith("#")]
    if not rules:
        raise ValueError("contains no SecRule")
    for number, line in enumerate(rules, start=1):
        _check_rule(number, line)
    if any("{{" in line for line in lines if line.startswith("#")):
        raise ValueError("contains a placeholder in a comment, where OCI may fill it too")
    return template


def _check_rule(number: int, line: str) -> None:
    rule = _RULE.fullmatch(line)
    if rule is None:
        raise ValueError(f"contains something that is not a SecRule: {line[:60]!r}")
    variables, operator, actions = rule.groups()
    if not _ACTIONS.fullmatch(actions):
        raise ValueError(f"rule {number} has actions that cannot be read: {actions[:60]!r}")
    each = [action.strip() for action in re.findall(_ACTION, actions)]
    ids = [action for action in each if re.match(r"id\s*:", action, re.IGNORECASE)]
    modes = [action for action in each if _ENGINE.match(action)]
    wanted = f"{{{{id_{number}}}}}"
    if len(ids) != 1 or not re.fullmatch(rf"id:\s*{re.escape(wanted)}", ids[0]):
        raise ValueError(f"rule {number} needs exactly one id: {wanted}, found {', '.join(ids) or 'none'}")
    if modes != ["ctl:ruleEngine={{mode}}"]:
        raise ValueError(
            f"rule {number} needs exactly one ctl:ruleEngine={{{{mode}}}}, found {', '.join(modes) or 'none'}"
        )
    rest = [action for action in each if action not in (*ids, *modes)]
    if strange := _PLACEHOLDER.findall(" ".join((variables, operator, *rest))):
        raise ValueError(f"rule {number} contains a placeholder OCI does not fill: {min(strange)}")
