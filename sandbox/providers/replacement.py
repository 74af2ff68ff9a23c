"""Which changed inputs replace a resource and which update it in place.

For the types listed here it is what the Terraform provider's source says (`ForceNew`, v8.28.0), nested
properties as dotted paths. For all others it is the documentation of the SDK's classes: what is not marked
"(Updatable)" replaces.
"""

from __future__ import annotations

from sandbox.providers.sdk import ResourceType, Type

# Where both speak and differ, the source wins: several properties documented without "(Updatable)" don't
# replace.
_FORCE_NEW: dict[str, frozenset[str]] = {
    "oci:Functions/application:Application": frozenset({"displayName", "subnetIds", "shape"}),
    "oci:Functions/function:Function": frozenset(
        {"applicationId", "displayName", "sourceDetails.sourceType", "sourceDetails.pbfListingId"}
    ),
    "oci:Functions/invokeFunction:InvokeFunction": frozenset(
        {
            "functionId",
            "base64EncodeContent",
            "fnIntent",
            "fnInvokeType",
            "inputBodySourcePath",
            "invokeFunctionBody",
            "invokeFunctionBodyBase64Encoded",
            "isDryRun",
        }
    ),
    "oci:Artifacts/containerRepository:ContainerRepository": frozenset({"displayName"}),
    "oci:Artifacts/containerImageSignature:ContainerImageSignature": frozenset(
        {
            "compartmentId",
            "imageId",
            "kmsKeyId",
            "kmsKeyVersionId",
            "message",
            "signature",
            "signingAlgorithm",
        }
    ),
    "oci:Identity/group:Group": frozenset({"compartmentId", "name"}),
    "oci:Identity/dynamicGroup:DynamicGroup": frozenset({"compartmentId", "name"}),
    "oci:Identity/policy:Policy": frozenset({"compartmentId", "name"}),
    "oci:Identity/userGroupMembership:UserGroupMembership": frozenset({"groupId", "userId"}),
    "oci:Identity/domainsGroup:DomainsGroup": frozenset({"idcsEndpoint"}),
    "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup": frozenset({"idcsEndpoint"}),
    "oci:Events/rule:Rule": frozenset(),
    "oci:Ons/notificationTopic:NotificationTopic": frozenset({"name"}),
    "oci:Ons/subscription:Subscription": frozenset({"endpoint", "protocol", "topicId"}),
    "oci:Logging/logGroup:LogGroup": frozenset(),
    "oci:Logging/log:Log": frozenset({"logType", "configuration"}),
    "oci:Monitoring/alarm:Alarm": frozenset(),
    "oci:Waas/customProtectionRule:CustomProtectionRule": frozenset(),
    "oci:Waas/protectionRule:ProtectionRule": frozenset({"waasPolicyId"}),
    "oci:Waas/httpRedirect:HttpRedirect": frozenset({"domain"}),
    "oci:Waas/policy:Policy": frozenset({"domain"}),
    "oci:Waf/appFirewall:AppFirewall": frozenset({"backendType", "loadBalancerId"}),
    "oci:Waf/appFirewallPolicy:AppFirewallPolicy": frozenset(),
    "oci:ApiGateway/gateway:Gateway": frozenset(
        {"endpointType", "subnetId", "ipMode", "ipv4addressConfiguration", "ipv6addressConfiguration"}
    ),
    "oci:ApiGateway/deployment:Deployment": frozenset({"gatewayId", "pathPrefix"}),
    "oci:ObjectStorage/bucket:Bucket": frozenset({"namespace", "name", "storageTier"}),
    "oci:Kms/vault:Vault": frozenset({"vaultType", "externalKeyManagerMetadata"}),
    "oci:Kms/key:Key": frozenset(
        {"keyShape", "managementEndpoint", "externalKeyReference", "protectionMode"}
    ),
    "oci:Core/vcn:Vcn": frozenset({"cidrBlock", "dnsLabel"}),
    "oci:Core/subnet:Subnet": frozenset(
        {"vcnId", "availabilityDomain", "dnsLabel", "prohibitInternetIngress", "prohibitPublicIpOnVnic"}
    ),
    "oci:Core/networkSecurityGroup:NetworkSecurityGroup": frozenset({"vcnId"}),
    "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule": frozenset(
        {"networkSecurityGroupId"}
    ),
}


def replaces(resource: ResourceType, path: tuple[str | int, ...]) -> bool:
    """Whether a change at this path makes a new resource. Indexes of lists are numbers."""
    names = [part for part in path if isinstance(part, str)]
    listed = _FORCE_NEW.get(resource.token)
    if listed is not None:
        return any(".".join(names[:length]) in listed for length in range(1, len(names) + 1))
    return _documented(resource, path)


def _documented(resource: ResourceType, path: tuple[str | int, ...]) -> bool:
    properties = resource.inputs
    for part in path:
        if isinstance(part, int):
            continue
        if part not in properties:
            return False
        if not properties[part].updatable:
            return True
        object_type = _object_of(properties[part].type)
        if object_type is None:
            return False
        properties = resource.object(object_type.name)
    return False


def _object_of(type: Type) -> Type | None:
    """The object a property holds, also as element of a list; None for scalars and maps."""
    while type.kind == "list" and type.of is not None:
        type = type.of
    return type if type.kind == "object" else None
