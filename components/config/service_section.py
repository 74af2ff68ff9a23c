"""The section of a connection to an AI service: which, where, and for Generative AI with which model.

See `components.config.connection_section` for the connection it stands in.
"""

from __future__ import annotations

from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, model_validator

from components.config.arguments import Context
from components.config.destinations import Created
from components.config.section import section
from components.grants.targets import GENERATIVE, Service, ServiceTarget
from components.values import destination, limits
from components.values.option import Option


@section
class ServiceConfig:
    """An AI service, or one task of it."""

    service: Annotated[Service, Option("The service, or the task")]
    compartment_id: Annotated[
        str | None,
        Option("OCID of the compartment that calls name, where that is not the stack's", limits.compartment),
    ] = None
    model_id: Annotated[
        str | None,
        Option(
            "Generative AI: name or OCID of a model that is served on demand, for the function to know",
            destination.model,
        ),
    ] = None
    endpoint_id: Annotated[
        str | None,
        Option("Generative AI: OCID of an endpoint of a dedicated cluster", destination.model_endpoint),
    ] = None
    region: Annotated[
        str | None,
        Option("Generative AI: the region whose models are called; left out, the stack's", limits.region),
    ] = None

    @model_validator(mode="after")
    def _is_of_its_service(self) -> ServiceConfig:
        said = [name for name in ("model_id", "endpoint_id", "region") if getattr(self, name) is not None]
        if said and self.service not in GENERATIVE:
            raise ValueError(f"{said[0]} belongs to {', '.join(GENERATIVE)}")
        if self.model_id and self.endpoint_id:
            raise ValueError("give either model_id, served on demand, or endpoint_id")
        if said == ["region"]:
            raise ValueError("region belongs to model_id or endpoint_id")
        return self

    def target(self, context: Context, _: Created) -> ServiceTarget:
        """The service."""
        return ServiceTarget(
            service=self.service,
            compartment_id=self.compartment_id or context.compartment_id,
            model_id=self.model_id or "",
            endpoint_id=self.endpoint_id or "",
            region=self.region or context.registry.region,
        )


def _section(value: Any) -> Any:
    """A service's name alone is the section of it."""
    if not isinstance(value, str):
        return value
    limits.one_of(repr(value) if value not in get_args(Service) else value, get_args(Service))
    return ServiceConfig(service=value)  # type: ignore[arg-type]  # looked up above


SHORT = BeforeValidator(_section, json_schema_input_type=Service | ServiceConfig)
