"""An API gateway before functions, for other languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, cast

import pulumi
import pulumi_oci as oci

from component_package.arguments import Later
from component_package.elsewhere import FUNCTION, ref
from component_package.flat import Flat, Granting
from components.api_front import ApiFront as Front
from components.api_front import ApiFrontArgs as FrontArgs
from components.api_front import ApiOptions, Route
from components.grants.function_grants import FunctionIdentity
from components.values.api_route import ApiRoute, CrossOrigin, RateLimit, TokenOptions
from components.values.option import Option, options_of
from components.web_firewall import FirewallOptions, WebFirewallArgs


@dataclass(frozen=True, kw_only=True)
class ApiFrontRoute(ApiRoute):
    """What one route takes, from whom, and the function it leads to."""

    function_id: Annotated[Later, Option("OCID of the function that answers, e.g. an EventFunction's")]


@dataclass(frozen=True, kw_only=True)
class ApiFrontArgs(ApiOptions, TokenOptions, Granting):
    """A gateway with its routes, whose functions are in its compartment."""

    subnet_id: Annotated[
        Later,
        Option("OCID of the gateway's regional subnet, public for a PUBLIC gateway; another replaces it"),
    ]
    routes: Annotated[Mapping[str, ApiFrontRoute], Option("The routes by name")]
    rate_limit: Annotated[RateLimit, Option("Requests a second, of the whole API")] = field(
        default_factory=RateLimit
    )
    cors: Annotated[
        CrossOrigin | None, Option("Web pages of other origins that may call; left out, none may")
    ] = None
    waf: Annotated[
        FirewallOptions | None,
        Option("A regional firewall before a load balancer before the gateway, which must be PRIVATE"),
    ] = None


class ApiFront(Flat):
    """An API gateway before functions: routes, tokens, scopes, limits, logs, and the permission to invoke."""

    arguments = ApiFrontArgs
    outputs: ClassVar[Mapping[str, str]] = {
        "endpoint": "Where the API is called",
        "hostname": "The gateway's host name",
        "gateway_id": "OCID of the gateway",
    }

    def __init__(
        self, token: str, name: str, args: ApiFrontArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(token, name, args, opts)
        made = Front(
            name,
            FrontArgs(
                **options_of(args, ApiOptions),
                routes={key: self._route(name, key, route, args) for key, route in args.routes.items()},
                jwt=TokenOptions(**options_of(args, TokenOptions)),
                compartment_id=args.compartment_id,
                subnet_id=args.subnet_id,
                prefix=args.prefix,
                rate_limit=args.rate_limit,
                cors=args.cors,
                waf=_firewall(args, name),
                iam_provider=args.iam_provider(name, self),
                config_path=name,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.endpoint = made.endpoint
        self.hostname = made.hostname
        self.gateway_id = made.gateway.id
        self.register_outputs(self.state())

    def _route(self, name: str, key: str, route: ApiFrontRoute, args: ApiFrontArgs) -> Route:
        function = self._function(f"{name}-{key}", route.function_id)
        return Route(
            route=route, target=FunctionIdentity(function=function, compartment_id=args.compartment_id)
        )

    def _function(self, name: str, function_id: Later) -> oci.functions.Function:
        """The function as a statement names it, which takes a resource of which evidence can be shown."""
        if isinstance(function_id, pulumi.Output):
            return cast(oci.functions.Function, ref(function_id, FUNCTION))
        return oci.functions.Function.get(name, function_id, opts=pulumi.ResourceOptions(parent=self))


def _firewall(args: ApiFrontArgs, name: str) -> WebFirewallArgs | None:
    if args.waf is None:
        return None
    return WebFirewallArgs(
        **options_of(args.waf, FirewallOptions),
        compartment_id=args.compartment_id,
        display_name=args.prefix,
        config_path=f"{name}.waf",
    )
