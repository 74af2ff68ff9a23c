"""How far the stand-in treats resource types as the real provider does: the share of agreement, key by key.

Run: `.venv/bin/python -m tests.lockstep.fidelity`. The facts beside the project are what is expected, read
as they are and not through the sandbox's own table; what is asked is the code behind Check, Diff, Create and
Invoke, in this process. `test_fidelity` holds the shares to what is promised.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sandbox.cloud import composed_ids, import_ids
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.errors import ServiceError
from sandbox.cloud.store import Record, Store
from sandbox.providers import data_sources, diffing, filling, stored_state
from sandbox.providers.defaulting import with_defaults
from sandbox.providers.sdk import ResourceType, Type
from sandbox.services import bridge_of, rules_of
from tests.lockstep.facts_table import SDK, Row, fields, look_ups, resources

# Two values for a place, by how it is compared.
_PAIRS: dict[str, tuple[Any, Any]] = {
    "time": ("2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z"),
    "json": ('{"a": 1}', '{"a": 2}'),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "order": (["a", "b"], ["a", "c"]),
}
_OF_KIND: dict[str, tuple[Any, Any]] = {
    "str": ("a", "b"),
    "enum": ("a", "b"),
    "any": ("a", "b"),
    "int": (1, 2),
    "float": (1.5, 2.5),
    "bool": (False, True),
    "map": ({"k": "a"}, {"k": "b"}),
}
# The same value, written differently.
_SAME: dict[str, tuple[Any, Any]] = {
    "time": ("2031-01-01T00:00:00Z", "2031-01-01T01:00:00+01:00"),
    "json": ('{"a": 1, "b": 2}', '{"b":2,"a":1}'),
    "ipv6": ("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"),
    "order": (["a", "b"], ["b", "a"]),
}


@dataclass
class Share:
    """How many cases of one key agree; the others by name."""

    key: str
    total: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def percent(self) -> float:
        """100 where there was nothing to ask."""
        return 100.0 * (self.total - len(self.wrong)) / self.total if self.total else 100.0

    def count(self, agrees: object, case: str) -> None:
        """Note one case."""
        self.total += 1
        if not agrees:
            self.wrong.append(case)

    def __str__(self) -> str:
        return f"{self.key:44} {self.percent:6.2f} %  of {self.total}"


def placed(path: str, value: Any) -> dict[str, Any]:
    """Inputs with one value at a place such as `a.b[].c`."""
    name, _, rest = path.partition(".")
    inner = placed(rest, value) if rest else value
    return {name.removesuffix("[]"): [inner] if name.endswith("[]") else inner}


def marked(resource: ResourceType) -> dict[str, tuple[str, Type]]:
    """Bare place -> the place with marks of lists, and its type."""
    kinds = {path: property.type for path, property in fields(resource)}
    found = {}
    for path, type in kinds.items():
        parts, text = path.split("."), ""
        for length, part in enumerate(parts, 1):
            inner = kinds[".".join(parts[:length])]
            is_items = length < len(parts) and inner.kind == "list"
            text += f"{'.' if text else ''}{part}{'[]' if is_items else ''}"
        found[path] = (text, type)
    return found


def object_of(type: Type) -> Type | None:
    while type.kind == "list" and type.of is not None:
        type = type.of
    return type if type.kind == "object" else None


def pair(facts: Row, path: str, type: Type) -> tuple[Any, Any]:
    """Two different values for a place that holds no objects."""
    how = (facts.get("diff_suppress") or {}).get(path)
    if path in facts.get("int_text", ()):
        return "1", "2"
    if how in _PAIRS and (how == "order" or type.kind == "str"):
        return _PAIRS[how]
    if type.kind == "list":
        return tuple([value] for value in pair({}, path, type.of or Type("any")))  # type: ignore[return-value]
    if type.kind == "map" and type.of is not None and type.of.kind != "str":
        return {"k": 1}, {"k": 2}
    return _OF_KIND[type.kind]


def changed(
    token: str, old: dict[str, Any], new: dict[str, Any], state: dict[str, Any]
) -> list[diffing.Change]:
    """What Diff finds, without what every plan of the type shows."""
    bridge = bridge_of(token)
    always = set(bridge.unsettled(new))
    found = diffing.changes(SDK.resource(token), bridge, old, new, state)
    return [change for change in found if change.property not in always]


def replacing() -> Share:
    """Another value at every place, and every block added: does it replace, update, or is it no change."""
    share = Share("replace or update")
    for token, facts in resources().items():
        listed = set(facts["replace"])
        listed |= {path for path, how in facts.get("ran_differs", {}).items() if how == "ran: replace"}
        never = {path for path, how in (facts.get("diff_suppress") or {}).items() if how == "never a change"}
        never |= {"vnics[].freeformTags"} if "see customize" in str(facts.get("diff_suppress")) else set()
        skipped = set(facts.get("refused_inputs", ())) | set(facts.get("unknown_inputs", ()))
        for path, type in marked(SDK.resource(token)).values():
            if path in skipped:
                continue
            if object_of(type) is None:
                before, after = pair(facts, path, type)
                old, new = placed(path, before), placed(path, after)
                expected = "none" if path in never else "replace" if path in listed else "update"
            else:
                inner, block = _block(facts, token, path)
                old, new = placed(path.rpartition(".")[0], {}) if "." in path else {}, placed(path, block)
                expected = "replace" if path in listed or inner & listed else "update"
            if path in facts.get("ran_differs", {}) and "." in path:
                # It depends on what stands beside it.
                old, new = (_merged(placed("platformConfig.type", "GENERIC_BM"), each) for each in (old, new))
            found = changed(token, old, new, old)
            actual = "none" if not found else "replace" if any(each.replace for each in found) else "update"
            share.count(actual == expected, f"{token} {path}: expected {expected}, found {actual}")
    return share


def _block(facts: Row, token: str, path: str) -> tuple[set[str], Any]:
    """The scalars that a new block at a place sets, and the block."""
    places = marked(SDK.resource(token))
    kind = places[path.replace("[]", "")][1]
    inside = f"{path}[]" if kind.kind == "list" else path
    values, paths = {}, set()
    for other, type in places.values():
        name = other.removeprefix(f"{inside}.")
        if other.startswith(f"{inside}.") and "." not in name and object_of(type) is None:
            values[name] = pair(facts, other, type)[0]
            paths.add(other)
    return paths, [values] if kind.kind == "list" else values


def enumerations() -> Share:
    """A value that is none of an enumeration is refused, with the values that are; all of those pass."""
    share = Share("enumerations refused, with the values")
    for token, facts in resources().items():
        for path, allowed in facts.get("enums", {}).items():
            text = _refusal(token, placed(path, "NO_SUCH_VALUE"))
            share.count(all(value in text for value in allowed) and text, f"{token} {path}: {text}")
            passing = [
                *allowed,
                *(() if path in facts.get("enums_exact_case", ()) else [allowed[0].swapcase()]),
            ]
            refused = [value for value in passing if _names(_refusal(token, placed(path, value)), path)]
            share.count(not refused, f"{token} {path}: {refused} refused")
    return share


def exact_case() -> Share:
    """Where the letter case counts, another one is refused."""
    share = Share("letter case refused where it counts")
    for token, facts in resources().items():
        for path in facts.get("enums_exact_case", ()):
            text = _refusal(token, placed(path, facts["enums"][path][0].swapcase()))
            share.count(facts["enums"][path][0] in text, f"{token} {path}")
    return share


def conflicts() -> Share:
    """Both of a pair are refused, one alone is not."""
    share = Share("conflicts refused")
    for token, facts in resources().items():
        places = marked(SDK.resource(token))
        for one, other in facts.get("conflicts", ()):
            each = [placed(path, _some(facts, places[path][1], path)) for path in (one, other)]
            both = _merged(each[0], each[1])
            text = _refusal(token, both)
            share.count(
                "conflicts with" in text and one in text and other in text, f"{token} {one} {other}: {text}"
            )
            alone = any("conflicts with" in _refusal(token, value) for value in each)
            share.count(not alone, f"{token} {one} or {other} alone")
    return share


# A range of the facts -> a value outside.
_OUTSIDE: dict[str, Any] = {
    "true only": False,
    "not empty": "",
    "text true or false": "maybe",
    "JSON text": "{",
    "keys in lower case": {"Key": "v"},
    "path of an existing file": "/no/such/file",
}


def ranges() -> Share:
    """A value outside of a range is refused, and what passes is said."""
    share = Share("ranges refused")
    for token, facts in resources().items():
        for path, what in facts.get("ranges", {}).items():
            bounds = what.removesuffix(" items").split("..")
            if what == "map":
                continue
            if what.startswith("fully qualified"):
                value: Any = "no name"
            elif what.endswith("items"):
                value = [] if bounds[0] == "1" else ["x"] * (int(bounds[1]) + 1)
            else:
                value = _OUTSIDE[what] if what in _OUTSIDE else int(bounds[0]) - 1
            share.count(_names(_refusal(token, placed(path, value)), path), f"{token} {path}: {what}")
    return share


def refused_inputs() -> Share:
    """What only the service sets is no input."""
    share = Share("inputs of the service refused")
    for token, facts in resources().items():
        places = marked(SDK.resource(token))
        for path in facts.get("refused_inputs", ()):
            known = places.get(path.replace("[]", ""))
            if known is not None:
                value = _some(facts, known[1], path)
                share.count(_names(_refusal(token, placed(path, value)), path), f"{token} {path}")
    return share


def written_differently() -> Share:
    """Order in sets, letter case, times, JSON and numbers as text: no change."""
    share = Share("the same value written differently")
    for token, facts in resources().items():
        places = marked(SDK.resource(token))
        for path, before, after in _same_values(facts, token):
            kind = places[path.replace("[]", "")][1]
            if kind.kind == "list" and not isinstance(before, list):
                before, after = [before], [after]
            if kind.kind == "map":
                before, after = {"k": before}, {"k": after}
            found = changed(token, placed(path, before), placed(path, after), placed(path, before))
            share.count(
                not found, f"{token} {path}: {before!r}, {after!r} gives {[str(each) for each in found]}"
            )
    return share


def letter_case() -> Share:
    """Where the letter case matters, another one is a change."""
    share = Share("another letter case where it matters")
    for token, facts in resources().items():
        for path in facts.get("case_matters", ()):
            old, new = placed(path, "Some-Value"), placed(path, "sOME-vALUE")
            share.count(changed(token, old, new, old), f"{token} {path}")
    return share


def filled_in() -> Share:
    """A default is put into the inputs where its place is there and nothing is said; nothing is not."""
    share = Share("defaults filled in")
    for token, facts in resources().items():
        for path, value in facts.get("defaults", {}).items():
            parent, _, name = path.rpartition(".")
            inputs = placed(parent, {}) if parent else {}
            filled = with_defaults(inputs, bridge_of(token).facts.defaults)
            for part in parent.split(".") if parent else ():
                filled = filled[part.removesuffix("[]")]
                filled = filled[0] if part.endswith("[]") else filled
            share.count(filled.get(name) == (value or None), f"{token} {path}: {filled}")
    return share


def _same_values(facts: Row, token: str) -> Iterator[tuple[str, Any, Any]]:
    """Places, and two ways to write the same value there."""
    places = marked(SDK.resource(token))
    for path in facts.get("sets", ()):
        one, other = _two(facts, token, path, places[path.replace("[]", "")][1].of or Type("any"))
        yield path, [one, other], [other, one]
    for path in facts.get("case_insensitive", ()):
        if path not in facts.get("case_matters", ()):
            yield path, "Some-Value", "sOME-vALUE"
    for path in facts.get("int_text", ()):
        yield path, "7", "07"
    for path, how in (facts.get("diff_suppress") or {}).items():
        known = places.get(path.replace("[]", ""))
        if how in _SAME and known is not None and object_of(known[1]) is None:
            yield path, *_SAME[how]


def _two(facts: Row, token: str, path: str, type: Type) -> tuple[Any, Any]:
    """Two items of a set."""
    if type.kind != "object":
        return pair({}, path, type)
    places = marked(SDK.resource(token))
    one, other = {}, {}
    for inner, kind in places.values():
        name = inner.removeprefix(f"{path}[].")
        if inner.startswith(f"{path}[].") and "." not in name and object_of(kind) is None:
            one[name], other[name] = pair(facts, inner, kind)
    return one, other


def removals() -> Share:
    """Taken out of the program, an optional and computed input keeps its value and is no change, except
    where the provider lets it go."""
    share = Share("optional and computed inputs keep their value")
    for token, facts in resources().items():
        resource, bridge, places = SDK.resource(token), bridge_of(token), marked(SDK.resource(token))
        skipped = {
            *facts.get("unknown_inputs", ()),
            *facts.get("refused_inputs", ()),
            *facts.get("auto_name", ()),
        }
        for path in facts.get("optional_computed", ()):
            if path in skipped or path.replace("[]", "") not in places:
                continue
            type = places[path.replace("[]", "")][1]
            old = placed(path, _some(facts, type, path))
            parent = path.rpartition(".")[0]
            new = placed(parent, {}) if parent else {}
            found = changed(token, old, new, old)
            kept = stored_state.merged(resource, bridge, old, old, new)
            stays = path not in facts.get("not_kept", ())
            share.count((not found) is stays and (kept == old) is stays, f"{token} {path}: {found}, {kept}")
    return share


# Shapes of ids that are neither an OCID nor a path.
_SHAPES = {
    "a time (RFC 3339)": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "access key id (hexadecimal), no OCID": r"[0-9a-f]{40}",
    "generated hash, no OCID": r"\d+",
    "generated timestamp, no OCID": r"\d{4}-\d\d-\d\d .* UTC",
    "id of the identity domain (32 hexadecimal digits), no OCID": r"[0-9a-f]{32}",
    "record hash, no OCID": r"[0-9a-f]+",
    "request id": r"[0-9A-F/]+",
    "short hexadecimal rule id, no OCID": r"[0-9A-F]{6}",
    "the index name": "name-of",
    "the namespace name": "namespace-of",
    "the region name": "region-of",
    "the signature text": "signature-of",
    'the text "nil"': "nil",
    "work request id": r"ocid1\.workrequest\..*",
}


def ids() -> Share:
    """The id of a new resource has the provider's shape, and the resource is found by its import format."""
    share = Share("shapes of ids, and import formats")
    with _cloud() as cloud:
        for token, facts in resources().items():
            resource, shape, format = SDK.resource(token), facts["id_shape"], facts["import_id"]
            inputs = _required(token, facts, frozenset(re.findall(r"\{(\w+)\}", shape)))
            made = created(cloud, token, inputs)
            share.count(re.fullmatch(_expected(shape, inputs), made.id), f"{token}: {made.id} for {shape}")
            if format is not None:
                plain = format in ("<ocid>", "<id>")
                given = made.id if plain else _import_id(format, made)
                found = import_ids.imported(cloud, token, resource.import_id, given)
                share.count(found is not None and found.id == made.id, f"{token}: {given} is not {made.id}")
            cloud.store.delete(made.id)
    return share


def created(cloud: Cloud, token: str, inputs: dict[str, Any]) -> Record:
    """A resource as Create makes it, without asking what the service refuses."""
    resource, rules = SDK.resource(token), rules_of(token)
    call = Call(cloud, token, "urn", "", inputs)
    template = composed_ids.template_of(token, resource.import_id)
    call = replace(call, id=rules.new_id(call) or composed_ids.new_id(template, call))
    outputs = filling.fill(resource, call, inputs, rules.computed(call))
    return cloud.store.create(token, "urn", inputs, outputs, call.id)


def look_up_answers() -> Share:
    """A look-up shows the resource of its type, alone or in a list, with its outputs; it follows filters."""
    share = Share("look-ups answered, filters followed")
    with _cloud() as cloud:
        for token, facts in look_ups().items():
            if facts["reads"] not in resources():
                continue
            made = created(cloud, facts["reads"], _required(facts["reads"], resources()[facts["reads"]]))
            args = {name: _argument(made, name, kind) for name, kind in facts["required"].items()}
            share.count(not data_sources.problems(SDK, token, args), f"{token}: arguments {sorted(args)}")
            for name in facts["required"]:
                less = {key: value for key, value in args.items() if key != name}
                share.count(
                    f'"{name}"' in str(data_sources.problems(SDK, token, less)), f"{token}: no {name}"
                )
            _asked(share, cloud, token, facts, made, args)
            cloud.store.delete(made.id)
    return share


def _asked(share: Share, cloud: Cloud, token: str, facts: Row, made: Record, args: dict[str, Any]) -> None:
    """Count what one look-up answers of a resource."""
    try:
        answer = data_sources.answer(SDK, cloud, token, args)
    except ServiceError as error:
        share.count(False, f"{token} {args}: {error}")
        return
    missing = [
        f"{name}: {answer.get(name)!r}"
        for name, kind in facts["outputs"].items()
        if name not in facts["optional"] and not isinstance(answer.get(name), _KINDS[kind])
    ]
    share.count(not missing, f"{token}: {missing}")
    if not facts["list"]:
        share.count(answer.get("id") == made.id, f"{token}: {answer.get('id')} is not {made.id}")
        return
    items = _items(answer, facts["items"])
    share.count(len(items) == 1, f"{token}: {len(items)} items")
    for item in items:
        wrong = [name for name, kind in facts["item"].items() if not isinstance(item.get(name), _KINDS[kind])]
        share.count(not wrong, f"{token}: items without {wrong}")
    if "filters" in facts["optional"] and "id" in facts["item"]:
        for value, expected in ((made.id, 1), ("another", 0)):
            filters = [{"name": "id", "values": [value]}]
            found = _items(
                data_sources.answer(SDK, cloud, token, {**args, "filters": filters}), facts["items"]
            )
            share.count(len(found) == expected, f"{token}: {len(found)} items with the id {value}")


def _items(answer: dict[str, Any], place: str) -> list[Any]:
    """The records at a place such as `collections[].items[]`."""
    found: list[Any] = [answer]
    for name in place.replace("[]", "").split("."):
        found = [each for holder in found for each in holder.get(name, ())]
    return found


def _argument(made: Record, name: str, kind: str) -> Any:
    """What a person gives who knows the resource."""
    if kind != "string":
        return {"number": 1, "bool": True, "list": ["a"]}.get(kind, {})
    short = re.sub(r"(Name|Id|Key)$", "", name)
    return next((made.outputs[each] for each in (name, short) if made.outputs.get(each)), made.id)


_KINDS: dict[str, Any] = {
    "bool": bool,
    "list": list,
    "map": dict,
    "number": (int, float),
    "object": dict,
    "string": str,
}


def outputs() -> Share:
    """Every output of a new resource is there, with its kind: of one with its required inputs alone."""
    share = Share("outputs there, with their kinds")
    with _cloud() as cloud:
        for token, facts in resources().items():
            made = created(cloud, token, _required(token, facts))
            for name, kind in facts["outputs"].items():
                value = made.outputs.get(name)
                is_kind = isinstance(value, _KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))
                share.count(is_kind, f"{token} {name}: {value!r} for {kind}")
            cloud.store.delete(made.id)
    return share


def _required(token: str, facts: Row, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The required inputs of a type, its name and others."""
    return {
        name: _input(facts, name, property.type)
        for name, property in SDK.resource(token).inputs.items()
        if not property.optional or name in also or name == "name"
    }


@contextmanager
def _cloud() -> Iterator[Cloud]:
    with (
        tempfile.TemporaryDirectory() as place,
        Store(Path(place) / "store.db") as store,
        store.transaction(),
    ):
        yield Cloud(store, "us-ashburn-1", "ocid1.tenancy.oc1..aaaatenancy")


# Required inputs that a service reads when a resource is made.
_READ = {
    "accessType": "AnyObjectRead",
    "recurrenceDetails": "0 2 * * *",
    "recurrenceType": "CRON",
    "timeExpires": "2099-01-01T00:00:00Z",
}


def _input(facts: Row, name: str, type: Type) -> Any:
    """A value for a required input."""
    if name in _READ:
        return _READ[name]
    allowed = {**facts.get("api_enums", {}), **facts.get("enums", {})}
    if name in allowed and type.kind == "str":
        return allowed[name][0]
    if type.kind == "str":
        return f"{name}-of"
    return {"int": 7, "float": 1.5, "bool": True, "list": [], "map": {}}.get(type.kind, {})


def _expected(shape: str, inputs: dict[str, Any]) -> str:
    """A pattern for the ids of a shape."""
    if shape in _SHAPES:
        return _SHAPES[shape]
    if shape.startswith("<ocid> of"):
        return "manageDefaultResourceId-of"
    for what in ("compartment", "user", "key"):
        if shape.startswith(f"<{what} ocid>"):
            return f"{what}Id-of"
    if shape.startswith("<ocid>"):
        return r"ocid1\.[a-z0-9-]+\.oc1\.[a-z0-9-]*\.[a-z0-9]{60}"
    shape = shape.partition(", or ")[0]
    parts = re.split(r"\{([^}]*)\}", shape)
    return "".join(
        re.escape(part) if index % 2 == 0 else re.escape(str(inputs[part])) if part in inputs else r"[^/]+"
        for index, part in enumerate(parts)
    )


def _import_id(format: str, made: Record) -> str:
    """What a person writes who reads the outputs."""
    own = unquote(made.id.rpartition("/")[2])

    def value(field: re.Match[str]) -> str:
        names = (field[1], re.sub(r"(Name|Id)$", "", field[1]))
        return str(next((made.outputs[name] for name in names if made.outputs.get(name)), own or "x"))

    return re.sub(r"\{(\w+)\}", value, format)


def _some(facts: Row, type: Type, path: str) -> Any:
    """A value of a type."""
    inner = object_of(type)
    if inner is None:
        return pair(facts, path, type)[0]
    return [{"x": "a"}] if type.kind == "list" else {"x": "a"}


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    found = {**one, **other}
    for key in set(one) & set(other):
        if isinstance(other[key], dict):
            found[key] = _merged(one[key], other[key])
    return found


def _refusal(token: str, inputs: dict[str, Any]) -> str:
    return "; ".join(f'"{each.property}": {each.reason}' for each in bridge_of(token).check(inputs))


def _names(text: str, path: str) -> bool:
    return f'"{path.replace("[]", "[0]")}"' in text


MEASURES: dict[Callable[[], Share], float] = {
    replacing: 99.5,
    enumerations: 98.0,
    exact_case: 100.0,
    conflicts: 98.0,
    ranges: 98.0,
    refused_inputs: 98.0,
    written_differently: 98.0,
    letter_case: 100.0,
    filled_in: 100.0,
    removals: 100.0,
    ids: 100.0,
    outputs: 100.0,
    look_up_answers: 98.0,
}
"""What is measured -> the least share that is promised."""


def shares() -> Iterator[tuple[Share, float]]:
    """Every share and what is promised of it."""
    for measure, least in MEASURES.items():
        yield measure(), least


if __name__ == "__main__":
    for share, least in shares():
        print(f"{share}   promised {least:g} %")
        if "-v" in sys.argv:
            print(*(f"    {case}" for case in share.wrong), sep="\n")
