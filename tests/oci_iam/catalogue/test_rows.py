"""The table of resource-types: what is wrong in it is said, and its rows agree with each other."""

from __future__ import annotations

import pytest

from oci_iam.catalogue.rows import read, table
from oci_iam.catalogue.types import types_with

SECTION = """\
# A remark.
service  Object Storage
page     Details for Object Storage
mark     DOC
family   object-family all
target   =target.bucket.name
"""


def test_a_row() -> None:
    """Shared words, other spellings, what a verb adds, and the signs before names."""
    text = (
        SECTION
        + "objects object | A_INSPECT | +A_READ | -A_PUSH | A_CREATE A_DELETE | PUBLIC target.object.name"
    )
    found = read([text])
    row = found.rows["objects"]

    assert row.added == (("A_INSPECT",), ("A_READ",), ("A_PUSH",), ("A_CREATE", "A_DELETE"))
    assert row.permissions == ("A_INSPECT", "A_READ", "A_PUSH", "A_CREATE", "A_DELETE")
    assert row.guarded == {"A_READ", "A_CREATE", "A_DELETE"}
    assert row.variables == {"target.bucket.name", "target.object.name"}
    assert row.names_target == {"target.bucket.name"}
    assert (row.service, row.source, row.mark) == ("Object Storage", "Details for Object Storage", "PUBLIC")
    assert not row.tenancy_only
    assert found.spellings == {"object": "objects"}
    assert found.families == {"object-family": ("objects",), "all": ("objects",)}
    assert found.variables == {"Details for Object Storage": {"target.bucket.name", "target.object.name"}}


def test_a_row_that_differs_from_its_section() -> None:
    """`notarget` takes the section's variables, `tenancy` says the only place."""
    found = read([SECTION + "namespaces | | N_READ | | N_UPDATE | notarget tenancy"])

    assert found.rows["namespaces"].variables == frozenset()
    assert found.rows["namespaces"].tenancy_only


def test_names_alone_and_variables_alone() -> None:
    """Neither needs a row."""
    found = read(["service  Others\npage     P\nknown    one two\nknown    three\nalso     target.one.id"])

    assert found.known == {"one", "two", "three"}
    assert found.variables == {"P": {"target.one.id"}}
    assert not found.rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("servise  Typo", "expected one of service, page"),
        ("a | | | |", "without service, page and mark"),
        ("service  S\npage     P\na | | | |", "without service, page and mark"),
        (SECTION + "a | A_READ |", "expected 5 or 6 cells, found 3"),
        (SECTION + "a | | | | | tenanci", "expected a variable, notarget, tenancy or a mark, found tenanci"),
        (SECTION + "a | | | |\na | | | |", "two rows for a"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    """A slip in the table ends the reading; it never yields a type with less than it has."""
    with pytest.raises(ValueError, match=said):
        read([text])


def test_rows_agree_whether_a_permission_is_guarded() -> None:
    """Whatever type yields it, it is the same right."""
    permissions = {name for row in table().rows.values() for name in row.permissions}

    assert not [name for name in permissions if len({name in row.guarded for row in types_with(name)}) > 1]


def test_a_row_has_permissions_each_once() -> None:
    """A type without any is only a name; no page names one permission at two verbs."""
    assert not [row.name for row in table().rows.values() if not row.permissions]
    assert not [
        row.name for row in table().rows.values() if len(set(row.permissions)) != len(row.permissions)
    ]


def test_a_name_stands_once() -> None:
    """As a type, a family, another spelling, or only a name."""
    found = table()
    names = [*found.rows, *found.families, *found.spellings, *found.known]

    assert len(names) == len(set(names))


def test_names_are_as_the_parser_folds_them() -> None:
    """Types and variables in lower case, permissions in capitals."""
    found = table()
    names = {
        *found.rows,
        *found.families,
        *found.spellings,
        *found.known,
        *set().union(*found.variables.values()),
    }

    assert not [name for name in names if name != name.lower()]
    assert not [name for row in found.rows.values() for name in row.permissions if name != name.upper()]


def test_what_names_a_target_is_a_variable_of_the_type() -> None:
    """And a tag never names one."""
    for row in table().rows.values():
        assert row.names_target <= row.variables
        assert not [name for name in row.names_target if name.endswith(".*")]
