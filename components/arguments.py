"""From the stack's config to the arguments of each component: names, paths, and nothing created.

Physical names all begin with the application's name and the stack's, so that two stacks live side by side in
one tenancy, where groups, dynamic groups and buckets share one space of names.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_oci as oci

from components.ai_function import AiFunction, AiFunctionArgs
from components.config import EdgeConfig, ImageConfig, StackConfig, TriggerConfig
from components.edge_protection import EdgeProtectionArgs
from components.event_trigger import EventTriggerArgs, WatchedBucket
from components.function_access import FunctionAccess, FunctionAccessArgs
from components.function_image import BuiltImage, FunctionImage, FunctionImageArgs, GivenImage, Registry
from components.functions_application import FunctionsApplication, FunctionsApplicationArgs


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """Arguments of the components of one stack. `root` is the folder image contexts are relative to."""

    settings: StackConfig
    stack: str
    root: Path
    namespace: str
    iam: oci.Provider

    @property
    def prefix(self) -> str:
        """Begins every physical name of the stack."""
        return f"{self.settings.application.name}-{self.stack}"

    def application(self) -> FunctionsApplicationArgs:
        """The application of all functions."""
        wanted = self.settings.application
        return FunctionsApplicationArgs(
            compartment_id=self.settings.compartment_id,
            display_name=self.prefix,
            subnet_ids=self.settings.subnet_ids,
            shape=wanted.shape,
            network_security_group_ids=wanted.network_security_group_ids,
            config=wanted.config,
            log_retention_in_days=wanted.log_retention_in_days,
            image_signing_key_ids=wanted.image_signing_key_ids,
            trace_domain_id=wanted.trace_domain_id,
            config_path=self._path("application"),
        )

    def image(self, name: str) -> FunctionImageArgs:
        """The image of one function."""
        return FunctionImageArgs(
            source=self._image_source(name, self.settings.functions[name].image),
            shape=self.settings.application.shape,
            config_path=self._path(f"functions.{name}.image"),
        )

    def _image_source(self, name: str, wanted: ImageConfig) -> BuiltImage | GivenImage:
        if wanted.reference is not None and wanted.digest is not None:
            return GivenImage(reference=wanted.reference, digest=wanted.digest)
        return BuiltImage(
            context=self.root / wanted.context,
            compartment_id=self.settings.compartment_id,
            repository=f"{self.prefix}/{name}".lower(),
            tag=self.stack,
            registry=self._registry(),
        )

    def _registry(self) -> Registry:
        username, auth_token = self.settings.registry_username, self.settings.registry_auth_token
        return Registry(
            region=self.settings.region,
            namespace=self.namespace,
            username=pulumi.Output.secret(username.get_secret_value() if username else ""),
            auth_token=pulumi.Output.secret(auth_token.get_secret_value() if auth_token else ""),
        )

    def function(self, name: str, application: FunctionsApplication, image: FunctionImage) -> AiFunctionArgs:
        """One function. Unless the config says otherwise, it takes events of its own compartment only."""
        wanted = self.settings.functions[name]
        return AiFunctionArgs(
            compartment_id=self.settings.compartment_id,
            application_id=application.application_id,
            display_name=name,
            image=image.reference,
            image_digest=image.digest,
            memory_in_mbs=wanted.memory_in_mbs,
            timeout_in_seconds=wanted.timeout_in_seconds,
            detached_mode_timeout_in_seconds=wanted.detached_mode_timeout_in_seconds,
            provisioned_concurrency=wanted.provisioned_concurrency,
            config=self.settings.environment(name),
            tracing=self.settings.application.trace_domain_id is not None,
            config_path=self._path(f"functions.{name}"),
        )

    def access(
        self, name: str, application: FunctionsApplication, function: AiFunction
    ) -> FunctionAccessArgs:
        """Who may do what with one function."""
        groups = self.settings.functions[name].access.groups()
        return FunctionAccessArgs(
            function=function,
            application=application,
            tenancy_id=self.settings.tenancy_id,
            prefix=f"{self.prefix}-{name}",
            invokers=groups["invokers"],
            developers=groups["developers"],
            auditors=groups["auditors"],
            iam_provider=self.iam,
            config_path=self._path(f"functions.{name}.access"),
        )

    def trigger(self, name: str, trigger: str, access: FunctionAccess) -> EventTriggerArgs:
        """One rule that calls a function."""
        wanted = self.settings.functions[name].triggers[trigger]
        return EventTriggerArgs(
            target=access.identity,
            compartment_id=self.settings.compartment_id,
            prefix=f"{self.prefix}-{name}-{trigger}",
            filter=wanted.filter(),
            bucket=self._bucket(wanted),
            event_principal=wanted.event_principal,
            is_enabled=wanted.enabled,
            iam_provider=self.iam,
            config_path=self._path(f"functions.{name}.triggers.{trigger}"),
        )

    def _bucket(self, trigger: TriggerConfig) -> WatchedBucket | None:
        wanted = trigger.bucket
        if wanted is None:
            return None
        name = wanted.physical_name(self.stack)
        return WatchedBucket(name=name, namespace=self.namespace, existing=wanted.existing)

    def edge(self, wanted: EdgeConfig) -> EdgeProtectionArgs:
        """The edge WAF policy."""
        return EdgeProtectionArgs(
            compartment_id=self.settings.compartment_id,
            prefix=f"{self.prefix}-edge",
            domain=wanted.domain,
            origin=wanted.origin,
            rules={name: rule.content() for name, rule in wanted.rules.items()},
            mode=wanted.mode,
            certificate_id=wanted.certificate_id,
            config_path=self._path("edge"),
        )

    def _path(self, place: str) -> str:
        return f"Pulumi.{self.stack}.yaml: {place}"
