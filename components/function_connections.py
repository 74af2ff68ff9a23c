"""What one function uses: a grant for each connection, and what the function's environment says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
import pulumi_oci as oci

from components.errors import refuse_bad
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.function_grants import FunctionGrants, FunctionIdentity
from components.grants.grant import Grant
from components.grants.targets import Environment, Target
from components.values import limits

Intent = Literal[
    "read", "list", "write", "push", "pull", "publish", "encrypt", "decrypt", "post", "invoke", "use"
]
# Begins the name of every variable that a connection sets.
VARIABLES = "CONNECTION_"


@dataclass(frozen=True)
class Connection:
    """What a function does with a target, as the name of a connector without its `to_`."""

    intent: Intent
    target: Target

    def grants(self, source: FunctionIdentity) -> tuple[Grant, ...]:
        """What `source` must be allowed for it."""
        found = getattr(FunctionGrants(source), f"to_{self.intent}")(self.target)
        return found if isinstance(found, tuple) else (found,)


def environment(connections: Mapping[str, Connection]) -> Environment:
    """The variables of all connections: `CONNECTION_<NAME>_<WHAT>`, with underscores for hyphens."""
    return {
        f"{variables_of(name)}{what}": value
        for name, connection in sorted(connections.items())
        for what, value in connection.target.environment.items()
    }


def variables_of(name: str) -> str:
    """How the variables of a connection begin."""
    return f"{VARIABLES}{name.upper().replace('-', '_')}_"


@dataclass(frozen=True, kw_only=True)
class FunctionConnectionsArgs:
    """A function and its connections, at least one; `prefix` begins the policies' names.

    `granted` is what the function may do already, by another policy of the same program.
    """

    source: FunctionIdentity
    connections: Mapping[str, Connection]
    granted: Collection[Grant] = ()
    prefix: str
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, {"connections": (_some, self.connections)})
        for scope in self.scopes():
            refuse_bad(self.config_path, {"connections": (limits.iam_name, self.policy_name(scope))})

    def scopes(self) -> list[str]:
        """The compartments that its targets are in; one policy is attached to each."""
        return sorted({each.target.compartment_id for each in self.connections.values()})

    def policy_name(self, scope: str) -> str:
        """The name of the policy for a compartment."""
        return f"{self.prefix}-connections{self.mark(scope)}"

    def mark(self, scope: str) -> str:
        """What tells the names for another compartment than the function's from those for its own."""
        return "" if scope == self.source.compartment_id else f"-{scope[-12:]}"


class FunctionConnections(pulumi.ComponentResource):
    """One policy for each compartment in which the function uses something.

    Not for: the function's environment, which is there before the function (`environment`).
    """

    def __init__(
        self, name: str, args: FunctionConnectionsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionConnections", name, {}, opts)
        for scope in args.scopes():
            grants = _grants(args, scope)
            if not grants:
                continue
            GrantedPolicy(
                f"{name}-grants{args.mark(scope)}",
                GrantedPolicyArgs(
                    compartment_id=scope,
                    policy_name=args.policy_name(scope),
                    description=f"What the function of {args.prefix} may use",
                    grants=grants,
                    iam_provider=args.iam_provider,
                    config_path=args.config_path,
                ),
                pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


def _grants(args: FunctionConnectionsArgs, scope: str) -> list[Grant]:
    """Each once, though two connections need it, since OCI counts every statement."""
    found: list[Grant] = []
    for _, connection in sorted(args.connections.items()):
        if connection.target.compartment_id == scope:
            found += [
                grant
                for grant in connection.grants(args.source)
                if grant not in found and grant not in args.granted
            ]
    return found


def _some(connections: Mapping[str, Connection]) -> None:
    if not connections:
        raise ValueError("is empty")
