"""Thirty functions, one for each production line: one image, few statements, and groups and a network that
the tenancy has already."""

import sys
from pathlib import Path

import pulumi

# The checkout that this folder is part of, for `components`; copied elsewhere, PYTHONPATH names one.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from components import (
    AiFunction,
    AiFunctionArgs,
    EventAccess,
    EventAccessArgs,
    EventBucket,
    EventBucketArgs,
    EventTrigger,
    EventTriggerArgs,
    FunctionImage,
    FunctionImageArgs,
    FunctionsApplication,
    FunctionsApplicationArgs,
    GrantedPolicy,
    GrantedPolicyArgs,
    tenancy,
)
from components.event_trigger import WatchedBucket
from components.function_image import BuiltImage, Registry
from components.grants import transform
from components.grants.connectors import allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import group_named
from components.values.event_filter import EventFilter

FUNCTION = Path(__file__).resolve().parent / "function"
LINES = [f"line-{number:02}" for number in range(1, 31)]
LIMITS = {"line-07": "9.5"}  # an old press; all others have the usual one
USUAL = "7.0"

config = pulumi.Config()
stack = pulumi.get_stack()
prefix = f"{pulumi.get_project()}-{stack}"
tenancy_id, here = config.require("tenancy_id"), config.require("compartment_id")

transform.refuse_overbroad_statements()
namespace = tenancy.namespace(tenancy_id)
iam = tenancy.home_region_provider(tenancy.home_region(tenancy_id))

readings = EventBucketArgs(compartment_id=here, bucket_name=f"{prefix}-readings", namespace=namespace)
EventBucket("readings", readings)

# A network that exists: its subnets, and the security group that lets functions out to Oracle's services.
application = FunctionsApplication(
    "application",
    FunctionsApplicationArgs(
        compartment_id=here,
        display_name=prefix,
        subnet_ids=config.require_object("subnet_ids"),
        network_security_group_ids=config.require_object("network_security_group_ids"),
    ),
)

# One build and one repository for all: OCI counts the images of an application together.
image = FunctionImage(
    "checker",
    FunctionImageArgs(
        source=BuiltImage(
            context=FUNCTION,
            registry=Registry(
                region=pulumi.Config("oci").require("region"),
                namespace=namespace,
                username=config.require_secret("registry_username"),
                auth_token=config.require_secret("registry_auth_token"),
            ),
            compartment_id=here,
            repository=f"{prefix}/checker",
            tag=stack,
        ),
        shape=application.shape,
    ),
)

# Events may invoke every function of the application: two statements, not two for each.
events = EventAccess(
    "events",
    EventAccessArgs(
        application=application,
        compartment_id=here,
        policy_name=f"{prefix}-events",
        event_principal="both",
        iam_provider=iam,
    ),
)


def line(name: str) -> FunctionIdentity:
    """The function of one line, told of its objects alone. It reads the bucket, as itself: one statement."""
    function = AiFunction(
        name,
        AiFunctionArgs(
            compartment_id=here,
            application_id=application.application_id,
            display_name=f"{prefix}-{name}",
            config={"LINE": name, "LIMIT": LIMITS.get(name, USUAL)},
            **image.function_arguments,
        ),
    )
    identity = FunctionIdentity(function=function.function, compartment_id=here)
    EventTrigger(
        name,
        EventTriggerArgs(
            target=identity,
            compartment_id=here,
            prefix=f"{prefix}-{name}",
            filter=EventFilter(
                event_types=["com.oraclecloud.objectstorage.createobject"], resource_names=[f"{name}/*"]
            ),
            bucket=WatchedBucket(name=readings.bucket_name, namespace=namespace),
            event_principal="both",
            access=events,
            iam_provider=iam,
        ),
    )
    return identity


functions = {name: line(name) for name in LINES}

# Groups that exist. Operators may invoke all functions of the application and change none; auditors may read.
operators, auditors = (allow(group_named(config.require(role))) for role in ("operators", "auditors"))
GrantedPolicy(
    "people",
    GrantedPolicyArgs(
        compartment_id=here,
        policy_name=f"{prefix}-people",
        description=f"What people may do with the functions of {prefix}",
        grants=[
            operators.to_invoke_all_of(application.application, here),
            *auditors.to_audit(functions[LINES[0]]),
        ],
        iam_provider=iam,
    ),
)

pulumi.export("readings", readings.bucket_name)
pulumi.export("functions", {name: each.function.id for name, each in functions.items()})
