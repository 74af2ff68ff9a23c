"""Refuses a custom protection rule whose template lacks the placeholders that the WAF service fills in.

The provider accepts any string; the API refuses what is checked here only after the deploy is half done. Not
a ModSecurity parser: what a rule matches is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, kind_of
from oci_functions_guard.wording import shorten

__all__ = ["applies", "check"]

_CUSTOM_RULE: Final = "oci:Waas/customProtectionRule:CustomProtectionRule"

_DIRECTIVE: Final = re.compile(r"^[ \t]*SecRule\b", re.MULTILINE)
_COMMENT: Final = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_TEXT_IN_ACTIONS: Final = re.compile(r"'[^']*'")
_ANY_ID: Final = re.compile(r"(?<![\w:])id[ \t]*:[ \t]*([^,\s\\\"]*)")
_ANY_ENGINE: Final = re.compile(r"\bctl[ \t]*:[ \t]*ruleEngine[ \t]*=[ \t]*([^,\s\\\"]*)", re.IGNORECASE)


def applies(resource: Resource) -> bool:
    return resource.type == _CUSTOM_RULE


def check(case: Case) -> Iterator[Said]:
    template = case.resource.get("template")
    if template is UNKNOWN:
        yield Later("template is unknown")
    elif not isinstance(template, str):
        yield Violation(f"template: expected a string, found {kind_of(template)}")
    else:
        yield from map(Violation, _problems(template))


def _problems(template: str) -> Iterator[str]:
    text = _COMMENT.sub("", template)
    starts = [match.start() for match in _DIRECTIVE.finditer(text)]
    if not starts:
        yield "template: contains no SecRule"
        return
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), start=1):
        yield from _rule_problems(text[start:end], number)


def _rule_problems(directive: str, number: int) -> Iterator[str]:
    """What is wrong with the actions of one SecRule: its last quoted string."""
    place = f"template, SecRule {number}"
    quoted = _QUOTED.findall(directive)
    if len(quoted) < 2:
        yield f"{place}: actions are missing"
        return
    actions = _TEXT_IN_ACTIONS.sub("", quoted[-1])
    yield from _exactly_one(_ANY_ID.findall(actions), f"{{{{id_{number}}}}}", f"{place}: id")
    yield from _exactly_one(_ANY_ENGINE.findall(actions), "{{mode}}", f"{place}: ctl:ruleEngine")


def _exactly_one(found: list[str], wanted: str, place: str) -> Iterator[str]:
    if not found:
        yield f"{place} is missing; expected {wanted}"
    elif len(found) > 1:
        yield f"{place} is set {len(found)} times; it must be set once"
    elif found[0] != wanted:
        hint = " (an f-string turns two braces into one)" if found[0] == wanted[1:-1] else ""
        yield f"{place}: expected {wanted}, found {shorten(found[0])}{hint}"
