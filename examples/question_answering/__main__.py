"""Questions answered by Generative AI from passages of a bucket, behind a gateway that asks for a token."""

import sys
from pathlib import Path

import pulumi

# The checkout that this folder is part of, for `components`; copied elsewhere, PYTHONPATH names one.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from components import (
    AiFunction,
    AiFunctionArgs,
    ApiFront,
    ApiFrontArgs,
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
    tenancy,
)
from components.api_front import Route
from components.function_connections import Connection, environment
from components.function_image import BuiltImage, Registry
from components.grants import transform
from components.grants.function_grants import FunctionIdentity
from components.grants.targets import BucketTarget, Service, ServiceTarget
from components.values.addresses import Load
from components.values.api_route import ApiRoute, RateLimit, TokenOptions

FUNCTION = Path(__file__).resolve().parent / "function"
MEMORY_IN_MBS = 1024

config = pulumi.Config()
stack = pulumi.get_stack()
prefix = f"{pulumi.get_project()}-{stack}"
region = pulumi.Config("oci").require("region")
tenancy_id, here = config.require("tenancy_id"), config.require("compartment_id")

transform.refuse_overbroad_statements()
namespace = tenancy.namespace(tenancy_id)
iam = tenancy.home_region_provider(tenancy.home_region(tenancy_id))

# Where the function runs, out of anybody's reach; the gateway is in a public subnet of the same network.
network = FunctionNetwork(
    "network",
    FunctionNetworkArgs(
        compartment_id=here,
        prefix=prefix,
        load=Load.of([(MEMORY_IN_MBS, 0)]),
        services=tenancy.oracle_services(),
        public_subnet=True,
    ),
)
application = FunctionsApplication(
    "application", FunctionsApplicationArgs(compartment_id=here, display_name=prefix, network=network)
)
image = FunctionImage(
    "answerer",
    FunctionImageArgs(
        source=BuiltImage(
            context=FUNCTION,
            registry=Registry(
                region=region,
                namespace=namespace,
                username=config.require_secret("registry_username"),
                auth_token=config.require_secret("registry_auth_token"),
            ),
            compartment_id=here,
            repository=f"{prefix}/answerer",
            tag=stack,
        ),
        shape=application.shape,
    ),
)


# What the function uses: passages that it may read and not change, and three models.
def model(service: Service, model_id: str) -> Connection:
    """A model of Generative AI, served on demand in this region."""
    return Connection(
        "use", ServiceTarget(service=service, model_id=model_id, region=region, compartment_id=here)
    )


knowledge = EventBucketArgs(compartment_id=here, bucket_name=f"{prefix}-knowledge", namespace=namespace)
EventBucket("knowledge", knowledge)
connections = {
    "knowledge": Connection(
        "read", BucketTarget(name=knowledge.bucket_name, namespace=namespace, compartment_id=here)
    ),
    "vectors": model("generative-ai-embeddings", "cohere.embed-v4.0"),
    "ranks": model("generative-ai-rerank", "cohere.rerank-v3.5"),
    "chat": model("generative-ai-chat", "cohere.command-a-03-2025"),
}
function = AiFunction(
    "answerer",
    AiFunctionArgs(
        compartment_id=here,
        application_id=application.application_id,
        display_name=f"{prefix}-answerer",
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

# The one way in: nobody else may invoke the function.
api = ApiFront(
    "api",
    ApiFrontArgs(
        compartment_id=here,
        subnet_id=network.public_subnet_id or "",
        prefix=f"{prefix}-api",
        path_prefix="/v1",
        routes={
            "ask": Route(
                route=ApiRoute(
                    path="/ask", scopes=["ask"], content_types=["application/json"], body_required=True
                ),
                target=identity,
            )
        },
        jwt=TokenOptions(audiences=["question-answering"], jwks_uri=config.require("jwks_uri")),
        rate_limit=RateLimit(requests_per_second=10),
        iam_provider=iam,
    ),
)

pulumi.export("knowledge", knowledge.bucket_name)
pulumi.export("api_endpoint", api.endpoint)
pulumi.export("function_id", function.function_id)
