"""What the program asks the tenancy before it declares anything: home region and Object Storage namespace.

Not for: looking resources up. Which resources exist is the state's business.
"""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_oci as oci

from components.errors import ConfigError
from components.lookup import ask

# How the stack signs in. An explicit provider does not inherit `oci:` config, so these are handed on.
_SIGN_IN = {
    "auth": "auth",
    "config_file_profile": "configFileProfile",
    "tenancy_ocid": "tenancyOcid",
    "user_ocid": "userOcid",
    "fingerprint": "fingerprint",
    "private_key": "privateKey",
    "private_key_password": "privateKeyPassword",
    "private_key_path": "privateKeyPath",
}


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


def home_region_provider(region: str) -> oci.Provider:
    """The provider for everything of IAM, signing in the way the stack's own does."""
    config = pulumi.Config("oci")
    sign_in = {name: config.get(key) for name, key in _SIGN_IN.items()}
    return oci.Provider("home-region", region=region, **sign_in)
