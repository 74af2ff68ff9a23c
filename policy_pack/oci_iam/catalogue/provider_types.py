"""Which API operations pulumi-oci calls for a resource of a type, and which variables such a call carries.

Most follow from the names: a `Queue` is created by `CreateQueue`. What does not is in `provider_types.txt`
beside this module. Does not know what an operation needs: that is `operations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, get_args

from oci_iam.catalogue.operations import Operation, named

__all__ = ["ACTIONS", "Action", "ProviderType", "looked_up", "provider_type", "subject_of_look_up"]

Action: TypeAlias = Literal["create", "read", "update", "delete"]
ACTIONS: tuple[Action, ...] = get_args(Action)
_BEGINNINGS = dict(zip(ACTIONS, ("Create", "Get", "Update", "Delete"), strict=True))
_NONE = "-"


class ProviderType(NamedTuple):
    """One resource type of the provider.

    ``operations``: the name of the operation for each action; an action that calls none is left out.
    ``variables``: target variables to the properties that hold their values.
    """

    token: str
    service: str
    operations: Mapping[Action, str]
    variables: Mapping[str, str]

    def calls(self, action: Action) -> tuple[Operation, ...] | None:
        """The catalogue's rows of what an action calls; empty where it calls nothing, None where the
        catalogue does not know what is called."""
        name = self.operations.get(action)
        if name is None:
            return ()
        return _rows(name, self.service) or None


def provider_type(token: str) -> ProviderType:
    """What is known of the type of this token; by its name alone where no row states more."""
    known = _table()
    return known.types.get(token) or _by_name(token, known.services)


def looked_up(token: str) -> tuple[Operation, ...] | None:
    """The rows of what a data source asks (`oci:Core/getSubnet:getSubnet`: GetSubnet; of a plural, the list);
    None where the catalogue does not know."""
    module, name = _parts(token)
    service = _table().services.get(module, module)
    asked = name.removeprefix("get")
    several = (f"List{asked}",) if asked.endswith("s") else ()
    found = (_rows(each, service) for each in (*several, f"Get{asked}"))
    return next(filter(None, found), None)


def subject_of_look_up(token: str) -> ProviderType:
    """The resource type that a data source shows (`oci:Core/getSubnet:getSubnet`: a subnet), by its name."""
    name = token.rpartition(":")[2].removeprefix("get")
    place = token.partition("/")[0]
    return provider_type(f"{place}/{name[:1].lower()}{name[1:]}:{name}")


def _rows(name: str, service: str) -> tuple[Operation, ...]:
    return tuple(row for row in named(name) if row.service == service)


class _Table(NamedTuple):
    types: dict[str, ProviderType]
    services: dict[str, str]


@lru_cache(maxsize=1)
def _table() -> _Table:
    found = _Table({}, {})
    for line in Path(__file__).with_name("provider_types.txt").read_text("utf-8").splitlines():
        if line.startswith("module "):
            module, _, service = line.partition(";")
            found.services[module.split()[1]] = service.split(None, 1)[1]
        elif line and line[0] != "#":
            row = _row(line, found.services)
            found.types[row.token] = row
    return found


def _row(line: str, services: Mapping[str, str]) -> ProviderType:
    token, operations, variables = (cell.split() for cell in line.split("|"))
    row = _by_name(token[0], services)
    if operations:
        given = zip(ACTIONS, operations, strict=True)
        row = row._replace(operations={action: name for action, name in given if name != _NONE})
    pairs = (word.partition("=")[::2] for word in variables)
    return row._replace(variables=dict(pairs))


def _by_name(token: str, services: Mapping[str, str]) -> ProviderType:
    module, name = _parts(token)
    operations = {action: beginning + name for action, beginning in _BEGINNINGS.items()}
    return ProviderType(token, services.get(module, module), operations, {})


def _parts(token: str) -> tuple[str, str]:
    """The module and the class of a token: `Functions` and `Function`."""
    package, _, rest = token.partition(":")
    module = rest.partition("/")[0] if "/" in rest else package
    return module, token.rpartition(":")[2]
