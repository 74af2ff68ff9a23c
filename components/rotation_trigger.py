"""A secret that a function rotates: Vault invokes it, once for each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, get_args

import pulumi
import pulumi_oci as oci

from components.connector_trigger import GrantForm
from components.errors import checks_of, refuse_bad
from components.granted_policy import GrantedPolicyArgs, grant_where_needed
from components.grants.connectors import SecretIdentity, allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Ref
from components.grants.targets import id_of
from components.values import destination, limits, sources
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class RotationOptions:
    """What a stack may say about a rotation."""

    interval_in_days: Annotated[
        int, Option("How often a secret of this stack is rotated, 1 to 360 days", sources.rotation_days)
    ] = 30
    passphrase_length: Annotated[
        int,
        Option(
            "Length of the passphrase that Vault generates as its first version, 20 to 30",
            sources.passphrase_length,
        ),
    ] = 30
    grant: Annotated[
        GrantForm,
        Option(
            "narrow: the statement names the secret, a form that no page of Oracle shows; documented: a "
            "dynamic group that holds exactly it, as public runbooks have it"
        ),
    ] = "narrow"


@dataclass(frozen=True, kw_only=True)
class NewSecret:
    """A secret that is created. Its content is Vault's alone: it is in no state and no file."""

    name: Annotated[str, Check(destination.resource_name)]
    vault_id: Annotated[str, Check(sources.vault)]
    key_id: Annotated[str, Check(destination.key)]


@dataclass(frozen=True, kw_only=True)
class RotationTriggerArgs(RotationOptions):
    """The rotation of `secret` by `target`; of a secret that exists, by its OCID, only what it takes is
    granted, since its rotation is set by whoever owns it."""

    target: FunctionIdentity
    secret: NewSecret | str
    compartment_id: Annotated[str, Check(limits.compartment)]
    tenancy_id: Annotated[str, Check(limits.tenancy)]
    prefix: str
    enabled: bool = True
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        checks["grant"] = (_grant_form, self.grant)
        if isinstance(self.secret, NewSecret):
            checks |= checks_of(self.secret)
        else:
            checks["secret"] = (destination.secret, self.secret)
        refuse_bad(self.config_path, checks)


def _grant_form(value: str) -> None:
    limits.one_of(value, get_args(GrantForm))


class RotationTrigger(pulumi.ComponentResource):
    """A secret with its rotation by a function, and what that takes: the secret invokes this function, and
    the function reads the secret and writes new versions of it.

    The grants name the secret, so they come after it; its first rotation is due a whole interval later.

    Not for: a secret's content, which Vault generates. A deleted secret keeps its name for the days that its
    vault keeps it.
    """

    source_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: RotationTriggerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:RotationTrigger", name, {}, opts)
        secret: Ref = args.secret if isinstance(args.secret, str) else self._secret(name, args, args.secret)
        id_ = pulumi.Output.from_input(id_of(secret))
        identity = SecretIdentity(
            secret=secret,
            compartment_id=args.compartment_id,
            dynamic_group=self._group(name, args, id_) if args.grant == "documented" else None,
        )
        grant_where_needed(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.target.compartment_id,
                policy_name=f"{args.prefix}-rotation",
                description=f"What the rotation of {args.prefix} takes",
                grants=allow(identity).to_be_rotated_by(args.target),
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            self,
        )
        self.source_id = id_
        self.register_outputs({"source_id": self.source_id})

    def _secret(self, name: str, args: RotationTriggerArgs, wanted: NewSecret) -> oci.vault.Secret:
        """Named by what it is: another function may take over its rotation, and the secret stays."""
        return oci.vault.Secret(
            f"{wanted.name}-{wanted.vault_id[-6:]}-secret",
            compartment_id=args.compartment_id,
            secret_name=wanted.name,
            vault_id=wanted.vault_id,
            key_id=wanted.key_id,
            description=f"Rotated by the function of {args.prefix}",
            enable_auto_generation=True,
            secret_generation_context=oci.vault.SecretSecretGenerationContextArgs(
                generation_type="PASSPHRASE",
                generation_template="SECRETS_DEFAULT_PASSWORD",
                passphrase_length=args.passphrase_length,
            ),
            rotation_config=oci.vault.SecretRotationConfigArgs(
                target_system_details=oci.vault.SecretRotationConfigTargetSystemDetailsArgs(
                    target_system_type="FUNCTION", function_id=args.target.function.id
                ),
                is_scheduled_rotation_enabled=args.enabled,
                rotation_interval=f"P{args.interval_in_days}D",
            ),
            # As it was once named.
            opts=pulumi.ResourceOptions(parent=self, aliases=[pulumi.Alias(name=f"{name}-secret")]),
        )

    def _group(
        self, name: str, args: RotationTriggerArgs, secret: pulumi.Output[str]
    ) -> oci.identity.DynamicGroup:
        return oci.identity.DynamicGroup(
            f"{name}-secret",
            compartment_id=args.tenancy_id,
            name=f"{args.prefix}-secret",
            description=f"Holds exactly the secret that the function of {args.prefix} rotates",
            matching_rule=secret.apply(_only),
            opts=pulumi.ResourceOptions(parent=self, provider=args.iam_provider),
        )


def _only(secret: str) -> str:
    return f"ALL {{resource.type = 'vaultsecret', resource.id = '{secret}'}}"
