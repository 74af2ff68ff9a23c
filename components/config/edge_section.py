"""The section of the edge. See `components.config.model` for what a section is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Annotated

from pydantic import model_validator

from components.api_front import ApiFront
from components.config.api_section import ApiConfig
from components.config.arguments import Context
from components.config.section import Name, section
from components.edge_protection import EdgeOptions, EdgeProtectionArgs, all_rules
from components.values import limits
from components.values.ai_endpoint import AiEndpoint
from components.values.option import Option, options_of
from components.values.sec_rule import SecRule, check_template


@section
class EdgeRuleConfig:
    """A custom protection rule: `rules`, or a `template` written by hand."""

    rules: Annotated[Sequence[SecRule], Option("The rules, in order")] = ()
    template: Annotated[str | None, Option("The whole template, with OCI's placeholders", check_template)] = (
        None
    )

    @model_validator(mode="after")
    def _is_one_template(self) -> EdgeRuleConfig:
        if bool(self.rules) == (self.template is not None):
            raise ValueError("give either rules or template")
        return self

    def content(self) -> Sequence[SecRule] | str:
        """The rule as the component takes it."""
        return self.template if self.template is not None else self.rules


@section
class AiEndpointConfig(AiEndpoint):
    """What requests to the endpoint of a model look like."""


@section
class EdgeConfig(EdgeOptions):
    """An edge WAF policy before a public origin; it does not protect a function's own endpoint."""

    origin: Annotated[
        str | None,
        Option(
            "Public host the edge forwards to, never a function's endpoint; left out, the gateway of api",
            limits.public_origin,
        ),
    ] = None
    rules: Annotated[Mapping[Name, EdgeRuleConfig], Option("Custom protection rules by name")] = field(
        default_factory=dict
    )
    ai_endpoint: Annotated[
        AiEndpointConfig | None,
        Option("Ready-made rules for the endpoint of a model: ai-methods, ai-content-type, ai-body-size"),
    ] = None

    def args(self, context: Context, api: ApiFront | None) -> EdgeProtectionArgs:
        """The edge WAF policy."""
        return EdgeProtectionArgs(
            **options_of(self, EdgeOptions),
            origin=api.hostname if self.origin is None and api is not None else str(self.origin),
            compartment_id=context.compartment_id,
            prefix=f"{context.prefix}-edge",
            rules=self._rules(),
            ai_endpoint=self.ai_endpoint,
            config_path=context.path("edge"),
        )

    def _rules(self) -> Mapping[str, Sequence[SecRule] | str]:
        return {name: rule.content() for name, rule in self.rules.items()}

    def contradictions(self, api: ApiConfig | None) -> Iterator[tuple[str, str]]:
        """What two of its values, or one and the API, show to be wrong: the place, and the reason."""
        try:
            all_rules(self._rules(), self.ai_endpoint)
        except ValueError as error:
            yield "edge.rules", str(error)
        if self.origin is not None:
            try:
                self.check_origin(self.origin)
            except ValueError as error:
                yield "edge.origin", str(error)
        elif api is None:
            yield "edge.origin", "missing; name a public host, or give the stack an api to stand before"
        elif api.endpoint_type == "PRIVATE":
            yield "edge.origin", "missing; the gateway of api is PRIVATE, where the edge cannot reach it"
        elif self.certificate_id is None:
            yield (
                "edge.certificate_id",
                "missing; a gateway answers HTTPS alone, and an edge without a certificate takes tokens in "
                "plaintext",
            )
