"""What the edge firewall refuses and fills in. Sources: the Terraform provider's pages on WAAS policies and
custom protection rules. The provider itself checks no template; the service does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.waas import CUSTOM_RULE, POLICY

_CONTINUED = re.compile(r"\\\r?\n")
_STRING = r'"((?:[^"\\]|\\.)*)"'
_RULE = re.compile(rf"SecRule[ \t]+(\S+)[ \t]+{_STRING}[ \t]+{_STRING}")
_ACTION = r"[ \t]*(?:[^,'\s]|'(?:[^'\\]|\\.)*')(?:[^,']|'(?:[^'\\]|\\.)*')*"
_ID = re.compile(r"id\s*:", re.IGNORECASE)
_ENGINE = re.compile(r"ctl\s*:\s*ruleEngine", re.IGNORECASE)
_MODE = "ctl:ruleEngine={{mode}}"
_TARGETS = ("REQUEST_COOKIES", "REQUEST_COOKIE_NAMES", "ARGS", "ARGS_NAMES")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


class CustomRuleRules(Rules):
    """A ModSecurity rule whose ids and mode the service fills in."""

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")
        validate_template(validation.filled(call.inputs, "template", 1 << 20))

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"modSecurityRuleIds": _rule_ids(call)}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, "modSecurityRuleIds": _rule_ids(call)}


class PolicyRules(Rules):
    """A policy in front of one public domain."""

    def write(self, call: Call) -> None:
        domain = validation.filled(call.inputs, "domain", 253)
        if _HOST.fullmatch(domain) is None:
            raise InvalidParameter(f"domain must be a host name such as www.example.com, not {domain!r}")
        labels = _validate_origins(call.inputs, domain)
        policy = call.inputs.get("policyConfig") or {}
        if policy.get("isHttpsEnabled") and not policy.get("certificateId"):
            raise MissingParameter("policyConfig.certificateId is required where HTTPS is enabled")
        waf = call.inputs.get("wafConfig") or {}
        if waf and not waf.get("origin") and not waf.get("originGroups"):
            raise MissingParameter("wafConfig.origin is required")
        if waf.get("origin") and waf["origin"] not in labels:
            raise InvalidParameter(f"wafConfig.origin {waf['origin']!r} is not the label of one of origins")
        for rule in waf.get("customProtectionRules") or []:
            _validate_attached(call, rule)

    def computed(self, call: Call) -> Mapping[str, Any]:
        name = call.inputs["domain"].replace(".", "-")
        return {"cname": f"{name}.o.waas.oci.oraclecloud.net"}


def validate_template(template: str) -> None:
    """Refuse a template whose placeholders are missing, out of order, or spelled unlike Oracle's page: what
    else the service takes is not documented."""
    lines = [line.strip() for line in _CONTINUED.sub(" ", template).splitlines()]
    rules = [line for line in lines if line and not line.startswith("#")]
    if not rules:
        raise InvalidParameter("template has no SecRule")
    for number, line in enumerate(rules, 1):
        _validate_rule(number, line)
    if any(line.startswith("#") and "{{" in line for line in lines):
        raise InvalidParameter("a comment of the template has a placeholder")


def _validate_rule(number: int, line: str) -> None:
    rule = _RULE.fullmatch(line)
    if rule is None or re.fullmatch(f"{_ACTION}(?:,{_ACTION})*", rule[3]) is None:
        raise InvalidParameter(f"template has no SecRule with actions as number {number}: {line[:40]!r}")
    wanted = f"{{{{id_{number}}}}}"
    actions = [action.strip() for action in re.findall(_ACTION, rule[3])]
    ids = [action for action in actions if _ID.match(action)]
    modes = [action for action in actions if _ENGINE.match(action)]
    if len(ids) != 1 or re.fullmatch(rf"id:\s*{re.escape(wanted)}", ids[0]) is None:
        raise InvalidParameter(f"SecRule {number} of the template must have exactly one id: {wanted}")
    if modes != [_MODE]:
        raise InvalidParameter(f"SecRule {number} of the template must have {_MODE}, once")
    if line.count("{{") != 2:
        raise InvalidParameter(f"SecRule {number} of the template has a placeholder that is not filled")


def _validate_origins(inputs: Mapping[str, Any], domain: str) -> set[str]:
    labels: set[str] = set()
    for origin in inputs.get("origins") or []:
        if origin["label"] in labels:
            raise InvalidParameter(f"origins has the label {origin['label']!r} twice")
        labels.add(origin["label"])
        uri = str(origin.get("uri", ""))
        if uri.lower() == domain.lower():
            raise InvalidParameter(f"the origin {origin['label']!r} must differ from the domain {domain}")
        if "/" in uri:
            raise InvalidParameter(
                f"uri of origin {origin['label']!r} must be a host without a path: {uri!r}"
            )
        for name in ("httpPort", "httpsPort"):
            validation.between(origin, name, 0, 65535)
    return labels


def _validate_attached(call: Call, rule: Mapping[str, Any]) -> None:
    validation.one_of(rule, "action", ("OFF", "DETECT", "BLOCK"))
    if not rule.get("id"):
        raise MissingParameter("an entry of wafConfig.customProtectionRules requires the id of a rule")
    call.cloud.existing(rule["id"], CUSTOM_RULE, "custom protection rule")
    for exclusion in rule.get("exclusions") or []:
        validation.one_of(exclusion, "target", _TARGETS)
        for entry in exclusion.get("exclusions") or []:
            if re.search(r"[\s,|]", entry):
                raise InvalidParameter(f"the exclusion {entry!r} must not contain spaces, commas or |")


def _rule_ids(call: Call) -> list[str]:
    lines = _CONTINUED.sub(" ", call.inputs["template"]).splitlines()
    count = sum(line.lstrip().startswith("SecRule") for line in lines)
    first = 2_000_000 + sum(call.id.encode()) % 900_000
    return [str(first + number) for number in range(count)]


RULES = {CUSTOM_RULE: CustomRuleRules(), POLICY: PolicyRules()}
