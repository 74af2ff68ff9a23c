"""The program: stack config → components → exports. Everything else is in `components`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi

from components import (
    AiFunction,
    ApiFront,
    EdgeProtection,
    FunctionAccess,
    FunctionConnections,
    FunctionsApplication,
    garbage,
    tenancy,
)
from components.config import continuity, loading, statements
from components.config.function_section import FunctionConfig
from components.config.source_section import exported
from components.grants import transform

garbage.collect_rarely()
settings = loading.load()
deployed = continuity.check(settings, pulumi.get_stack())
transform.refuse_overbroad_statements()
settings.tags.args(f"Pulumi.{pulumi.get_stack()}.yaml: tags", tenancy.ignored_tags()).put_on_everything()
context = settings.context(
    stack=pulumi.get_stack(),
    root=Path(__file__).resolve().parent,
    namespace=tenancy.namespace(settings.tenancy_id),
    iam=tenancy.home_region_provider(settings.home_region or tenancy.home_region(settings.tenancy_id)),
    dynamic_groups=deployed.dynamic_groups,
    buckets=deployed.buckets,
)
created = settings.create(context)
application = FunctionsApplication("application", settings.application.args(context, created))
created = replace(created, event_access=statements.event_access(settings, context, application, deployed))
code = settings.code(context, application)


def deploy(key: str, wanted: FunctionConfig) -> dict[str, Any]:
    """One function with all that belongs to it; what the stack exports about it."""
    here = wanted.place(key)
    function = AiFunction(here.name, wanted.args(context, here, application, code[key], created))
    created.functions[key] = function
    identity = wanted.acts_as(context, here)
    access = FunctionAccess(
        f"{here.name}-access", wanted.access.args(context, here, application, function, identity)
    )
    if uses := wanted.connection_args(context, here, access, created):
        FunctionConnections(f"{here.name}-connections", uses)
    triggers = {
        each: trigger.create(context, created, here, each, access)
        for each, trigger in sorted(wanted.triggers.items())
    }
    created.triggers[key] = triggers
    return {
        "id": function.function_id,
        "invoke_endpoint": function.invoke_endpoint,
        **code[key].shown,
        **({"dynamic_group_id": access.dynamic_group_id} if access.dynamic_group_id else {}),
        **exported(triggers),
    }


functions = {key: deploy(key, settings.functions[key]) for key in settings.order()}
settings.watch(context, created)
primary = functions[settings.primary_function()]
pulumi.export("application_id", application.application_id)
pulumi.export("function_id", primary["id"])
pulumi.export("invoke_endpoint", primary["invoke_endpoint"])
pulumi.export("functions", functions)
api = ApiFront("api", settings.api.args(context, created)) if settings.api else None
if api is not None:
    pulumi.export("api_endpoint", api.endpoint)
    pulumi.export("api_addresses", api.addresses)
if settings.edge is not None:
    pulumi.export("edge_cname", EdgeProtection("edge", settings.edge.args(context, api)).cname)
