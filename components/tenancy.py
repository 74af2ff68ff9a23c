"""What the program asks the tenancy before it declares anything: home region and Object Storage namespace.

Not for: looking resources up. Which resources exist is the state's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_oci as oci

from components.errors import ConfigError
from components.lookup import ask

# Every setting of the provider but its region, by how its value is written. An explicit provider does not
# inherit `oci:` config, so these are handed on.
STRINGS = (
    "auth",
    "configFileProfile",
    "fingerprint",
    "privateKey",
    "privateKeyPassword",
    "privateKeyPath",
    "retriesConfigFile",
    "tenancyOcid",
    "testTimeMaintenanceRebootDue",
    "tokenExchangeAuth",
    "tokenExchangeClientId",
    "tokenExchangeClientSecret",
    "tokenExchangeDomainUrl",
    "tokenExchangePublicKey",
    "tokenExchangeRequestedTokenType",
    "tokenExchangeResourceType",
    "tokenExchangeRpstExp",
    "tokenExchangeSubjectTokenType",
    "userOcid",
    "workloadIdentityTokenPath",
)
# Booleans, numbers and lists.
VALUES = (
    "disableAutoRetries",
    "dualStackEndpointEnabled",
    "ignoreDefinedTags",
    "realmSpecificServiceEndpointTemplateEnabled",
    "retryDurationSeconds",
)

_ALL_SERVICES = re.compile(r"all-[a-z0-9-]+-services-in-oracle-services-network")


def namespace(tenancy_id: str) -> str:
    """The tenancy's Object Storage namespace, which also names its part of the container registry."""
    answer = ask(
        "the Object Storage namespace of the tenancy", lambda: oci.objectstorage.get_namespace(tenancy_id)
    )
    return str(answer.namespace)


def home_region(tenancy_id: str) -> str:
    """The tenancy's home region, the only one where IAM can be written."""
    answer = ask(
        "the home region of the tenancy", lambda: oci.identity.get_region_subscriptions(tenancy_id=tenancy_id)
    )
    return home_region_of(answer.region_subscriptions or [])


def home_region_of(subscriptions: list[Any]) -> str:
    """The home region among a tenancy's region subscriptions."""
    for subscription in subscriptions:
        if subscription.is_home_region:
            return str(subscription.region_name)
    raise ConfigError("home_region: none of the tenancy's regions is marked as home; set it in the config")


@dataclass(frozen=True)
class OracleServices:
    """All services of a region that a service gateway leads to: their OCID, and the CIDR label of routes."""

    id: str
    cidr: str


def oracle_services() -> OracleServices:
    """Those of the stack's region."""
    answer = ask("what a service gateway leads to", oci.core.get_services)
    return oracle_services_of(answer.services or [])


def oracle_services_of(services: list[Any]) -> OracleServices:
    """The one entry that stands for all of them, beside Object Storage's own."""
    for service in services:
        if _ALL_SERVICES.fullmatch(service.cidr_block):
            return OracleServices(id=str(service.id), cidr=str(service.cidr_block))
    raise ConfigError("network: this region offers no service gateway to all of Oracle's services")


def home_region_provider(
    region: str, name: str = "home-region", opts: pulumi.ResourceOptions | None = None
) -> oci.Provider:
    """The provider for everything of IAM, with every other setting of the stack's own."""
    config = pulumi.Config("oci")
    strings = {key: _string(config, key) for key in STRINGS}
    values = {key: config.get_object(key) for key in VALUES}
    settings = {snake(key): value for key, value in {**strings, **values}.items()}
    return oci.Provider(name, region=region, **settings, opts=opts)


def ignored_tags() -> list[str]:
    """The defined tags that the stack's provider is told to leave to others."""
    return list(pulumi.Config("oci").get_object("ignoreDefinedTags") or [])


def _string(config: pulumi.Config, key: str) -> str | pulumi.Output[str] | None:
    return config.get_secret(key) if pulumi.runtime.is_config_secret(f"oci:{key}") else config.get(key)


def snake(key: str) -> str:
    """`tenancyOcid` as the SDK's argument: `tenancy_ocid`."""
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)
