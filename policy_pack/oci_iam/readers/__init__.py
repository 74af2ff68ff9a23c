"""What `oci-iam` reads statements from: each form is recognised by what the input holds, without an option.

    statements                    plain text, a JSON list, JSON Lines
    pulumi stack export           and the JSON of `pulumi preview --json`
    terraform show -json          of a plan or a state; a state file itself (version 4), as Oracle Resource
                                  Manager hands it out
    oci iam policy list, get      the JSON of the command line interface, also what `--query data` leaves
    a tenancy file                who and what exists, and the policies (`tenancy_file`)
    Terraform configuration       .tf and .tf.json files and folders of them, by a reader that is handed over:
                                  it needs a package that this one does without

An input without a single statement is unusable, so that a check of the wrong file is never green; a form that
says what exists (an export, a plan, a list from the cloud) may hold none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from oci_iam.inputs import Unusable, parsed_json, read_file, shown_name
from oci_iam.items import Source
from oci_iam.policy import Policy
from oci_iam.readers.policy_list import of_policy_list
from oci_iam.readers.stack_export import of_pulumi, read_stack_export
from oci_iam.readers.statement_files import items_of
from oci_iam.readers.tenancy_file import of_tenancy_file
from oci_iam.readers.terraform_json import of_terraform

__all__ = ["TERRAFORM_IS_MISSING", "ConfigurationReader", "of_pulumi", "read_sources"]

ConfigurationReader: TypeAlias = Callable[[Sequence[tuple[str, str]]], Iterable[Source]]
"""Reads the files of Terraform modules, given as (path, text), and answers with one source a module."""

_CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json")
_LOOKS_LIKE_CONFIGURATION = re.compile(
    r"\s*(?:(?:#|//)[^\n]*\n\s*|/\*.*?\*/\s*)*"
    r'(?:(?:resource|data|variable|module|output|provider)\s+"|(?:locals|terraform)\s*\{)',
    re.DOTALL,
).match
TERRAFORM_IS_MISSING = (
    "expected statements or JSON, found Terraform configuration, which needs a package more: "
    "pip install 'oci-functions-guard[terraform]'"
)


def read_sources(
    paths: Iterable[str], exports: Iterable[str] = (), configuration: ConfigurationReader | None = None
) -> list[Source]:
    """What the inputs hold, in their order; then ``exports``, which must be Pulumi's, and the files of
    Terraform's configuration, by module.

    Raises Unusable for what is none of the forms.
    """
    sources: list[Source] = []
    files: list[tuple[str, str]] = []
    for path in paths:
        if path != "-" and os.path.isdir(path):
            files += _of_folder(path)
            continue
        text = read_file(path)
        if path.endswith(_CONFIGURATION) or _LOOKS_LIKE_CONFIGURATION(text):
            files.append((path, text))
        else:
            sources.append(_not_empty(_recognised(text, shown_name(path))))
    sources += map(read_stack_export, exports)
    if files:
        if configuration is None:
            raise Unusable(f"{shown_name(files[0][0])}: {TERRAFORM_IS_MISSING}")
        sources += configuration(files)
    return sources


def _of_folder(path: str) -> list[tuple[str, str]]:
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    found = [os.path.join(path, name) for name in names if name.endswith(_CONFIGURATION)]
    if not found:
        raise Unusable(f"{path}: expected a file, or a folder with Terraform configuration (*.tf, *.tf.json)")
    return [(name, read_file(name)) for name in found]


def _not_empty(source: Source) -> Source:
    if not source.items and not source.is_export:
        raise Unusable(f"{source.name}: expected at least one statement, found none")
    return source


def _recognised(text: str, name: str) -> Source:
    first = text.lstrip()[:1]
    if first == "{":
        document = _whole(text)
        if isinstance(document, dict) and "statement" not in document:
            return _of_document(document, text, name)
    if first == "[":
        policies = of_policy_list(_whole(text), text, name)
        if policies is not None:
            return policies
    items = tuple(items_of(text, name))
    alone = first == "{"  # each line of JSON Lines is a policy of its own
    groups = [(item.text,) for item in items] if alone else [tuple(item.text for item in items)]
    return Source(name, items, tuple(Policy("", texts) for texts in groups))


def _whole(text: str) -> Any:
    """The text as one JSON document; None where it is none, which its own reader then says better."""
    try:
        return parsed_json(text, "")
    except Unusable:
        return None


def _of_document(document: dict[str, Any], text: str, name: str) -> Source:
    for read in (of_tenancy_file, of_pulumi, of_terraform, of_policy_list):
        found = read(document, text, name)
        if found is not None:
            return found
    said = ""
    if "@level" in document:
        said = " (`terraform plan -json` prints a log: save the plan and give `terraform show -json PLAN`)"
    raise Unusable(
        f'{name}:1: expected "statement", a Pulumi stack export or preview, `terraform show -json`, a '
        f"Terraform state or `oci iam policy list`, found an object with {_keys(document)}{said}"
    )


def _keys(document: dict[str, Any]) -> str:
    shown = [f'"{key}"' for key in list(document)[:3]]
    return ", ".join(shown) + (", …" if len(document) > 3 else "") if shown else "nothing in it"
