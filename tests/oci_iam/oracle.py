"""A second opinion on policy statements, written from Oracle's pages alone: it imports nothing of `oci_iam`.

It never reads text. A statement is built here as data, and rendered for the code under test; what it means is
worked out from the data. So an error in the parser, the conditions, the judge or the decider can't be shared.

    World       one small tenancy, and every call that can be made in it
    Grant       a statement as data: subject, action, place, condition
    allows      whether a grant lets a call through (the facts about evaluation)
    promised    whether the design's promise holds for a call that a grant judged `ok` lets through
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

# --- the world -------------------------------------------------------------------------------------------

TENANCY = "ocid1.tenancy.oc1..acmeroot"
APPS, APPS_DEV, GATEWAYS = (f"ocid1.compartment.oc1..{name}" for name in ("apps", "appsdev", "gateways"))
PARENT = {APPS: TENANCY, APPS_DEV: APPS, GATEWAYS: TENANCY}
NAMES = {APPS: "Apps", APPS_DEV: "Dev", GATEWAYS: "Gateways"}
PATHS = {APPS: "Apps", APPS_DEV: "Apps:Dev", GATEWAYS: "Gateways"}

FUNCTIONS = {  # function -> (application, compartment)
    "ocid1.fnfunc.oc1.iad.thumbnail": ("ocid1.fnapp.oc1.iad.pictures", APPS),
    "ocid1.fnfunc.oc1.iad.caption": ("ocid1.fnapp.oc1.iad.pictures", APPS),
    "ocid1.fnfunc.oc1.iad.speech": ("ocid1.fnapp.oc1.iad.sound", APPS_DEV),
    "ocid1.fnfunc.oc1.iad.payroll": ("ocid1.fnapp.oc1.iad.office", GATEWAYS),
    "ocid1.fnfunc.oc1.iad.rootfn": ("ocid1.fnapp.oc1.iad.rootapp", TENANCY),
}
THUMBNAIL, CAPTION, SPEECH, PAYROLL, _ = FUNCTIONS
PICTURES, SOUND = "ocid1.fnapp.oc1.iad.pictures", "ocid1.fnapp.oc1.iad.sound"

MARTA, PAUL = "ocid1.user.oc1..marta", "ocid1.user.oc1..paul"
CALLERS = "ocid1.group.oc1..callers"
WORKERS = "ocid1.dynamicgroup.oc1..workers"
CLUSTER = "ocid1.cluster.oc1.iad.builds"


@dataclass(frozen=True)
class Caller:
    """A principal of the world."""

    type: str
    id: str | None = None
    compartment: str | None = None
    service: str | None = None
    account: tuple[str, str, str] | None = None
    """Of a workload: its cluster, namespace and service account."""


USERS = (Caller("user", MARTA), Caller("user", PAUL))
RESOURCES = (
    Caller("eventrule", "ocid1.eventrule.oc1.iad.upload", APPS),
    Caller("eventrule", "ocid1.eventrule.oc1.iad.stray", GATEWAYS),
    Caller("ApiGateway", "ocid1.apigateway.oc1.iad.front", GATEWAYS),
    Caller("fnfunc", SPEECH, APPS_DEV),
    Caller("instance", "ocid1.instance.oc1.iad.batch", GATEWAYS),
    Caller("workload", None, None, None, (CLUSTER, "jobs", "runner")),
    Caller("workload", None, None, None, (CLUSTER, "jobs", "stray")),
)
SERVICES = (Caller("service", service="cloudEvents"), Caller("service", service="faas"))
CALLERS_OF_ALL_KINDS = (*USERS, *RESOURCES, *SERVICES)
GROUPS = {MARTA: (CALLERS, "callers")}
DYNAMIC_GROUPS = {SPEECH: (WORKERS, "workers")}
RULE_OF_WORKERS = f"ALL {{resource.type = 'fnfunc', resource.id = '{SPEECH}'}}"

ACCOUNT = ("request.principal.cluster_id", "request.principal.namespace", "request.principal.service_account")

REACH = (
    "FN_INVOCATION",
    *(f"FN_{what}_{act}" for what in ("FUNCTION", "APP") for act in ("CREATE", "UPDATE", "DELETE")),
)
OPERATION = {
    "FN_INVOCATION": "InvokeFunction",
    "FN_FUNCTION_CREATE": "CreateFunction",
    "FN_FUNCTION_UPDATE": "UpdateFunction",
    "FN_FUNCTION_DELETE": "DeleteFunction",
    "FN_APP_CREATE": "CreateApp",
    "FN_APP_UPDATE": "UpdateApp",
    "FN_APP_DELETE": "DeleteApp",
}


@cache
def permissions(verb: str, resource: str) -> frozenset[str]:
    """What of the seven permissions that matter a verb on a resource-type holds."""
    apps = {name for name in REACH if name.startswith("FN_APP_")} if verb == "manage" else set()
    functions = {name for name in REACH if name.startswith("FN_FUNCTION_")} if verb == "manage" else set()
    invocation = {"FN_INVOCATION"} if verb in ("use", "manage") else set()
    everything = apps | functions | invocation
    return frozenset(
        {
            "fn-app": apps,
            "fn-function": functions,
            "fn-invocation": invocation,
            "functions-family": everything,
            "all-resources": everything,
        }.get(resource, set())
    )


@dataclass(frozen=True)
class Call:
    """One call: who asks for which permission on which function, from which region."""

    caller: Caller
    permission: str
    function: str
    region: str = "iad"

    @property
    def app(self) -> str:
        return FUNCTIONS[self.function][0]

    @property
    def compartment(self) -> str:
        return FUNCTIONS[self.function][1]

    @property
    def target(self) -> dict[str, str]:
        """What the call carries about its target; something that is yet to be made has no id."""
        creates = self.permission.endswith("CREATE")
        return {
            **({} if creates or "APP" in self.permission else {"target.function.id": self.function}),
            **({} if self.permission == "FN_APP_CREATE" else {"target.app.id": self.app}),
        }

    @cache  # noqa: B019 - calls are values of one small world, made once
    def variables(self) -> dict[str, frozenset[str]]:
        """Every variable the call carries, each with its values."""
        caller = self.caller
        is_resource = caller.type not in ("user", "service")
        group = GROUPS.get(caller.id or "") if caller.type == "user" else None
        one = {
            "request.permission": self.permission,
            "request.operation": OPERATION[self.permission],
            "request.region": self.region,
            "request.principal.type": caller.type,
            "request.principal.id": caller.id,
            "request.principal.compartment.id": caller.compartment,
            "request.resource.compartment.id": caller.compartment if is_resource else None,
            "request.instance.compartment.id": caller.compartment if caller.type == "instance" else None,
            **dict(zip(ACCOUNT, caller.account or (), strict=False)),
            "request.user.id": caller.id if caller.type == "user" else None,
            "request.groups.id": group[0] if group else None,
            "target.compartment.id": self.compartment,
            "target.compartment.name": NAMES.get(self.compartment),
            **self.target,
        }
        return {name: frozenset({value.casefold()}) for name, value in one.items() if value is not None}


def calls(permissions_asked: tuple[str, ...] = REACH, regions: tuple[str, ...] = ("iad",)) -> Iterator[Call]:
    """Every call of the world."""
    for caller in CALLERS_OF_ALL_KINDS:
        for permission in permissions_asked:
            for function in FUNCTIONS:
                for region in regions:
                    yield Call(caller, permission, function, region)


# --- conditions ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    """`variable op values`; a value is quoted text, `/pattern/`, or a variable's name in angle brackets."""

    variable: str
    op: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        shown = [
            value[1:-1] if value[:1] == "<" else value if value[:1] == "/" else f"'{value}'"
            for value in self.values
        ]
        if self.op in ("in", "not in"):
            return f"{self.variable} {self.op} ({', '.join(shown)})"
        return f"{self.variable} {self.op} {shown[0]}"

    def true(self, variables: dict[str, frozenset[str]]) -> bool:
        actual = variables.get(self.variable)
        if actual is None:
            return False
        hits = [_hit(actual, value, variables) for value in self.values]
        if None in hits:
            return False
        return any(hits) if self.op in ("=", "in") else not any(hits)


def _hit(actual: frozenset[str], value: str, variables: dict[str, frozenset[str]]) -> bool | None:
    """Whether one of the actual values is the value; None when a variable on the right is missing."""
    if value[:1] == "<":
        other = variables.get(value[1:-1])
        return None if other is None else bool(actual & other)
    bare = value[1:-1] if value[:1] == "/" else value
    pattern = ".*".join(re.escape(piece) for piece in bare.casefold().split("*"))
    return any(re.fullmatch(pattern, one) for one in actual)


@dataclass(frozen=True)
class Absent:
    """`!variable`."""

    variable: str

    def __str__(self) -> str:
        return f"!{self.variable}"

    def true(self, variables: dict[str, frozenset[str]]) -> bool:
        return self.variable not in variables


@dataclass(frozen=True)
class Block:
    """`all {...}` or `any {...}`."""

    word: str
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return f"{self.word} {{{', '.join(map(str, self.parts))}}}"

    def true(self, variables: dict[str, frozenset[str]]) -> bool:
        results = [part.true(variables) for part in self.parts]
        return all(results) if self.word == "all" else any(results)


Condition = Leaf | Absent | Block


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """The comparisons of a condition, wherever they stand."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Block):
        for part in condition.parts:
            yield from leaves(part)


# --- grants ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grant:
    """An allow statement as data. ``subject`` is (kind, name or OCID); ``action`` a (verb, resource-type) or
    a list of permissions; ``place`` a compartment's OCID, written as a path when ``by_path``."""

    subject: tuple[str, str] = ("group", "Callers")
    action: tuple[str, str] | frozenset[str] = ("use", "fn-invocation")
    place: str = APPS
    by_path: bool = False
    condition: Condition | None = None
    decoration: str = field(default="", compare=False)

    def __str__(self) -> str:
        kind, name = self.subject
        who = kind if not name else f"{kind} id {name}" if name.startswith("ocid1.") else f"{kind} {name}"
        what = (
            " ".join(self.action)
            if isinstance(self.action, tuple)
            else "{" + ", ".join(sorted(self.action)) + "}"
        )
        where = f" where {self.condition}" if self.condition else ""
        return f"Allow {who} to {what} in {self._where()}{where}{self.decoration}"

    def _where(self) -> str:
        if self.by_path:
            return "tenancy" if self.place == TENANCY else f"compartment {PATHS[self.place]}"
        return f"compartment id {self.place}"

    def yields(self) -> frozenset[str]:
        """The permissions its action holds, of those that matter."""
        return permissions(*self.action) if isinstance(self.action, tuple) else self.action & frozenset(REACH)

    def literals(self, variable: str) -> frozenset[str]:
        """The literal values it compares a variable with for equality."""
        return frozenset(
            value.casefold()
            for leaf in leaves(self.condition)
            if leaf.variable == variable and leaf.op in ("=", "in")
            for value in leaf.values
            if value[:1] not in ("<", "/") and "*" not in value
        )


def below(inner: str, outer: str) -> bool:
    """Whether a compartment is another one or lies below it."""
    while inner != outer and inner != TENANCY:
        inner = PARENT[inner]
    return inner == outer


def speaks_of(grant: Grant, caller: Caller) -> bool:
    """Whether the subject is, or holds, the caller."""
    kind, name = grant.subject
    if kind == "any-user":
        return True
    group, dynamic_group = GROUPS.get(caller.id or ""), DYNAMIC_GROUPS.get(caller.id or "")
    if kind == "any-group":
        return bool(group or dynamic_group)
    if kind == "service":
        return caller.service is not None and caller.service.casefold() == name.casefold()
    known = group if kind == "group" else dynamic_group
    return known is not None and name.casefold() in known


def allows(grant: Grant, call: Call) -> bool:
    """Whether the grant lets the call through, by the facts."""
    return (
        call.permission in grant.yields()
        and below(call.compartment, grant.place)
        and speaks_of(grant, call.caller)
        and (grant.condition is None or grant.condition.true(call.variables()))
    )


def promised(grant: Grant, call: Call) -> bool:
    """What the design promises of every call that a grant judged `ok` or `unrelated` lets through.

    The target lies in the named compartment (not the root), or its id stands in the statement; the principal
    is in the named group, dynamic group or service, or its id, the id of one of its groups, its type and its
    compartment, or its cluster, namespace and service account stand in the statement; and for families,
    outside the service form, the target's id stands in the statement.
    """
    names_target = _stands(grant, call.target, "target.function.id") or _stands(
        grant, call.target, "target.app.id"
    )
    names_resource, names_caller = pinned(grant, call)
    scoped = names_target or (grant.place != TENANCY and below(call.compartment, grant.place))
    known = names_caller or grant.subject[0] not in ("any-user", "any-group")
    is_family = isinstance(grant.action, tuple) and grant.action[1] in ("functions-family", "all-resources")
    service_form = grant.action == ("use", "functions-family") and names_resource
    return scoped and known and (not is_family or names_target or service_form)


def pinned(grant: Grant, call: Call) -> tuple[bool, bool]:
    """Whether the statement names the calling resource, and whether it names the caller in any way."""
    caller = {name: next(iter(values)) for name, values in call.variables().items()}
    names_resource = call.caller.type != "user" and (
        _stands(grant, caller, "request.principal.id")
        or (
            _stands(grant, caller, "request.principal.type")
            and any(_stands(grant, caller, name) for name in COMPARTMENTS)
        )
    )
    return names_resource, (
        names_resource
        or any(_stands(grant, caller, name) for name in PERSONS)
        or all(_stands(grant, caller, name) for name in ("request.principal.type", *ACCOUNT))
    )


PERSONS = ("request.principal.id", "request.user.id", "request.groups.id")
COMPARTMENTS = (
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.instance.compartment.id",
)


def _stands(grant: Grant, values: dict[str, str], variable: str) -> bool:
    value = values.get(variable)
    return bool(value) and str(value).casefold() in grant.literals(variable)
