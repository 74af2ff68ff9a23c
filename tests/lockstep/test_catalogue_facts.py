"""The catalogue, and what was found out about OCI beside the project: types, permissions, variables, guarded.

Skipped where the facts are not there. What the catalogue says otherwise on purpose is listed with the reason.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from oci_iam.catalogue.operations import OPERATIONS
from oci_iam.catalogue.permissions import VERBS, permissions_of
from oci_iam.catalogue.rows import ResourceType
from oci_iam.catalogue.types import is_family, is_guarded, members, resource_type
from oci_iam.catalogue.variables import GENERAL, SERVICES

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts"
pytestmark = pytest.mark.skipif(
    not FACTS.is_dir(), reason=f"{FACTS} is not there: the catalogue is not compared with the facts"
)

VARIABLES = GENERAL.union(*SERVICES.values())
PERMISSION = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b(?!_)")
ADDS = re.compile(r"\b(inspect|read|use|manage) \+?\**([A-Z].*?)(?=;|,? (?:inspect|read|use|manage) \+|$)")
VARIABLE = re.compile(r"\btarget\.[a-z][a-zA-Z.-]*[a-zA-Z](?:\.\*)?")
MARKS = {"DOC", "PUBLIC", "WHL", "UNCONFIRMED", "PLAN", "CERTIFICATE_CONTENT_PUBLIC_ONLY"}

# --- intended differences -----------------------------------------------------------------------------

NO_NAMES = {
    "custom": "a word of the sentence",
    "log analytics": "a word of the sentence",
    "-hosted-": "stands for several types",
}
NO_PERMISSIONS = {
    "DATA_SCIENCE_JOB_RUN_": "a beginning",
    "DEVOPS_X_": "stands for several",
    "FN_": "stands for several",
}
OTHER_VERBS = {
    (
        "repos",
        "manage",
        "UPDATE",
    ): "the page's prose lets `use` do more than `read`, its table does not: wider",
}
OTHER_GUARDED = {
    "metrics": ("", "metric values are not guarded, and to write them is telemetry"),
    "genai-agent-data-ingestion-job": ("manage", "`use` of jobs adds nothing"),
    "database-tools-connections": ("read", "debatable: reading a connection is reading its settings"),
    "database-tools-family": ("read", "debatable: as its connections"),
    "artifact-repositories": ("use", "what a repository holds are generic-artifacts"),
    "instances": ("read", "debatable: the metadata of an instance may hold its user data"),
    "instance-family": ("read", "debatable: as its instances, and console histories"),
    "virtual-network-family": ("read", "debatable: the shared secret of an IPSec connection"),
    "api-deployments": ("read", "debatable: a deployment's specification may hold headers"),
    "data-science-jobs": ("read", "debatable: a job holds its environment variables"),
    "data-science-pipelines": ("read", "as a job"),
    "dataflow-application": ("read", "debatable: an application holds its arguments"),
    "resource-schedule-family": ("use", "no table was read: what changes a schedule may stand at `use`"),
    "usage-report": ("manage", "debatable: to read what was spent is not to read data"),
    "usage-budgets": ("use", "debatable: as above"),
    "loganalytics-query": ("read", "a query reads the content of logs"),
    "nosql-indexes": ("manage", "`use` of indexes adds nothing"),
    "mount-targets": ("manage", "`use` of mount targets adds nothing"),
    "export-sets": ("manage", "`use` of export sets adds nothing"),
    "vcns": ("manage", "`use` of VCNs adds nothing"),
    "leaf-certificate-versions": ("manage", "`use` of versions adds nothing"),
    "certificate-associations": ("manage", "`use` of associations adds nothing"),
    "cluster-workload-mappings": ("use", "`use` changes a mapping, by the table of its permissions"),
}


class Fact(NamedTuple):
    """One row of the table of what workloads may do."""

    number: int
    types: str
    verbs: str
    permissions: str
    variables: str
    narrowest: str
    tenancy: str
    guarded: str
    mark: str


def facts() -> list[Fact]:
    """The rows of the table; none where the file is not there."""
    path = FACTS / "workload.md"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d", line)
    ]
    return [Fact(int(row[0]), *row[1:]) for row in cells]


ROWS = facts()


@cache
def names(fact: Fact) -> tuple[str, ...]:
    """The types of a row, with `-suffix` written out by the name before it."""
    found: list[str] = []
    for part in re.split(r"[,/;:]| and ", re.sub(r"\{[^}]*\}|\([^)]*\)|[*…]", "", fact.types)):
        word = part.strip()
        if word and word not in NO_NAMES:
            found.append(_whole(word, found) if word.startswith("-") else word)
    return tuple(found)


def _whole(suffix: str, before: list[str]) -> str:
    """The longest beginning of a name before it that makes a known name with the suffix."""
    for parts in (name.split("-") for name in reversed(before)):
        for end in range(len(parts), 0, -1):
            for head in ("-".join(parts[:end]), "-".join(parts[:end]).removesuffix("s")):
                if is_known(head + suffix):
                    return head + suffix
    return before[-1] + suffix


def is_known(name: str) -> bool:
    """Whether the name has a row, or members that have."""
    return bool(members(name))


def rows_of(fact: Fact) -> list[ResourceType]:
    """The rows of the catalogue for a row of the table, those of members among them."""
    found = [resource_type(member) for name in names(fact) for member in members(name)]
    return [row for row in found if row]


@pytest.mark.parametrize("fact", ROWS, ids=lambda fact: str(fact.number))
class TestWorkload:
    """Every row of the table of what workloads may do."""

    def test_types_are_known(self, fact: Fact) -> None:
        """Each has permissions, or members that have; a family's name is one."""
        assert names(fact)
        assert not [name for name in names(fact) if not is_known(name)]
        assert not [name for name in names(fact) if name.endswith("-family") and not is_family(name)]

    def test_permissions_are_known(self, fact: Fact) -> None:
        """Each named permission exists, in full or as the end of one of the row's types."""
        named = PERMISSION.findall(f"{fact.verbs} {fact.permissions} {fact.narrowest} {fact.guarded}")
        ends = {name for row in rows_of(fact) for name in row.permissions}
        unknown = [
            name
            for name in named
            if name not in MARKS
            and name not in NO_PERMISSIONS
            and is_guarded(name) is None
            and not any(known.endswith(f"_{name}") for known in ends)
        ]

        assert not unknown

    def test_verbs_add_what_the_table_says(self, fact: Fact) -> None:
        """After a verb stands what it adds, in full or by its end."""
        for verb, said in ADDS.findall(fact.verbs):
            added = {name for row in rows_of(fact) for name in getattr(row, verb)}
            for word in re.findall(r"\b[A-Z][A-Z0-9_]+\b", re.sub(r"\([^)]*\)", "", said)):
                known = any(name == word or name.endswith(f"_{word}") or word in name for name in added)
                assert known or any((name, verb, word) in OTHER_VERBS for name in names(fact)), (verb, word)

    def test_variables_are_known(self, fact: Fact) -> None:
        """Each target variable named is supplied by some service, documented ones by the row's service."""
        of_types = {variable for row in rows_of(fact) for variable in SERVICES.get(row.source, ())}
        for name in VARIABLE.findall(f"{fact.variables} {fact.narrowest}".lower()):
            assert any(known.startswith(name.removesuffix("*").rstrip(".")) for known in VARIABLES), name
        if "none" in fact.variables or "PUBLIC" in fact.variables or "UNCONFIRMED" in fact.variables:
            return
        for name in VARIABLE.findall(fact.variables.lower()):
            assert any(known.startswith(name.removesuffix("*").rstrip(".")) for known in of_types), name

    def test_nothing_documented_means_no_variable(self, fact: Fact) -> None:
        """A type of which the table has seen no variable of its own has none here."""
        if fact.variables.startswith("none") or fact.variables.startswith("**none**"):
            assert not {variable for row in rows_of(fact) for variable in row.variables}

    def test_the_tenancy_is_the_only_place_where_the_table_says_so(self, fact: Fact) -> None:
        """And nowhere else."""
        only = {row.name for row in rows_of(fact) if row.tenancy_only}
        if fact.tenancy.strip("*") == "yes":
            assert only == set(names(fact))
        if fact.tenancy == "no":
            assert not only

    def test_no_mark_says_more_than_the_table(self, fact: Fact) -> None:
        """Only what a page says is marked so."""
        if "DOC" not in fact.mark:
            assert not [name for name in names(fact) if getattr(resource_type(name), "mark", "") == "DOC"]

    def test_guarded(self, fact: Fact) -> None:
        """The first verb that yields something guarded is the table's, or the list says why it is not."""
        for name in names(fact):
            expected = read_guarded(fact, name)
            if name in OTHER_GUARDED:
                assert OTHER_GUARDED[name][0] == first_guarded(name), name
            elif expected:
                assert expected == first_guarded(name), name


def first_guarded(name: str) -> str:
    """The weakest verb on a type that yields a guarded permission, else ``""``."""
    return next((verb for verb in VERBS if any(map(is_guarded, permissions_of(verb, name)))), "")


# Cells that say it in a sentence, as a person reads them.
READ = {
    "generative-ai-file": "read",
    "generative-ai-vectorstore-file": "read",
    "generative-ai-family": "read",
    "fn-app": "read",
    "fn-function": "read",
    "fn-invocation": "use",
    "functions-family": "read",
    "leaf-certificate-bundles": "read",
    "leaf-certificates": "use",
    "cabundles": "use",
    "announcements": "",
    "announcement-subscriptions": "use",
    "devops-repository": "read",
    "users": "read",
    "policies": "manage",
    "groups": "use",
    "dynamic-groups": "use",
    "loganalytics-log-group": "use",
}


def read_guarded(fact: Fact, name: str) -> str:
    """The weakest verb that the table calls guarded for a type; ``""`` where it names none."""
    if name in READ:
        return READ[name]
    said = re.sub(r"not \w+|\w+ debatable|\(.*?\)", "", fact.guarded.partition(";")[0])
    return next((verb for verb in VERBS if re.search(rf"\b{verb}\b", said)), "")


def test_every_listed_difference_is_one() -> None:
    """A difference that is none any more is taken off the list."""
    by_name = {name: read_guarded(fact, name) for fact in ROWS for name in names(fact)}

    assert by_name.keys() >= OTHER_GUARDED.keys() | READ.keys()
    assert not [name for name, (verb, _) in OTHER_GUARDED.items() if by_name[name] == verb]
    assert [name for name in NO_NAMES if any(name in fact.types for fact in ROWS)] == list(NO_NAMES)


# --- functions and escalation --------------------------------------------------------------------------

IAM = (FACTS / "iam.md").read_text("utf-8") if (FACTS / "iam.md").is_file() else ""


@pytest.mark.parametrize("name", ["fn-app", "fn-function", "fn-invocation"])
def test_functions(name: str) -> None:
    """The table of the functions types, cell by cell."""
    (line,) = [line for line in IAM.splitlines() if line.startswith(f"| {name} |")]
    cells = re.sub(r"\(.*?\)", "", line).strip("|").split("|")[1:5]
    row = resource_type(name)

    assert row is not None
    assert [set(PERMISSION.findall(cell)) for cell in cells] == [set(names) for names in row.added]


def test_operations_of_functions() -> None:
    """The table of the calls and the permission each needs."""
    lines = [
        line for line in IAM.splitlines() if re.match(r"\| \**(List|Get|Create|Update|Delete|Invoke)", line)
    ]
    pairs = [
        (call, permission)
        for line in lines
        for call, permission in re.findall(r"(\w+)\**\s*\|\s*\**(FN_\w+)", line)
    ]

    assert len(pairs) == 11
    assert pairs == [(call, OPERATIONS[call.lower()]) for call, _ in pairs]


NO_IAM_PERMISSIONS = {
    "ALLOW_RULE_DEFS": "a name in somebody's program",
    "CONTAINER_IMAGE": "where a function's code lies",
    "DIRECT_ARCHIVE": "where a function's code lies",
    "OBJECT_STORAGE_ARCHIVE": "where a function's code lies",
    "PRE_BUILT_FUNCTIONS": "where a function's code lies",
    "GENERIC_ARM": "a shape",
    "GENERIC_X86": "a shape",
    "GENERIC_X86_ARM": "a shape",
    "OCI_RESOURCE_PRINCIPAL_VERSION": "an environment variable",
    "PERM_A": "stands for any",
    "PERM_B": "stands for any",
}


def test_permissions_named_in_iam_are_known() -> None:
    """Those of grants, of escalation, and of the functions pages."""
    unknown = sorted({name for name in PERMISSION.findall(IAM) if is_guarded(name) is None})

    assert unknown == sorted(NO_IAM_PERMISSIONS)


def test_types_of_minimal_grants_are_known() -> None:
    """Section 4.2 names what a function's dynamic group is granted."""
    section = IAM.partition("### 4.2")[2].partition("\n---")[0]
    written = set(
        re.findall(r"(?:use|read|manage) ((?:ai-service|generative-ai|object|secret|log)[a-z-]+)", section)
    )
    written |= set(re.findall(r"\b(ai-service-[a-z-]+[a-z])\b", section))

    assert len(written) > 15
    assert not [name for name in written if not is_known(name)]
