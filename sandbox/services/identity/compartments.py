"""The tree of compartments: how deep it may be, and how many statements may stand along a path of it.

What the store does not know the parent of lies right below the tenancy.

Sources: Oracle's pages "Creating a Compartment" and "Policy Statements Limit per Compartment Hierarchy".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter, LimitExceeded
from sandbox.cloud.store import Store
from sandbox.services.identity import COMPARTMENT, POLICY

MOST_LEVELS = 6
MOST_STATEMENTS = 500


def name_claim(parent: str, name: str) -> str:
    """What a compartment holds in the store, so that its name is found, in any case."""
    return f"compartment|{parent}|{name.lower()}"


def refuse_too_deep(call: Call, parent: str) -> None:
    """Refuse a compartment that would lie too deep, or below itself. Raises `InvalidParameter`."""
    parents = _parents(call.store)
    above = _path(parents, parent, call.cloud.tenancy)
    if call.id and call.id in above:
        raise InvalidParameter(f"compartmentId {parent} is the compartment itself or lies below it")
    below = max((_levels_below(parents, call.id, id) for id in parents), default=0) if call.id else 0
    if len(above) + below > MOST_LEVELS:
        raise InvalidParameter(
            f"compartment {call.inputs.get('name')!r} would be at level {len(above) + below};"
            f" compartments are at most {MOST_LEVELS} levels deep"
        )


def refuse_too_many_statements(call: Call) -> None:
    """Refuse a policy that a path of compartments has no room for. Raises `LimitExceeded`."""
    tenancy = call.cloud.tenancy
    here = str(call.inputs.get("compartmentId") or tenancy)
    counts: Counter[str] = Counter()
    for record in call.store.list(POLICY):
        if record.id != call.id:
            place = str(record.outputs.get("compartmentId") or tenancy)
            counts[place] += len(record.outputs.get("statements") or ())
    new = len(call.inputs.get("statements") or ())
    counts[here] += new
    former = len(call.former.outputs.get("statements") or ()) if call.former is not None else 0
    if new <= former or counts.total() <= MOST_STATEMENTS:
        return
    usage = max(sum(counts[id] for id in path) for path in _paths_through(call, counts, here))
    if usage > MOST_STATEMENTS:
        raise LimitExceeded(
            "You have reached the maximum number of policy statements allowed for this compartment hierarchy"
            f" (Limit: {MOST_STATEMENTS}, Current Usage: {usage})"
        )


def _paths_through(call: Call, places: Iterable[str], here: str) -> list[list[str]]:
    """The path from each compartment up to the tenancy, of those that lead through one."""
    parents = _parents(call.store)
    paths = [_path(parents, id, call.cloud.tenancy) for id in {*parents, *places}]
    return [path for path in paths if here in path]


def _parents(store: Store) -> dict[str, str]:
    """The parent of each compartment of the store; empty for one right below the tenancy."""
    return {record.id: str(record.outputs.get("compartmentId") or "") for record in store.list(COMPARTMENT)}


def _path(parents: dict[str, str], id: str, tenancy: str) -> list[str]:
    """A compartment, those above it, and the tenancy."""
    path: list[str] = []
    while id and id != tenancy and not id.startswith("ocid1.tenancy.") and id not in path:
        path.append(id)
        id = parents.get(id, "")
    return [*path, id or tenancy]


def _levels_below(parents: dict[str, str], top: str, id: str) -> int:
    """How many levels one compartment lies below another; 0 where it does not."""
    path = _path(parents, id, "")
    return path.index(top) if top in path else 0
