"""The front door: an API gateway before functions, with who may come in by which route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

import pulumi
import pulumi_oci as oci

from components.api_specification import Api, RouteTo, specification
from components.errors import checks_of, place, refuse_bad
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.connectors import GatewayIdentity, allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant
from components.service_logs import service_logs
from components.values import limits
from components.values.api_route import (
    MOST_ROUTES,
    ApiRoute,
    CrossOrigin,
    RateLimit,
    TokenOptions,
    check_path_prefix,
)
from components.values.option import Check, Option
from components.web_firewall import WebFirewall, WebFirewallArgs

EndpointType = Literal["PUBLIC", "PRIVATE"]
LogLevel = Literal["INFO", "WARN", "ERROR"]
GatewayGrant = Literal["narrow", "documented"]
_LOGS = ("access", "execution")


def _one_of(options: object) -> Check:
    return Check(lambda value: limits.one_of(value, get_args(options)))


@dataclass(frozen=True, kw_only=True)
class ApiOptions:
    """What a stack may say about its API, apart from routes and policies."""

    path_prefix: Annotated[
        str,
        Option("Path before that of each route; changing it replaces the deployment", check_path_prefix),
    ] = "/"
    endpoint_type: Annotated[
        EndpointType,
        Option(
            "Reached from the internet, or from its subnet's network; changing it replaces the gateway",
            _one_of(EndpointType),
        ),
    ] = "PUBLIC"
    network_security_group_ids: Annotated[
        Sequence[str],
        Option("OCIDs of at most 5 network security groups of the gateway", limits.security_groups),
    ] = ()
    certificate_id: Annotated[
        str | None,
        Option("OCID of the certificate of your own domain; given, domain is needed", limits.certificate),
    ] = None
    domain: Annotated[
        str | None,
        Option("Your own DNS name, which points to the gateway; api_endpoint begins with it", limits.domain),
    ] = None
    gateway_grant: Annotated[
        GatewayGrant,
        Option(
            "narrow: this one gateway, by its OCID, may invoke the functions of its routes; documented: "
            "Oracle's own statement, by which every gateway of the compartment may invoke every function in "
            "it, and which the pack refuses in prod unless exempted (functions-grant-scoped, "
            "workload-grant-overbroad)",
            _one_of(GatewayGrant),
        ),
    ] = "narrow"
    log_retention_in_days: Annotated[
        int, Option("Days both logs are kept: 30, 60, 90, 120, 150 or 180", limits.log_retention)
    ] = 30
    execution_log_level: Annotated[
        LogLevel, Option("The least severe of what the execution log holds", _one_of(LogLevel))
    ] = "INFO"


@dataclass(frozen=True, kw_only=True)
class Route:
    """A route, and the function of the same program that it leads to."""

    route: ApiRoute
    target: FunctionIdentity


def _known_subnet(value: pulumi.Input[str]) -> None:
    """One that the program creates has no OCID to look at yet."""
    if isinstance(value, str):
        limits.subnet(value)


@dataclass(frozen=True, kw_only=True)
class ApiFrontArgs(ApiOptions):
    """An API in one compartment; `prefix` is the name of everything of it in OCI. `routes` are by name."""

    routes: Mapping[str, Route]
    jwt: TokenOptions
    compartment_id: Annotated[str, Check(limits.compartment)]
    subnet_id: Annotated[pulumi.Input[str], Check(_known_subnet)]
    prefix: str
    rate_limit: RateLimit = field(default_factory=RateLimit)
    cors: CrossOrigin | None = None
    waf: WebFirewallArgs | None = None
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        parts = {"jwt": self.jwt, "rate_limit": self.rate_limit, "cors": self.cors}
        parts |= {f"routes.{name}": each.route for name, each in self.routes.items()}
        for path, part in parts.items():
            if part is not None:
                checks |= {f"{path}.{option}": check for option, check in checks_of(part).items()}
                checks[path] = (_fits_together, part)
        checks["routes"] = (self._reachable, self.routes)
        checks["domain"] = (self._has_certificate, self.domain)
        checks["waf"] = (self._is_private, self.waf)
        refuse_bad(self.config_path, checks)

    def _reachable(self, routes: Mapping[str, Route]) -> None:
        if not 1 <= len(routes) <= MOST_ROUTES:
            raise ValueError(f"expected 1 to {MOST_ROUTES} routes, found {len(routes)}")
        if problem := next(same_requests({name: each.route for name, each in routes.items()}), None):
            raise ValueError(": ".join(problem))
        for name, each in routes.items():
            if each.target.compartment_id != self.compartment_id:
                raise ValueError(f"{name}: leads to a function of another compartment than the API's")

    def _has_certificate(self, domain: str | None) -> None:
        if domain is not None:
            limits.domain(domain)
        if (domain is None) != (self.certificate_id is None):
            raise ValueError("domain and certificate_id belong together; give both or neither")

    def _is_private(self, waf: WebFirewallArgs | None) -> None:
        if waf is not None and self.endpoint_type != "PRIVATE":
            raise ValueError(
                "the gateway is reached from the internet, around the load balancer that the firewall stands "
                "before; set endpoint_type: PRIVATE"
            )


class ApiFront(pulumi.ComponentResource):
    """A gateway, one deployment on it, its two logs, and the permission to invoke the functions behind it.

    The permission is there before the deployment, which OCI checks against it. The functions' own invoke
    endpoints stay where they are and let nobody else in: only IAM lets a caller through there.

    Not for: what an identity domain issues tokens for. Which scopes are in a token is said there.
    """

    gateway: oci.apigateway.Gateway
    endpoint: pulumi.Output[str]
    hostname: pulumi.Output[str]
    addresses: pulumi.Output[list[str]]

    def __init__(self, name: str, args: ApiFrontArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:ApiFront", name, {}, opts)
        self.gateway = oci.apigateway.Gateway(
            f"{name}-gateway",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            endpoint_type=args.endpoint_type,
            subnet_id=args.subnet_id,
            # What is not wanted is sent as such: left out, the provider keeps what was.
            network_security_group_ids=list(args.network_security_group_ids),
            certificate_id=args.certificate_id or "",
            opts=pulumi.ResourceOptions(parent=self),
        )
        granted = self._granted(name, args)
        deployment = oci.apigateway.Deployment(
            f"{name}-deployment",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            gateway_id=self.gateway.id,
            path_prefix=args.path_prefix,
            specification=specification(_api(args)),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[granted]),
        )
        service_logs(
            self,
            name,
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            description=f"What the API gateway {args.prefix} lets through and refuses",
            service="apigateway",
            resource=deployment.id,
            categories=_LOGS,
            retention_in_days=args.log_retention_in_days,
        )
        if args.waf is not None:
            WebFirewall(f"{name}-waf", args.waf, pulumi.ResourceOptions(parent=self))
        self.hostname = self.gateway.hostname
        self.addresses = self.gateway.ip_addresses.apply(_addresses)
        own = f"https://{args.domain}{args.path_prefix}" if args.domain else deployment.endpoint
        self.endpoint = pulumi.Output.from_input(own).apply(lambda known: known.rstrip("/"))
        self.register_outputs({"endpoint": self.endpoint, "hostname": self.hostname})

    def _granted(self, name: str, args: ApiFrontArgs) -> GrantedPolicy:
        if args.gateway_grant == "documented":
            pulumi.log.warn(
                f"{place(args.config_path, 'gateway_grant')}: documented lets every gateway of the "
                "compartment invoke every function in it; in prod the policy pack refuses it, unless "
                f"its config exempts {name}-grants-policy from functions-grant-scoped and "
                "workload-grant-overbroad"
            )
        return GrantedPolicy(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.compartment_id,
                policy_name=args.prefix,
                description=f"What the API gateway {args.prefix} may invoke",
                grants=list(_grants(args, self.gateway)),
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            pulumi.ResourceOptions(parent=self),
        )


def _api(args: ApiFrontArgs) -> Api:
    return Api(
        routes={
            name: RouteTo(route=each.route, function=each.target.function)
            for name, each in args.routes.items()
        },
        tokens=args.jwt,
        rate_limit=args.rate_limit,
        cors=args.cors,
        log_level=args.execution_log_level,
    )


def _grants(args: ApiFrontArgs, gateway: oci.apigateway.Gateway) -> Iterator[Grant]:
    """A statement for each function that a route leads to, or Oracle's own for all of them."""
    identity = GatewayIdentity(compartment_id=args.compartment_id, gateway=gateway)
    targets = [each.target for _, each in sorted(args.routes.items())]
    if args.gateway_grant == "documented":
        yield allow(identity).to_invoke_as_documented(targets[0])
        return
    for index, target in enumerate(targets):
        if all(target.function is not each.function for each in targets[:index]):
            yield allow(identity).to_invoke(target)


def _addresses(found: Sequence[oci.apigateway.outputs.GatewayIpAddress] | None) -> list[str]:
    return [each.ip_address for each in found or ()]


def _fits_together(part: TokenOptions | RateLimit | CrossOrigin | ApiRoute) -> None:
    problem = None if isinstance(part, RateLimit) else part.problem()
    if problem:
        raise ValueError(problem)


def same_requests(routes: Mapping[str, ApiRoute]) -> Iterator[tuple[str, str]]:
    """Each route that would take what another takes already, by its name, with the reason."""
    taken: dict[tuple[str, str], str] = {}
    for name, route in sorted(routes.items()):
        limits.name(name)
        for request in route.requests():
            other = taken.setdefault(request, name)
            if other != name:
                yield name, f"takes {' '.join(request)}, which the route {other} takes already"
                break
