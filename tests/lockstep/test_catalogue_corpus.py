"""The catalogue, and the resource-types of public statements collected beside the project.

Skipped where they are not there. What the catalogue has no permissions of is listed with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from oci_iam import Unparsable, parse
from oci_iam.catalogue.types import is_known, members

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
FILES = ("statements.jsonl", "workload_labelled.jsonl")

NO_TABLE = "no table of its permissions was read"
WITHOUT_PERMISSIONS = {
    "agcs-instance": NO_TABLE,
    "audit-configuration": NO_TABLE,
    "autonomous-transaction-processing-family": "a former name; what it stands for was not read",
    "backups": "a former name of db-backups, or of others; which is not said",
    "data-safe-family": NO_TABLE,
    "dbservers": NO_TABLE,
    "desktop-pool-family": NO_TABLE,
    "exadata-infrastructures": NO_TABLE,
    "floating-ips": "no type of OCI's that was seen on a page",
    "oda-design": NO_TABLE,
    "oda-insights": NO_TABLE,
    "oda-instances": NO_TABLE,
    "operator-control-family": NO_TABLE,
    "opsi-family": NO_TABLE,
    "sddcs": NO_TABLE,
    "target-databases": NO_TABLE,
    "threat-intel-family": NO_TABLE,
    "vmclusters": NO_TABLE,
}


@pytest.fixture(scope="module")
def types() -> Counter[str]:
    """Resource-type -> in how many statements it stands."""
    if not CORPUS.is_dir():
        pytest.skip(f"{CORPUS} is not there: the catalogue is not compared with public statements")
    lines = [line for name in FILES for line in (CORPUS / name).read_text("utf-8").splitlines()]
    statements = [parse(json.loads(line)["statement"]) for line in lines]
    return Counter(each.resource for each in statements if not isinstance(each, Unparsable) and each.resource)


def test_what_is_written_more_than_once_has_permissions(types: Counter[str]) -> None:
    """Or stands in the list, which names nothing else."""
    without = {name for name, count in types.items() if count > 1 and not members(name)}

    assert len(types) > 200
    assert without == set(WITHOUT_PERMISSIONS)


def test_what_is_listed_is_known_by_name(types: Counter[str]) -> None:
    """So that a note can tell it from an unknown word."""
    assert not [name for name in WITHOUT_PERMISSIONS if not is_known(name)]
