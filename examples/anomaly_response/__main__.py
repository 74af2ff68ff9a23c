"""An alarm on a metric becomes an incident: an object in a bucket, and a message to a topic."""

import sys
from pathlib import Path

import pulumi

# The checkout that this folder is part of, for `components`; copied elsewhere, PYTHONPATH names one.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from components import (
    AiFunction,
    AiFunctionArgs,
    AlarmTrigger,
    AlarmTriggerArgs,
    EventBucket,
    EventBucketArgs,
    FunctionConnections,
    FunctionConnectionsArgs,
    FunctionImage,
    FunctionImageArgs,
    FunctionNetwork,
    FunctionNetworkArgs,
    FunctionsApplication,
    FunctionsApplicationArgs,
    Topic,
    TopicArgs,
    tenancy,
)
from components.function_connections import Connection, environment
from components.function_image import BuiltImage, Registry
from components.grants import transform
from components.grants.function_grants import FunctionIdentity
from components.grants.targets import BucketTarget, TopicTarget
from components.values.addresses import Load

FUNCTION = Path(__file__).resolve().parent / "function"
MEMORY_IN_MBS = 512

config = pulumi.Config()
stack = pulumi.get_stack()
prefix = f"{pulumi.get_project()}-{stack}"
tenancy_id, here = config.require("tenancy_id"), config.require("compartment_id")

transform.refuse_overbroad_statements()
namespace = tenancy.namespace(tenancy_id)
iam = tenancy.home_region_provider(tenancy.home_region(tenancy_id))

# Where incidents are kept, and where people are told of them. Who is told, subscribes to the topic.
incidents = EventBucketArgs(compartment_id=here, bucket_name=f"{prefix}-incidents", namespace=namespace)
EventBucket("incidents", incidents)
topic = Topic("alerts", TopicArgs(compartment_id=here, topic_name=f"{prefix}-alerts")).topic

network = FunctionNetwork(
    "network",
    FunctionNetworkArgs(
        compartment_id=here,
        prefix=prefix,
        load=Load.of([(MEMORY_IN_MBS, 0)]),
        services=tenancy.oracle_services(),
    ),
)
application = FunctionsApplication(
    "application", FunctionsApplicationArgs(compartment_id=here, display_name=prefix, network=network)
)
image = FunctionImage(
    "responder",
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
            repository=f"{prefix}/responder",
            tag=stack,
        ),
        shape=application.shape,
    ),
)

connections = {
    "incidents": Connection(
        "write", BucketTarget(name=incidents.bucket_name, namespace=namespace, compartment_id=here)
    ),
    "alerts": Connection("publish", TopicTarget(id=topic, compartment_id=here)),
}
function = AiFunction(
    "responder",
    AiFunctionArgs(
        compartment_id=here,
        application_id=application.application_id,
        display_name=f"{prefix}-responder",
        memory_in_mbs=MEMORY_IN_MBS,
        timeout_in_seconds=60,
        environment=environment(connections),
        **image.function_arguments,
    ),
)
identity = FunctionIdentity(function=function.function, compartment_id=here)
FunctionConnections(
    "uses",
    FunctionConnectionsArgs(source=identity, connections=connections, prefix=prefix, iam_provider=iam),
)

# What detects: an alarm on a metric that a model or a device posts. It has a topic of its own.
AlarmTrigger(
    "vibration",
    AlarmTriggerArgs(
        target=identity,
        compartment_id=here,
        prefix=f"{prefix}-vibration",
        namespace="pumps",
        query='Vibration[1m]{plant = "north"}.max() > 7',
        severity="CRITICAL",
        body="A pump vibrates more than 7 mm/s. See the runbook of the plant.",
        each_dimension=True,
    ),
)

pulumi.export("incidents", incidents.bucket_name)
pulumi.export("topic_id", topic.id)
pulumi.export("function_id", function.function_id)
