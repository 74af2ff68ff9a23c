"""The section of the API: its routes, tokens, policies and firewall. See `components.config.model`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import pulumi
from pydantic import model_validator

from components.ai_function import AiFunction
from components.api_front import ApiFrontArgs, ApiOptions, Route, same_requests
from components.config.arguments import Context
from components.config.destinations import Created
from components.config.section import Name, section
from components.grants.function_grants import FunctionIdentity
from components.values import limits
from components.values.api_route import MOST_ROUTES, ApiRoute, CrossOrigin, RateLimit, TokenOptions
from components.values.option import Option, options_of
from components.web_firewall import FirewallOptions, WebFirewallArgs


@dataclass(frozen=True, kw_only=True)
class _FitsTogether:
    """A section whose values are looked at together."""

    @model_validator(mode="after")
    def _is_possible(self: Any) -> Any:
        if problem := self.problem():
            raise ValueError(problem)
        return self


@section
class RouteConfig(ApiRoute, _FitsTogether):
    """One route of the API."""

    function: Annotated[str, Option("Key of the function that answers", limits.name)]


@section
class TokenConfig(TokenOptions, _FitsTogether):
    """Which tokens are valid."""


@section
class CorsConfig(CrossOrigin, _FitsTogether):
    """Which pages of other origins may call."""


@section
class RateLimitConfig(RateLimit):
    """How many requests are let through."""


@section
class FirewallConfig(FirewallOptions):
    """A regional firewall before the load balancer before the gateway."""

    def args(self, context: Context, path: str) -> WebFirewallArgs:
        """The firewall."""
        return WebFirewallArgs(
            **options_of(self, FirewallOptions),
            compartment_id=context.compartment_id,
            display_name=f"{context.prefix}-api",
            config_path=context.path(path),
        )


def _some(values: Mapping[str, object]) -> None:
    if not 1 <= len(values) <= MOST_ROUTES:
        raise ValueError(f"expected 1 to {MOST_ROUTES} routes, found {len(values)}")


@section
class ApiConfig(ApiOptions):
    """The front door: an API gateway before functions of this stack."""

    routes: Annotated[Mapping[Name, RouteConfig], Option("The routes by name", _some)]
    jwt: Annotated[
        TokenConfig,
        Option("Which JSON Web Tokens let a caller in; also needed where every route is anonymous"),
    ]
    subnet_id: Annotated[
        str | None,
        Option(
            "OCID of the gateway's regional subnet, public for a PUBLIC gateway; left out, the first of "
            "subnet_ids, or a public one in the stack's network; changing it replaces the gateway",
            limits.subnet,
        ),
    ] = None
    rate_limit: Annotated[RateLimitConfig, Option("Requests a second, of the whole API")] = RateLimitConfig()
    cors: Annotated[
        CorsConfig | None, Option("Web pages of other origins that may call; left out, none may")
    ] = None
    waf: Annotated[
        FirewallConfig | None,
        Option("A regional firewall before a load balancer before the gateway, which must be PRIVATE"),
    ] = None

    def args(self, context: Context, created: Created) -> ApiFrontArgs:
        """The API, whose routes lead to functions of the stack."""
        return ApiFrontArgs(
            **options_of(self, ApiOptions),
            routes={
                name: Route(route=route, target=_target(created.functions[route.function]))
                for name, route in self.routes.items()
            },
            jwt=self.jwt,
            compartment_id=context.compartment_id,
            subnet_id=self._subnet_id(context, created),
            prefix=f"{context.prefix}-api",
            rate_limit=self.rate_limit,
            cors=self.cors,
            waf=self.waf.args(context, "api.waf") if self.waf is not None else None,
            iam_provider=context.iam,
            config_path=context.path("api"),
        )

    def _subnet_id(self, context: Context, created: Created) -> pulumi.Input[str]:
        public = created.network.public_subnet_id if created.network else None
        return self.subnet_id or public or context.subnet_ids[0]

    @property
    def is_in_public_subnet(self) -> bool:
        """Whether it needs the public subnet of a network that the stack creates, if it does."""
        return self.subnet_id is None and self.endpoint_type == "PUBLIC"

    def regional_ids(self) -> dict[str, str]:
        """The OCIDs in it that must be of the stack's region, by their path."""
        groups = self.network_security_group_ids
        found = {f"api.network_security_group_ids[{index}]": value for index, value in enumerate(groups)}
        single = {
            "api.subnet_id": self.subnet_id,
            "api.certificate_id": self.certificate_id,
            "api.waf.load_balancer_id": self.waf.load_balancer_id if self.waf is not None else None,
        }
        return found | {path: value for path, value in single.items() if value}

    def contradictions(self, functions: Mapping[str, Any]) -> Iterator[str]:
        """What two of its values, or one and the stack's functions, show to be wrong."""
        for name, route in self.routes.items():
            if route.function not in functions:
                known = ", ".join(sorted(functions))
                yield f"api.routes.{name}.function: {route.function} is not one of {known}"
        for name, problem in same_requests(self.routes):
            yield f"api.routes.{name}: {problem}"
        if (self.domain is None) != (self.certificate_id is None):
            yield "api.domain: domain and certificate_id belong together; give both or neither"
        if self.waf is not None and self.endpoint_type != "PRIVATE":
            yield (
                "api.waf: the gateway is reached from the internet, around the load balancer that the "
                "firewall stands before; set api.endpoint_type: PRIVATE"
            )


def _target(function: AiFunction) -> FunctionIdentity:
    return FunctionIdentity(function=function.function, compartment_id=function.compartment_id)
