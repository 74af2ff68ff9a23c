"""An application with its invoke log, for other languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

import pulumi

from component_package.flat import Flat, Placed
from components.functions_application import (
    ApplicationOptions,
    FunctionsApplication,
    FunctionsApplicationArgs,
)
from components.values import limits
from components.values.option import Option, options_of


@dataclass(frozen=True, kw_only=True)
class FunctionApplicationArgs(ApplicationOptions, Placed):
    """An application in one compartment."""

    subnet_ids: Annotated[
        Sequence[str],
        Option("OCIDs of one to three subnets; changing them replaces the application", limits.subnets),
    ]


class FunctionApplication(Flat):
    """The application that functions live in, and the log that records each invocation."""

    arguments = FunctionApplicationArgs
    outputs: ClassVar[Mapping[str, str]] = {
        "application_id": "OCID of the application",
        "log_id": "OCID of its invoke log",
        "shape": "Its shape, which its functions' images must fit",
    }

    def __init__(
        self,
        token: str,
        name: str,
        args: FunctionApplicationArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(token, name, args, opts)
        made = FunctionsApplication(
            name,
            FunctionsApplicationArgs(
                **options_of(args, ApplicationOptions),
                compartment_id=args.compartment_id,
                display_name=args.prefix,
                subnet_ids=args.subnet_ids,
                config_path=name,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.application_id = made.application_id
        self.log_id = made.log_id
        self.shape = made.shape
        self.register_outputs(self.state())
