"""What IAM needs to know of a Pulumi resource type: its OCID's type, and whether it contains IAM statements.

Tokens are spelt as pulumi_oci 5.5.0 spells them. Standard library only and quick to import. Not for resource
types of IAM's own language (`fn-function`): those are in the catalogue.

Sources of the rows whose type is not simply the resource's name: [1] Oracle's service documentation and SDK
docstrings (an OCID is shown there), [2] OCIDs in public programs and logs of several authors, [3] the page
"Resource Identifiers" with OCI's audit and event examples. A row marked UNCONFIRMED follows the naming of its
neighbours; no OCID of it was seen.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

__all__ = [
    "GLOBAL_OCID_TYPES",
    "MATCHING_RULE_TOKENS",
    "OCID_TYPES",
    "POLICY",
    "holds_matching_rule",
    "holds_statements",
    "ocid_type_of",
    "terraform_holds_matching_rule",
    "terraform_holds_statements",
]

POLICY: Final = "oci:Identity/policy:Policy"

OCID_TYPES: Final[Mapping[str, str]] = {
    "oci:AiDocument/model:Model": "aidocumentmodel",  # UNCONFIRMED
    "oci:AiDocument/processorJob:ProcessorJob": "aidocumentprocessorjob",  # UNCONFIRMED
    "oci:AiDocument/project:Project": "aidocumentproject",  # [2]
    "oci:AiLanguage/endpoint:Endpoint": "ailanguageendpoint",  # UNCONFIRMED
    "oci:AiLanguage/job:Job": "ailanguagejob",  # UNCONFIRMED
    "oci:AiLanguage/model:Model": "ailanguagemodel",  # [2]
    "oci:AiLanguage/project:Project": "ailanguageproject",  # [2]
    "oci:AiVision/model:Model": "aivisionmodel",  # UNCONFIRMED
    "oci:AiVision/project:Project": "aivisionproject",  # [2]
    "oci:AiVision/streamGroup:StreamGroup": "aivisionstreamgroup",  # UNCONFIRMED
    "oci:AiVision/streamJob:StreamJob": "aivisionstreamjob",  # UNCONFIRMED
    "oci:AiVision/streamSource:StreamSource": "aivisionstreamsource",  # UNCONFIRMED
    "oci:AiVision/visionPrivateEndpoint:VisionPrivateEndpoint": "aivisionprivateendpoint",  # UNCONFIRMED
    "oci:Analytics/analyticsInstance:AnalyticsInstance": "analyticsinstance",
    "oci:ApiGateway/api:Api": "apigatewayapi",  # [1]
    "oci:ApiGateway/certificate:Certificate": "apigatewaycertificate",  # [1]
    "oci:ApiGateway/deployment:Deployment": "apideployment",  # [1]
    "oci:ApiGateway/gateway:Gateway": "apigateway",  # [1]
    "oci:ApiGateway/subscriber:Subscriber": "apigatewaysubscriber",  # UNCONFIRMED
    "oci:ApiGateway/usagePlan:UsagePlan": "apigatewayusageplan",  # [1]
    "oci:Apm/apmDomain:ApmDomain": "apmdomain",
    "oci:Artifacts/containerImageSignature:ContainerImageSignature": "containerimagesignature",
    "oci:Artifacts/containerRepository:ContainerRepository": "containerrepo",  # [1]
    "oci:Artifacts/genericArtifact:GenericArtifact": "genericartifact",
    "oci:Artifacts/repository:Repository": "artifactrepository",  # [1]
    "oci:Bastion/bastion:Bastion": "bastion",
    "oci:Bastion/session:Session": "bastionsession",  # [2]
    "oci:Budget/budget:Budget": "budget",
    "oci:CertificatesManagement/caBundle:CaBundle": "cabundle",
    "oci:CertificatesManagement/certificate:Certificate": "certificate",
    "oci:CertificatesManagement/certificateAuthority:CertificateAuthority": "certificateauthority",
    "oci:ContainerEngine/cluster:Cluster": "cluster",
    "oci:ContainerEngine/containerInstance:ContainerInstance": "computecontainerinstance",  # [2]
    "oci:ContainerEngine/nodePool:NodePool": "nodepool",
    "oci:ContainerEngine/virtualNodePool:VirtualNodePool": "virtualnodepool",
    "oci:Core/bootVolume:BootVolume": "bootvolume",
    "oci:Core/bootVolumeBackup:BootVolumeBackup": "bootvolumebackup",
    "oci:Core/byoasn:Byoasn": "byoasn",
    "oci:Core/captureFilter:CaptureFilter": "capturefilter",
    "oci:Core/clusterNetwork:ClusterNetwork": "clusternetwork",
    "oci:Core/computeCapacityReservation:ComputeCapacityReservation": "capacityreservation",  # [1]
    "oci:Core/computeCapacityTopology:ComputeCapacityTopology": "computecapacitytopology",
    "oci:Core/computeCluster:ComputeCluster": "computecluster",
    "oci:Core/computeGpuMemoryCluster:ComputeGpuMemoryCluster": "computegpumemorycluster",
    "oci:Core/computeGpuMemoryFabric:ComputeGpuMemoryFabric": "computegpumemoryfabric",
    "oci:Core/computeHost:ComputeHost": "computebaremetalhost",  # [2]
    "oci:Core/computeHostGroup:ComputeHostGroup": "computehostgroup",
    "oci:Core/computeImageCapabilitySchema:ComputeImageCapabilitySchema": "computeimgcapschema",  # [1]
    "oci:Core/consoleHistory:ConsoleHistory": "consolehistory",
    "oci:Core/cpe:Cpe": "cpe",
    "oci:Core/crossConnect:CrossConnect": "crossconnect",
    "oci:Core/crossConnectGroup:CrossConnectGroup": "crossconnectgroup",
    "oci:Core/dedicatedVmHost:DedicatedVmHost": "dedicatedvmhost",
    "oci:Core/dhcpOptions:DhcpOptions": "dhcpoptions",
    "oci:Core/drg:Drg": "drg",
    "oci:Core/drgAttachment:DrgAttachment": "drgattachment",
    "oci:Core/drgAttachmentManagement:DrgAttachmentManagement": "drgattachment",
    "oci:Core/drgRouteDistribution:DrgRouteDistribution": "drgroutedistribution",
    "oci:Core/drgRouteTable:DrgRouteTable": "drgroutetable",
    "oci:Core/image:Image": "image",
    "oci:Core/instance:Instance": "instance",
    "oci:Core/instanceConfiguration:InstanceConfiguration": "instanceconfiguration",
    "oci:Core/instanceConsoleConnection:InstanceConsoleConnection": "instanceconsoleconnection",
    "oci:Core/instanceMaintenanceEvent:InstanceMaintenanceEvent": "instancemaintenanceevent",
    "oci:Core/instancePool:InstancePool": "instancepool",
    "oci:Core/internetGateway:InternetGateway": "internetgateway",
    "oci:Core/ipsec:Ipsec": "ipsecconnection",  # [2]
    "oci:Core/ipsecConnectionTunnelManagement:IpsecConnectionTunnelManagement": "ipsectunnel",  # [1]
    "oci:Core/ipv6:Ipv6": "ipv6",
    "oci:Core/localPeeringGateway:LocalPeeringGateway": "localpeeringgateway",
    "oci:Core/natGateway:NatGateway": "natgateway",
    "oci:Core/networkSecurityGroup:NetworkSecurityGroup": "networksecuritygroup",
    "oci:Core/privateIp:PrivateIp": "privateip",
    "oci:Core/publicIp:PublicIp": "publicip",
    "oci:Core/publicIpPool:PublicIpPool": "publicippool",
    "oci:Core/remotePeeringConnection:RemotePeeringConnection": "remotepeeringconnection",
    "oci:Core/routeTable:RouteTable": "routetable",
    "oci:Core/securityList:SecurityList": "securitylist",
    "oci:Core/serviceGateway:ServiceGateway": "servicegateway",
    "oci:Core/subnet:Subnet": "subnet",
    "oci:Core/vcn:Vcn": "vcn",
    "oci:Core/virtualCircuit:VirtualCircuit": "virtualcircuit",
    "oci:Core/virtualNetwork:VirtualNetwork": "vcn",
    "oci:Core/vlan:Vlan": "vlan",
    "oci:Core/vnicAttachment:VnicAttachment": "vnicattachment",
    "oci:Core/volume:Volume": "volume",
    "oci:Core/volumeAttachment:VolumeAttachment": "volumeattachment",
    "oci:Core/volumeBackup:VolumeBackup": "volumebackup",
    "oci:Core/volumeBackupPolicy:VolumeBackupPolicy": "volumebackuppolicy",
    "oci:Core/volumeBackupPolicyAssignment:VolumeBackupPolicyAssignment": (
        "volumebackuppolicyassignment"
    ),  # [1]
    "oci:Core/volumeGroup:VolumeGroup": "volumegroup",
    "oci:Core/volumeGroupBackup:VolumeGroupBackup": "volumegroupbackup",
    "oci:Core/vtap:Vtap": "vtap",
    "oci:DataFlow/application:Application": "dataflowapplication",  # [2]
    "oci:DataFlow/invokeRun:InvokeRun": "dataflowrun",  # [1]
    "oci:DataFlow/pool:Pool": "dataflowpool",  # [2]
    "oci:DataIntegration/workspace:Workspace": "disworkspace",  # [1]
    "oci:DataScience/computeTarget:ComputeTarget": "datasciencecomputetarget",  # UNCONFIRMED
    "oci:DataScience/job:Job": "datasciencejob",  # [2]
    "oci:DataScience/jobRun:JobRun": "datasciencejobrun",  # [2]
    "oci:DataScience/mlApplication:MlApplication": "datasciencemlapp",  # UNCONFIRMED
    "oci:DataScience/mlApplicationImplementation:MlApplicationImplementation": (
        "datasciencemlappimpl"
    ),  # UNCONFIRMED
    "oci:DataScience/mlApplicationInstance:MlApplicationInstance": "datasciencemlappinstance",  # UNCONFIRMED
    "oci:DataScience/model:Model": "datasciencemodel",  # [2]
    "oci:DataScience/modelDeployment:ModelDeployment": "datasciencemodeldeployment",  # [2]
    "oci:DataScience/modelGroup:ModelGroup": "datasciencemodelgroup",  # UNCONFIRMED
    "oci:DataScience/modelGroupVersionHistory:ModelGroupVersionHistory": (
        "datasciencemodelgroupversionhistory"
    ),  # UNCONFIRMED
    "oci:DataScience/modelVersionSet:ModelVersionSet": "datasciencemodelversionset",  # [2]
    "oci:DataScience/notebookSession:NotebookSession": "datasciencenotebooksession",  # [2]
    "oci:DataScience/pipeline:Pipeline": "datasciencepipeline",  # [2]
    "oci:DataScience/pipelineRun:PipelineRun": "datasciencepipelinerun",  # [2]
    "oci:DataScience/privateEndpoint:PrivateEndpoint": "datascienceprivateendpoint",  # [2]
    "oci:DataScience/project:Project": "datascienceproject",  # [2]
    "oci:DataScience/schedule:Schedule": "datascienceschedule",  # UNCONFIRMED
    "oci:Database/autonomousDatabase:AutonomousDatabase": "autonomousdatabase",
    "oci:DatabaseTools/databaseToolsConnection:DatabaseToolsConnection": "databasetoolsconnection",
    "oci:DatabaseTools/databaseToolsDatabaseApiGatewayConfig:DatabaseToolsDatabaseApiGatewayConfig": (
        "databasetoolsdatabaseapigatewayconfig"
    ),
    "oci:DatabaseTools/databaseToolsIdentity:DatabaseToolsIdentity": "databasetoolsidentity",
    "oci:DatabaseTools/databaseToolsMcpServer:DatabaseToolsMcpServer": "databasetoolsmcpserver",
    "oci:DatabaseTools/databaseToolsMcpToolset:DatabaseToolsMcpToolset": "databasetoolsmcptoolset",
    "oci:DatabaseTools/databaseToolsPrivateEndpoint:DatabaseToolsPrivateEndpoint": (
        "databasetoolsprivateendpoint"
    ),
    "oci:DatabaseTools/databaseToolsSqlReport:DatabaseToolsSqlReport": "databasetoolssqlreport",
    "oci:DevOps/buildPipeline:BuildPipeline": "devopsbuildpipeline",  # [1]
    "oci:DevOps/buildPipelineStage:BuildPipelineStage": "devopsbuildpipelinestage",  # [1]
    "oci:DevOps/buildRun:BuildRun": "devopsbuildrun",  # UNCONFIRMED
    "oci:DevOps/connection:Connection": "devopsconnection",  # [2]
    "oci:DevOps/deployArtifact:DeployArtifact": "devopsdeployartifact",  # [2]
    "oci:DevOps/deployEnvironment:DeployEnvironment": "devopsdeployenvironment",  # UNCONFIRMED
    "oci:DevOps/deployPipeline:DeployPipeline": "devopsdeploypipeline",  # [2]
    "oci:DevOps/deployStage:DeployStage": "devopsdeploystage",  # UNCONFIRMED
    "oci:DevOps/deployment:Deployment": "devopsdeployment",  # [2]
    "oci:DevOps/project:Project": "devopsproject",  # [2]
    "oci:DevOps/repository:Repository": "devopsrepository",  # [1]
    "oci:DevOps/repositoryMirror:RepositoryMirror": "devopsrepository",
    "oci:DevOps/trigger:Trigger": "devopstrigger",  # [2]
    "oci:Dns/actionCreateZoneFromZoneFile:ActionCreateZoneFromZoneFile": "dns-zone",
    "oci:Dns/resolver:Resolver": "dnsresolver",  # [2]
    "oci:Dns/steeringPolicy:SteeringPolicy": "dnspolicy",  # [2]
    "oci:Dns/steeringPolicyAttachment:SteeringPolicyAttachment": "dnspolicyattachment",  # UNCONFIRMED
    "oci:Dns/tsigKey:TsigKey": "dns-tsig-key",  # [2]
    "oci:Dns/view:View": "dnsview",  # [2]
    "oci:Dns/zone:Zone": "dns-zone",  # [2]
    "oci:Events/rule:Rule": "eventrule",  # [1]
    "oci:FileStorage/export:Export": "export",
    "oci:FileStorage/fileSystem:FileSystem": "filesystem",
    "oci:FileStorage/mountTarget:MountTarget": "mounttarget",
    "oci:Functions/application:Application": "fnapp",  # [1]
    "oci:Functions/function:Function": "fnfunc",  # [1]
    "oci:GenerativeAi/agentAgent:AgentAgent": "genaiagent",  # [2]
    "oci:GenerativeAi/agentAgentEndpoint:AgentAgentEndpoint": "genaiagentendpoint",  # [2]
    "oci:GenerativeAi/agentDataIngestionJob:AgentDataIngestionJob": (
        "genaiagentdataingestionjob"
    ),  # UNCONFIRMED
    "oci:GenerativeAi/agentDataSource:AgentDataSource": "genaiagentdatasource",  # [2]
    "oci:GenerativeAi/agentKnowledgeBase:AgentKnowledgeBase": "genaiagentknowledgebase",  # [2]
    "oci:GenerativeAi/agentProvisionedCapacity:AgentProvisionedCapacity": (
        "genaiagentprovisionedcapacity"
    ),  # UNCONFIRMED
    "oci:GenerativeAi/agentTool:AgentTool": "genaiagenttool",  # [2]
    "oci:GenerativeAi/dedicatedAiCluster:DedicatedAiCluster": "generativeaidedicatedaicluster",  # [2]
    "oci:GenerativeAi/endpoint:Endpoint": "generativeaiendpoint",  # [2]
    "oci:GenerativeAi/generativeAiPrivateEndpoint:GenerativeAiPrivateEndpoint": "generativeaiprivateendpoint",
    "oci:GenerativeAi/hostedApplication:HostedApplication": "generativeaihostedapplication",  # [2]
    "oci:GenerativeAi/hostedApplicationIam:HostedApplicationIam": "generativeaihostedapplicationiam",  # [2]
    "oci:GenerativeAi/hostedApplicationStorage:HostedApplicationStorage": (
        "generativeaihostedapplicationstorage"
    ),  # UNCONFIRMED
    "oci:GenerativeAi/hostedDeployment:HostedDeployment": "generativeaihosteddeployment",  # [2]
    "oci:GenerativeAi/importedModel:ImportedModel": "generativeaiimportedmodel",  # UNCONFIRMED
    "oci:GenerativeAi/model:Model": "generativeaimodel",  # [2]
    "oci:GenerativeAi/project:Project": "generativeaiproject",  # UNCONFIRMED
    "oci:GenerativeAi/semanticStore:SemanticStore": "generativeaisemanticstore",  # UNCONFIRMED
    "oci:Identity/authToken:AuthToken": "credential",  # [2]
    "oci:Identity/compartment:Compartment": "compartment",
    "oci:Identity/domain:Domain": "domain",
    "oci:Identity/domainReplicationToRegion:DomainReplicationToRegion": "domain",
    "oci:Identity/domainsApp:DomainsApp": "domainapp",  # its `ocid` [2]
    "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup": "dynamicgroup",  # its `ocid`
    "oci:Identity/domainsGroup:DomainsGroup": "group",  # its `ocid`
    "oci:Identity/domainsIdentityProvider:DomainsIdentityProvider": (
        "domainidentityprovider"
    ),  # its `ocid` [2]
    "oci:Identity/domainsUser:DomainsUser": "user",  # its `ocid`
    "oci:Identity/dynamicGroup:DynamicGroup": "dynamicgroup",
    "oci:Identity/group:Group": "group",
    "oci:Identity/identityProvider:IdentityProvider": "saml2idp",  # [2]
    "oci:Identity/idpGroupMapping:IdpGroupMapping": "idpgroupmapping",
    "oci:Identity/networkSource:NetworkSource": "networksource",
    "oci:Identity/policy:Policy": "policy",
    "oci:Identity/smtpCredential:SmtpCredential": "credential",  # [2]
    "oci:Identity/tag:Tag": "tagdefinition",  # [1]
    "oci:Identity/tagDefault:TagDefault": "tagdefault",
    "oci:Identity/tagNamespace:TagNamespace": "tagnamespace",
    "oci:Identity/user:User": "user",
    "oci:Identity/userGroupMembership:UserGroupMembership": "groupmembership",  # [2]
    "oci:Integration/integrationInstance:IntegrationInstance": "integrationinstance",
    "oci:Kms/ekmsPrivateEndpoint:EkmsPrivateEndpoint": "ekmsprivateendpoint",
    "oci:Kms/key:Key": "key",
    "oci:Kms/vault:Vault": "vault",
    "oci:Limits/quota:Quota": "quota",
    "oci:LoadBalancer/loadBalancer:LoadBalancer": "loadbalancer",
    "oci:Logging/log:Log": "log",
    "oci:Logging/logGroup:LogGroup": "loggroup",
    "oci:Logging/logSavedSearch:LogSavedSearch": "logsavedsearch",
    "oci:Logging/unifiedAgentConfiguration:UnifiedAgentConfiguration": "unifiedagentconfiguration",
    "oci:Monitoring/alarm:Alarm": "alarm",
    "oci:Monitoring/alarmSuppression:AlarmSuppression": "alarmsuppression",
    "oci:Mysql/mysqlDbSystem:MysqlDbSystem": "mysqldbsystem",
    "oci:NetworkLoadBalancer/networkLoadBalancer:NetworkLoadBalancer": "networkloadbalancer",
    "oci:Nosql/table:Table": "nosqltable",  # [2]
    "oci:Oda/odaInstance:OdaInstance": "odainstance",
    "oci:Ons/notificationTopic:NotificationTopic": "onstopic",  # [1]
    "oci:Ons/subscription:Subscription": "onssubscription",  # [2]
    "oci:Psql/backup:Backup": "postgresqlbackup",  # UNCONFIRMED
    "oci:Psql/configuration:Configuration": "postgresqlconfiguration",  # UNCONFIRMED
    "oci:Psql/dbSystem:DbSystem": "postgresqldbsystem",  # UNCONFIRMED
    "oci:Queue/consumerGroup:ConsumerGroup": "consumergroup",
    "oci:Queue/queue:Queue": "queue",
    "oci:ResourceScheduler/schedule:Schedule": "resourceschedule",  # [1] "Scheduling Functions"
    "oci:Sch/connector:Connector": "serviceconnector",  # [1]
    "oci:Streaming/connectHarness:ConnectHarness": "connectharness",
    "oci:Streaming/stream:Stream": "stream",
    "oci:Streaming/streamPool:StreamPool": "streampool",
    "oci:Vault/secret:Secret": "vaultsecret",  # [1]
    "oci:Waas/addressList:AddressList": "waasaddresslist",  # [2]
    "oci:Waas/certificate:Certificate": "waascertificate",  # UNCONFIRMED
    "oci:Waas/customProtectionRule:CustomProtectionRule": "waascustomprotectionrule",  # UNCONFIRMED
    "oci:Waas/httpRedirect:HttpRedirect": "waashttpredirect",  # UNCONFIRMED
    "oci:Waas/policy:Policy": "waaspolicy",  # [2]
    "oci:Waf/appFirewall:AppFirewall": "webappfirewall",  # [1]
    "oci:Waf/appFirewallPolicy:AppFirewallPolicy": "webappfirewallpolicy",  # [1]
    "oci:Waf/networkAddressList:NetworkAddressList": "webappfirewallnetworkaddresslist",  # [2]
}
"""Token -> the type segment of the resource's OCID (`ocid1.<type>.…`)."""

GLOBAL_OCID_TYPES: Final = frozenset(
    {
        "compartment",
        "credential",
        "dns-tsig-key",
        "dns-zone",
        "domain",
        "dynamicgroup",
        "group",
        "groupmembership",
        "idpgroupmapping",
        "networksource",
        "policy",
        "quota",
        "saml2idp",
        "tagdefault",
        "tagdefinition",
        "tagnamespace",
        "tenancy",
        "user",
    }
)
"""Types whose OCIDs carry no region: IAM's resources and public DNS zones are the same in every region."""

MATCHING_RULE_TOKENS: Final = frozenset(
    {
        "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup",
        "oci:Identity/dynamicGroup:DynamicGroup",
    }
)


def ocid_type_of(token: str) -> str | None:
    """The OCID type of a resource type; None where this table does not know it, which is no proof of
    anything."""
    return OCID_TYPES.get(token)


def holds_matching_rule(token: str) -> bool:
    """Whether resources of this type hold the matching rule of a dynamic group."""
    return token in MATCHING_RULE_TOKENS


def holds_statements(token: str, properties: Container[str]) -> bool:
    """Whether a resource of this type with these properties carries IAM policy statements.

    `oci.identity.Policy` does, whatever its properties are. So does any other type of the Identity module,
    and any identity policy of another bridge of the same provider, that has a property called `statements`: a
    type this version does not know must not be a way round it.
    """
    if token == POLICY:
        return True
    if "statements" not in properties:
        return False
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    folded = f"{module}:{name}".casefold()
    return package.casefold() == "oci" and (
        folded.startswith("identity") or "identitypolicy" in folded.replace("/", "")
    )


def terraform_holds_matching_rule(kind: str) -> bool:
    """The same as `holds_matching_rule`, of a resource type of Terraform's provider."""
    return kind in ("oci_identity_dynamic_group", "oci_identity_domains_dynamic_resource_group")


def terraform_holds_statements(kind: str, attributes: Container[str]) -> bool:
    """The same as `holds_statements`, of a resource type of Terraform's provider."""
    if kind == "oci_identity_policy":
        return True
    return "statements" in attributes and (kind.startswith("oci_identity") or "identity_policy" in kind)
