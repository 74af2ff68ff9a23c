"""Documents that arrive in a bucket are read by Document Understanding; what is found in them goes to another
bucket, and is told to a topic."""

import sys
from pathlib import Path

import pulumi

# The checkout that this folder is part of, for `components`; copied elsewhere, PYTHONPATH names one.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from components import (
    AiFunction,
    AiFunctionArgs,
    EventBucket,
    EventBucketArgs,
    EventTrigger,
    EventTriggerArgs,
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
from components.event_trigger import WatchedBucket
from components.function_connections import Connection, environment
from components.function_image import BuiltImage, Registry
from components.grants import transform
from components.grants.function_grants import FunctionIdentity
from components.grants.targets import BucketTarget, ServiceTarget, TopicTarget
from components.values.addresses import Load
from components.values.event_filter import EventFilter

FUNCTION = Path(__file__).resolve().parent / "function"
MEMORY_IN_MBS = 512

config = pulumi.Config()
stack = pulumi.get_stack()
prefix = f"{pulumi.get_project()}-{stack}"
tenancy_id, here = config.require("tenancy_id"), config.require("compartment_id")

transform.refuse_overbroad_statements()
namespace = tenancy.namespace(tenancy_id)
iam = tenancy.home_region_provider(tenancy.home_region(tenancy_id))

# Where documents arrive, where results go, and who is told.
inbox, results = (
    EventBucketArgs(compartment_id=here, bucket_name=f"{prefix}-{name}", namespace=namespace)
    for name in ("inbox", "results")
)
EventBucket("inbox", inbox)
EventBucket("results", results)
topic = Topic("read", TopicArgs(compartment_id=here, topic_name=f"{prefix}-read")).topic

# Where the function runs: in a network of its own, from which it reaches Oracle's services and nothing else.
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
    "reader",
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
            repository=f"{prefix}/reader",
            tag=stack,
        ),
        shape=application.shape,
    ),
)

# What the function uses: each connection is one statement, and CONNECTION_<NAME>_… in its environment.
connections = {
    "documents": Connection("use", ServiceTarget(service="document-understanding", compartment_id=here)),
    "results": Connection(
        "write", BucketTarget(name=results.bucket_name, namespace=namespace, compartment_id=here)
    ),
    "read": Connection("publish", TopicTarget(id=topic, compartment_id=here)),
}
function = AiFunction(
    "reader",
    AiFunctionArgs(
        compartment_id=here,
        application_id=application.application_id,
        display_name=f"{prefix}-reader",
        memory_in_mbs=MEMORY_IN_MBS,
        timeout_in_seconds=120,
        environment=environment(connections),
        **image.function_arguments,
    ),
)
identity = FunctionIdentity(function=function.function, compartment_id=here)
FunctionConnections(
    "uses",
    FunctionConnectionsArgs(source=identity, connections=connections, prefix=prefix, iam_provider=iam),
)

# What invokes it. With the bucket comes its right to read that bucket.
EventTrigger(
    "arrivals",
    EventTriggerArgs(
        target=identity,
        compartment_id=here,
        prefix=f"{prefix}-arrivals",
        filter=EventFilter(
            event_types=["com.oraclecloud.objectstorage.createobject"], resource_names=["*.pdf", "*.png"]
        ),
        bucket=WatchedBucket(name=inbox.bucket_name, namespace=namespace),
        event_principal="both",
        iam_provider=iam,
    ),
)

pulumi.export("namespace", namespace)
pulumi.export("inbox", inbox.bucket_name)
pulumi.export("results", results.bucket_name)
pulumi.export("topic_id", topic.id)
pulumi.export("function_id", function.function_id)
