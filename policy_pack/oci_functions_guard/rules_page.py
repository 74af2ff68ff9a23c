"""Writes docs/rules.md from the catalogue: `python -m oci_functions_guard.rules_page > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from oci_functions_guard.catalogue import CATALOGUE, RuleInfo
from oci_functions_guard.statements import NOT_IAM, POLICY
from oci_iam.fingerprint import fingerprint

__all__ = ["render"]

_EXAMPLE = "Allow group admins to manage functions-family in tenancy"

_HEAD = """# Rules of the policy pack

Generated from `policy_pack/oci_functions_guard/catalogue.py` by `make docs`; a test fails when this page is
stale.

Every rule is a resource rule: the engine asks it before each create or update, so a mandatory one blocks in
time. With no config the first two are mandatory and the others advisory. Config is per rule, `all` sets
every level:

```json
{
  "functions-grant-scoped": {
    "enforcementLevel": "mandatory",
    "exemptions": [
      {"resource": "legacy-*", "reason": "moves in May", "owner": "team-a", "expires": "2026-05-31"}
    ]
  }
}
```

A rule that raises, or does not answer within its deadline (`OCI_GUARD_DEADLINE_SECONDS`, 10 by default), is
a violation that says so, and is not asked again in that operation. Rules that do not load within 15 seconds
end the operation with an error; a process that dies or hangs is named in a
sentence on standard error, which the engine shows if it is still reading by then; else it says
`error reading from server: EOF`.

## Config and exemptions

A config that cannot be followed ends the operation before anything is asked, with every slip in it: a rule
name that does not exist, an unknown key, a value of the wrong type. `oci-iam check-config FILE` finds the
same before anything runs, with line numbers, and what the CLI hands on to no pack: a key that is given
twice. `make up`, `make preview` and the workflows run it.

An exemption needs a resource, a reason, an owner and a last day (UTC, inclusive, at most 400 days ahead).
Each use of it is shown as an advisory line; one that covered nothing, or has expired, is named at the end
of the operation. It never covers a failure of the pack itself. A pattern (`*`, `?`) must hold three letters
or digits in a row.

The two rules that are mandatory by themselves take exemptions of one statement only. `resource` is then the
literal name, and `statement` the statement's fingerprint:

```console
$ oci-iam fingerprint "{statement}"
{fingerprint}
```

A config that lowers one of the two to advisory or disabled is obeyed, and said with the first resource of
every operation. Version 2 of the CLI's config format is refused by `check-config`: its `exceptions` have no
last day and are not shown. Where the CLI applies one all the same, the two rules refuse the resource at
deploy under the policy name `all`, which no exception can hold.

## What the pack does not see

* Statements that a dynamic provider, a command or a script builds from parts. Among the inputs of dynamic
  providers (`pulumi-python:dynamic`, `pulumi-nodejs:dynamic`) whatever reads like a whole statement is
  judged, under any name.
* What `ignore_changes` hides. The engine asks with the value that the state holds; what was changed in the
  console since is seen by `pulumi refresh` and then only where the input is not ignored.
* `pulumi import`. The engine imports without asking local packs; the next `preview` or `up` of a program
  that declares the resource does.
* What exists in the tenancy but in no program. `oci-iam judge` reads statements from files.

After an error of another resource the engine may add `failed to run remediation: context canceled` (or
`failed to run policy: …`) for a resource it was about to ask about. That is the engine ending its own call,
with or without this pack having seen it, and no second fault.

## The rules

| rule | id | severity | default | in short |
|---|---|---|---|---|
"""

_STATEMENTS = f"""
## Which resources hold statements

`{POLICY}`, whatever its inputs; every other resource of the provider's Identity module that has an input
called `statements`, also of a version the pack does not know; identity policies of another bridge of the
same provider; and resources of dynamic providers with an input that reads like a statement.
Left out, each for its reason:

| type | holds |
|---|---|
"""


def render() -> str:
    """The whole page."""
    return "".join(_pieces())


def _pieces() -> Iterator[str]:
    yield _HEAD.replace("{statement}", _EXAMPLE).replace("{fingerprint}", fingerprint(_EXAMPLE))
    for info in CATALOGUE:
        link = f"[{info.name}](#{info.name})"
        yield f"| {link} | {info.identity} | {info.severity} | {info.level} | {info.title} |\n"
    for info in CATALOGUE:
        yield from _rule(info)
    yield _STATEMENTS
    for token, reason in NOT_IAM.items():
        yield f"| `{token}` | {reason} |\n"


def _rule(info: RuleInfo) -> Iterator[str]:
    yield f"\n## {info.name}\n\n{info.title}. ({info.identity}, {info.severity}, {info.level} by default)\n\n"
    yield f"* **Looks at** {info.looks_at}.\n"
    yield f"* **Refuses** {_sentence(info.refuses)}\n"
    yield f"* **Unknown values** {_sentence(info.unknown)}\n"
    yield f"* **Instead** {_sentence(info.remediation)}\n"
    if info.framework is not None:
        control = info.framework
        yield f"* **Carries out** {control.name} {control.version}, {control.reference}: "
        yield f"{control.specification}.\n"
    yield f"* **Tags** {', '.join(info.tags)}. **Source** <{info.url}>\n"
    if info.settings:
        yield "\n| setting | type | default | meaning |\n|---|---|---|---|\n"
        for name, schema in info.settings.items():
            yield _setting(name, schema)


def _setting(name: str, schema: Mapping[str, Any]) -> str:
    default = schema.get("default", "none")
    return f"| `{name}` | {schema['type']} | {default} | {schema['description']} |\n"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."


if __name__ == "__main__":
    sys.stdout.write(render())
