"""Refuses a custom protection rule whose template lacks the placeholders that the WAF service fills in.

The provider accepts any string; the API refuses what is checked here only after the deploy is half done. Not
a ModSecurity parser: what a rule matches is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from oci_functions_guard.layout import shorten
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, kind_of

__all__ = ["applies", "check"]

_CUSTOM_RULE: Final = "oci:Waas/customProtectionRule:CustomProtectionRule"

_CONTINUED: Final = re.compile(r"\\\r?\n")
_STRING: Final = r'"((?:[^"\\]|\\.)*)"'
_RULE: Final = re.compile(rf"SecRule[ \t]+(\S+)[ \t]+{_STRING}(?:[ \t]+{_STRING})?")
_ACTION: Final = re.compile(r"[ \t]*(?:[^,'\s]|'(?:[^'\\]|\\.)*')(?:[^,']|'(?:[^'\\]|\\.)*')*")
_ACTIONS: Final = re.compile(rf"{_ACTION.pattern}(?:,{_ACTION.pattern})*")
_ID: Final = re.compile(r"id\s*:", re.IGNORECASE)
_ENGINE: Final = re.compile(r"ctl\s*:\s*ruleEngine", re.IGNORECASE)


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
    """Only the documented form passes: what else the service takes is not documented."""
    lines = [line.strip() for line in _CONTINUED.sub(" ", template).splitlines()]
    rules = [line for line in lines if line and not line.startswith("#")]
    if not rules:
        yield "template: contains no SecRule"
    for number, line in enumerate(rules, start=1):
        yield from _rule_problems(line, number)
    if any(line.startswith("#") and "{{" in line for line in lines):
        yield "template: a comment contains a placeholder, which the service may fill too"


def _rule_problems(line: str, number: int) -> Iterator[str]:
    """What is wrong with one line, which must be a SecRule, and with its actions: its last quoted string."""
    place = f"template, SecRule {number}"
    rule = _RULE.fullmatch(line)
    if rule is None:
        yield f"template: expected a SecRule as number {number}, found {shorten(line)}"
        return
    if rule[3] is None or not _ACTIONS.fullmatch(rule[3]):
        yield f"{place}: actions {'are missing' if rule[3] is None else 'cannot be read'}"
        return
    actions = [re.sub(r"^id:\s+", "id:", action.strip()) for action in _ACTION.findall(rule[3])]
    ids = [action for action in actions if _ID.match(action)]
    engines = [action for action in actions if _ENGINE.match(action)]
    wanted = f"{{{{id_{number}}}}}"
    yield from _exactly_one(ids, "id:", wanted, f"{place}: id")
    yield from _exactly_one(engines, "ctl:ruleEngine=", "{{mode}}", f"{place}: ctl:ruleEngine")
    rest = [rule[1], rule[2], *(action for action in actions if action not in (*ids, *engines))]
    if any("{{" in part for part in rest):
        yield f"{place}: contains a placeholder other than {wanted} and {{{{mode}}}}"


def _exactly_one(found: list[str], name: str, wanted: str, place: str) -> Iterator[str]:
    if not found:
        yield f"{place} is missing; expected {wanted}"
    elif len(found) > 1:
        yield f"{place} is set {len(found)} times; it must be set once"
    elif not found[0].startswith(name):
        yield f"{place}: expected {name}{wanted}, found {shorten(found[0])}"
    elif (value := found[0].removeprefix(name)) != wanted:
        hint = " (an f-string turns two braces into one)" if value == wanted[1:-1] else ""
        yield f"{place}: expected {wanted}, found {shorten(value)}{hint}"
