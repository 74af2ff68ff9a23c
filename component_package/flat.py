"""What each component of the package is made of: flat arguments, and outputs with their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pulumi
import pulumi_oci as oci

from components import tenancy
from components.values import limits
from components.values.option import Option


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where a component is, and how what it creates is called."""

    compartment_id: Annotated[str, Option("OCID of the compartment it is created in", limits.compartment)]
    prefix: Annotated[
        str, Option("Begins the names of what is created, and differs from stack to stack", limits.name)
    ]


@dataclass(frozen=True, kw_only=True)
class Granting(Placed):
    """The same, of a component that writes policies."""

    tenancy_id: Annotated[str, Option("OCID of the tenancy", limits.tenancy)]
    home_region: Annotated[
        str | None,
        Option("The tenancy's home region, where IAM is written; left out, it is looked up", limits.region),
    ] = None

    def iam_provider(self, name: str, parent: pulumi.Resource) -> oci.Provider:
        """The provider for IAM of the component of this name."""
        region = self.home_region or tenancy.home_region(self.tenancy_id)
        return tenancy.home_region_provider(
            region, f"{name}-home-region", pulumi.ResourceOptions(parent=parent)
        )


class Flat(pulumi.ComponentResource):
    """A component whose arguments are flat; `outputs` are attributes of it, each a string."""

    arguments: ClassVar[type]
    outputs: ClassVar[Mapping[str, str]]
    optional_outputs: ClassVar[Set[str]] = frozenset()

    def __init__(
        self,
        token: str,
        name: str,
        args: Any,  # noqa: ARG002 each component takes its own
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(token, name, {}, opts)

    def state(self) -> dict[str, Any]:
        """Its outputs, by the names they have here; what it has not is left out."""
        found = {name: getattr(self, name) for name in self.outputs}
        return {name: value for name, value in found.items() if value is not None}
