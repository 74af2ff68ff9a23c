"""What OCI checks of a deployer beside the operation itself, by resource type.

Each row says how well it is known: DOC is Oracle's page, UNCONFIRMED follows from a page that grants more.
Does not know what operations need: that is the catalogue's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from oci_iam.catalogue.operations import named
from oci_iam.deployer.resources import Graph, Resource, repository_in
from oci_iam.deployer.right import Right, rights_of

__all__ = ["besides"]

_Besides = Callable[[str, Resource, Graph], Iterator[Right]]


def besides(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """The rights beside the operation's own that creating or changing a resource needs."""
    for check in _BESIDES.get(resource.token, ()):
        yield from check(step, resource, graph)
    yield from _tags(step, resource, graph)


def _operation(
    name: str, service: str, step: str, place: str, target: Mapping[str, str], graph: Graph
) -> Iterator[Right]:
    row = next(one for one in named(name) if one.service == service)
    yield from rights_of(step, row, place, target, graph)


# Functions, API Gateway: `use virtual-network-family` where the subnets are (Creating Policies). Which of its
# permissions are looked for is not documented; these are those that a network card in a subnet needs.
_IN_A_SUBNET = {
    "SUBNET_READ": "subnets",
    "SUBNET_ATTACH": "subnets",
    "SUBNET_DETACH": "subnets",
    "VNIC_CREATE": "vnics",
    "VNIC_ATTACH": "vnics",
    "VNIC_DETACH": "vnics",
    "VNIC_DELETE": "vnics",
}
_IN_A_GROUP = {
    "VNIC_ASSOCIATE_NETWORK_SECURITY_GROUP": "vnics",
    "VNIC_DISASSOCIATE_NETWORK_SECURITY_GROUP": "vnics",
    "NETWORK_SECURITY_GROUP_READ": "network-security-groups",
    "NETWORK_SECURITY_GROUP_UPDATE_MEMBERS": "network-security-groups",
}
_NETWORK = "use virtual-network-family"


def _subnets(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """A network card for the application or the gateway in each subnet."""
    subnets = resource.properties.get("subnetIds") or [resource.text("subnetId")]
    groups = resource.properties.get("networkSecurityGroupIds") or ()
    for ocids, needed in ((subnets, _IN_A_SUBNET), (groups, _IN_A_GROUP)):
        for place in dict.fromkeys(graph.compartment_of_id(str(ocid)) for ocid in ocids if ocid):
            for permission, kind in needed.items():
                yield Right(step, "AttachToSubnet", permission, kind, place, (), _NETWORK)


def _image(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """DOC (Functions: Creating Policies): who creates or changes a function reads its image's repository. One
    outside the stack may be in any compartment, and is found by its name in the tenancy."""
    source = resource.properties.get("sourceDetails")
    image = resource.text("image") or (source.get("image") if isinstance(source, Mapping) else None)
    name = repository_in(image) if isinstance(image, str) else ""
    if name:
        own = graph.repository(name)
        place = graph.tenancy_id if own is None else graph.compartment_of(own)
        yield from _operation("PullImage", "Registry", step, place, {"target.repo.name": name}, graph)


def _actions(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """UNCONFIRMED: Oracle's list for administrators of rules (Events and IAM Policies) grants the use of what
    the actions name; of it, the right to do what the action does."""
    for action in resource.within("actions"):
        for key, (name, service, variable) in _ACTIONS.items():
            ocid = action.get(key)
            if isinstance(ocid, str) and ocid:
                place = graph.compartment_of_id(ocid)
                yield from _operation(name, service, step, place, {variable: ocid}, graph)


_ACTIONS = {
    "functionId": ("InvokeFunction", "Functions", "target.function.id"),
    "topicId": ("PublishMessage", "Notifications", "target.topic.id"),
    "streamId": ("PutMessages", "Streaming", "target.stream.id"),
}


def _backends(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """DOC (API Gateway: Creating Policies grants its users `use functions-family`): the functions that routes
    lead to can be named by who may read and invoke them."""
    named_here = {
        str(each["functionId"]): None for each in resource.within("specification") if each.get("functionId")
    }
    for ocid in named_here:
        place, target = graph.compartment_of_id(ocid), {"target.function.id": ocid}
        for name in ("GetFunction", "InvokeFunction"):
            yield from _operation(name, "Functions", step, place, target, graph)


def _protection_rules(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """What an edge policy does with the custom rules that it names."""
    if any(each.get("id") for each in resource.within("wafConfig") if "action" in each):
        name, service = "UpdateWaasPolicyCustomProtectionRules", "Web Application Acceleration and Security"
        yield from _operation(name, service, step, graph.compartment_of(resource), {}, graph)


def _tags(step: str, resource: Resource, graph: Graph) -> Iterator[Right]:
    """DOC (Tagging: Required Permissions): who applies a defined tag uses its namespace, wherever that is."""
    tags = resource.properties.get("definedTags")
    namespaces = {name.partition(".")[0]: None for name in tags} if isinstance(tags, Mapping) else {}
    for name in namespaces:
        if name not in _ORACLES:
            target = (("target.tag-namespace.name", name),)
            yield Right(step, "ApplyTag", "TAG_NAMESPACE_USE", "tag-namespaces", graph.tenancy_id, target)


_ORACLES: Iterable[str] = ("Oracle-Tags", "Oracle-Recommended-Tags", "orcl-cloud")
"""Namespaces whose tags Oracle applies itself."""

_BESIDES: Mapping[str, tuple[_Besides, ...]] = {
    "oci:Functions/application:Application": (_subnets,),
    "oci:Functions/function:Function": (_image,),
    "oci:Events/rule:Rule": (_actions,),
    "oci:ApiGateway/gateway:Gateway": (_subnets,),
    "oci:ApiGateway/deployment:Deployment": (_backends,),
    "oci:Waas/policy:Policy": (_protection_rules,),
}
