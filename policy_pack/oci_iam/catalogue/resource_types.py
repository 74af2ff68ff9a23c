"""Resource-types and families of OCI that have nothing to do with functions.

Their only use is to tell a known type from an unknown one in a note, and to keep a known type from being
taken for a misspelt functions type. A type missing here is harmless; a functions type here would be a hole,
and a test forbids it.
"""

from __future__ import annotations

__all__ = ["UNRELATED"]

_AI = """
ai-private-endpoint ai-service-anomaly-detection-family ai-service-document-family
ai-service-document-model ai-service-document-private-endpoint ai-service-document-processor-job
ai-service-document-project ai-service-language-data-asset ai-service-language-document-translation-job
ai-service-language-endpoint ai-service-language-family ai-service-language-job
ai-service-language-model ai-service-language-project ai-service-speech-customization
ai-service-speech-family ai-service-speech-realtime-transcription-session
ai-service-speech-synthesize-voice ai-service-speech-transcription-job ai-service-vision-document-job
ai-service-vision-family ai-service-vision-image-job ai-service-vision-model
ai-service-vision-private-endpoint ai-service-vision-project ai-service-vision-stream-family
ai-service-vision-stream-group ai-service-vision-stream-job ai-service-vision-stream-source
ai-service-vision-video-job data-labeling-annotations data-labeling-datasets data-labeling-family
data-labeling-records genai-agent genai-agent-data-ingestion-job genai-agent-data-source
genai-agent-endpoint genai-agent-family genai-agent-knowledge-base genai-agent-session genai-agent-tool
genai-agent-work-request generative-ai-apikey generative-ai-conversation
generative-ai-dedicated-ai-cluster generative-ai-endpoint generative-ai-family generative-ai-file
generative-ai-hosted-application generative-ai-hosted-deployment generative-ai-imported-model
generative-ai-model generative-ai-private-endpoint generative-ai-project generative-ai-response
generative-ai-text-generation generative-ai-text-summarization generative-ai-vector-store
generative-ai-work-request oda-design oda-family oda-insights oda-instance-resource oda-instances
oda-private-endpoints
"""

_IDENTITY = """
access-governance-family accountmanagement-family agcs-instance agcs-instances
announcement-subscriptions announcements api-keys auth-tokens authentication-policies compartments
credentials customer-secret-keys db-credentials domains dynamic-groups dynamic-resource-groups
governance-family groups iamworkrequests identity-domains identity-providers mfa-totp-devices
network-sources oauth-client-credentials organizations organizations-family organizations-subscriptions
policies quota quotas resource-availability security-attribute-namespace security-attribute-namespaces
smtp-credentials subscriptions tag-defaults tag-namespace tag-namespaces tag-rules tenancies tenancy
tenancy-preferences usage-budgets usage-report usage-reports users work-requests workrequest
zpr-configuration zpr-family zpr-policy
"""

_SECURITY = """
audit-configuration audit-events bastion bastion-family bastion-session bastions cabundle-associations
cabundles certificate-associations certificate-authorities certificate-authority-associations
certificate-authority-bundle certificate-authority-bundles certificate-authority-delegates
certificate-authority-family certificate-authority-versions certificates cloud-guard-config
cloud-guard-data-masking-rules cloud-guard-detector-recipes cloud-guard-detectors cloud-guard-family
cloud-guard-managed-lists cloud-guard-problems cloud-guard-recommendations cloud-guard-resource-types
cloud-guard-responder-executions cloud-guard-responder-recipes cloud-guard-risk-scores
cloud-guard-security-scores cloud-guard-targets cloud-guard-user-preferences cloud-guard-work-requests
container-scan-recipes container-scan-results container-scan-targets data-safe-alert-policies
data-safe-alerts data-safe-assessment-family data-safe-audit-events data-safe-audit-family
data-safe-audit-policies data-safe-audit-profiles data-safe-audit-trails data-safe-configuration
data-safe-discovery-family data-safe-family data-safe-masking-family data-safe-onprem-connectors
data-safe-private-endpoints data-safe-report-definitions data-safe-reports
data-safe-security-assessments data-safe-sensitive-data-models data-safe-sql-firewall-family
data-safe-user-assessments data-safe-work-requests host-agent-scan-results
host-cis-benchmark-scan-results host-port-scan-results host-scan-recipes host-scan-targets
host-vulnerabilities key-delegate key-delegates keys leaf-certificate-bundle leaf-certificate-bundles
leaf-certificate-family leaf-certificate-versions leaf-certificates logstash-family
operator-control-accessrequest operator-control-assignment operator-control-family sas-family
secret-bundles secret-family secret-rotation secret-versions secrets security-recipe security-zone
security-zones security-zones-family target-databases threat-intel-family threat-intel-indicators
vault-secrets vaults vss-family vss-vulnerabilities vss-work-requests waas-address-list waas-certificate
waas-custom-protection-rule waas-family waas-policy waas-work-request waf-family
waf-network-address-list waf-policy web-app-acceleration web-app-acceleration-family
web-app-acceleration-policy web-app-firewall web-app-firewall-policy web-app-firewall-work-requests
wlp-family workload-protection-agent
"""

_COMPUTE = """
app-catalog-listing auto-scaling-configurations autoscaling-configurations backup-policies
backup-policy-assignments boot-volume-attachments boot-volume-backups boot-volumes cluster
cluster-family cluster-networks cluster-node-pools cluster-pod-shapes cluster-virtualnode-pools
cluster-work-requests cluster-workload-mappings clusters compute-bare-metal-hosts
compute-capacity-reports compute-capacity-reservations compute-capacity-topologies compute-clusters
compute-container-family compute-container-instances compute-containers
compute-global-image-capability-schema compute-gpu-memory-clusters compute-gpu-memory-fabrics
compute-host-groups compute-hosts compute-image-capability-schema compute-management-family
console-histories dedicated-vm-hosts desktop-pool desktop-pool-family desktops fleet image
image-shape-compatibility instance instance-agent-command-execution-family
instance-agent-command-executions instance-agent-command-family instance-agent-commands
instance-agent-family instance-agent-plugins instance-configurations instance-console-connection
instance-family instance-images instance-maintenance-events instance-maintenance-reboots instance-pools
instances osmh-family osms-errata osms-events osms-family osms-managed-instance-groups
osms-managed-instances osms-scheduled-jobs osms-software-sources published-desktop published-desktops
registry sddcs shapes vmware-family volume-attachments volume-backups volume-family volume-group-backups
volume-groups volumes
"""

_NETWORK = """
byoasn byoasns byoip-ranges capture-filters cpes cross-connect-groups cross-connects dhcp-options dns
dns-family dns-policies dns-policy-attachments dns-records dns-resolver-endpoint dns-resolvers
dns-steering-policies dns-steering-policy-attachments dns-traffic dns-tsig-keys dns-views dns-zones drg
drg-attachment drg-object drg-route-distribution drg-route-tables drgs floating-ips health-check-family
health-check-monitor http-monitors internet-gateways ip-inventory ipam ipsec ipsec-connections ipv6s
load-balancers local-peering-from local-peering-gateways local-peering-to nat-gateways network-firewall
network-firewall-family network-firewall-policies network-load-balancers network-path-analyzer
network-security-groups path-analyzer-test ping-monitors private-ip-route-tables private-ips
public-ip-pools public-ips remote-peering-connections remote-peering-from remote-peering-to route-tables
security-lists service-gateways subnets vcns virtual-circuits virtual-network-family vlans
vn-path-analyzer-test vnic-attachments vnics vtap-family vtaps
"""

_STORAGE = """
all-artifacts artifact-repositories artifacts backups bucket buckets container-image-signatures
container-images container-repositories data-transfer-jobs docker-repos export-sets file-family
file-system-replication file-systems filesystem-snapshot-policies generic-artifacts lustre-file-family
lustre-file-systems media-asset media-family media-workflow mount-targets object object-family objects
objectstorage-namespace objectstorage-namespaces objectstorage-private-endpoint outbound-connectors
replication-targets replications repo repos transfer-appliances transfer-family
"""

_DATABASE = """
autonomous-backups autonomous-container-databases autonomous-database autonomous-database-family
autonomous-databases autonomous-exadata-infrastructures autonomous-recovery-service-family
autonomous-transaction-processing-family autonomous-vmclusters backup-destinations
cloud-autonomous-vmclusters cloud-exadata-infrastructures cloud-vmclusters data-guard-associations
database-family database-management-family database-software-image database-tools-connections
database-tools-database-api-gateway-configs database-tools-family database-tools-identities
database-tools-mcp-servers database-tools-private-endpoints databases db-backups db-homes db-nodes
db-systems dbmgmt-family dbmgmt-jobs dbmgmt-managed-database-groups dbmgmt-managed-databases
dbmgmt-private-endpoints dbmgmt-sqltuningsets dbmgmt-work-requests dbnode-console-connection
dbnode-console-history dbservers dms-connections dms-family dms-jobs dms-migrations
exadata-infrastructures exadb-vm-clusters execution-actions execution-windows
external-container-databases external-database-connectors external-non-container-databases
external-pluggable-databases goldengate-connections goldengate-database-registrations
goldengate-deployments goldengate-family goldengate-pipelines maintenance-runs mysql-backups
mysql-channels mysql-configurations mysql-family mysql-heatwave mysql-instances nosql-family
nosql-indexes nosql-rows nosql-tables odms-connection odms-family odms-job odms-migration
opensearch-cluster-backups opensearch-clusters opensearch-family pluggable-databases postgres-backups
postgres-configuration postgres-db-systems postgres-family postgres-work-requests
recovery-service-family recovery-service-policy recovery-service-protected-database
recovery-service-subnet redis-clusters redis-family scheduled-actions scheduling-plans
scheduling-policies scheduling-windows vmcluster-network vmclusters
"""

_DATA = """
bds-clusters bds-family bds-instance bds-instances bds-limits connect-harness connectharness
data-catalog-data-assets data-catalog-family data-catalog-glossaries data-catalog-metastores
data-catalogs data-flow-family data-integration-family data-science-application-instance-view
data-science-data-sources data-science-family data-science-job-runs data-science-jobs
data-science-metrics data-science-ml-applications data-science-model data-science-model-deployments
data-science-models data-science-modelversionsets data-science-notebook-sessions
data-science-pipeline-runs data-science-pipelines data-science-private-endpoint data-science-projects
data-science-schedules data-science-work-requests dataflow-application dataflow-family dataflow-pool
dataflow-private-endpoint dataflow-run dataflow-sqlendpoint dis-family dis-work-requests dis-workspaces
fusion-family integration-instance integration-instances log-content oic-family process-automation
queue-consume queue-pull queue-push queues queues-family rover-clusters rover-family rover-nodes
serviceconnectors stream-family stream-pools stream-pull stream-push streampools streams
visual-builder-family visualbuilder-instance visualbuilder-instances
"""

_OPERATIONS = """
alarms api-certificates api-definitions api-deployments api-gateway-family api-gateways api-sdks
api-subscribers api-usage-plans api-workrequests apigateway-family apm-config apm-domains apm-synthetics
appmgmt-family approved-senders approved-templates awr-hub-family blockchain-instances
blockchain-platforms blockchain-platforms-family cloud-shell cloud-shell-public-network
cloudevents-rules console-dashboard-groups console-dashboards content-family dashboards-family data-safe
devops-build-pipeline devops-build-run devops-connection devops-deploy-artifact
devops-deploy-environment devops-deploy-pipeline devops-deploy-stage devops-deployment devops-family
devops-project devops-pull-request devops-repository devops-repository-family devops-trigger
disaster-recovery-family disaster-recovery-plan-executions disaster-recovery-plans
disaster-recovery-prefs disaster-recovery-protection-groups disaster-recovery-workrequests dr-family
email-domains email-family fams-family fleet-family fleet-software-update-family fsu-family
full-stack-disaster-recovery-family iot-domain iot-domain-group iot-family java-management-family
jms-family license-manager-family licenses lma-family log-analytics-family log-groups
loganalytics-association loganalytics-collection-warning loganalytics-config-work-request
loganalytics-em-bridge loganalytics-entity loganalytics-feature-family loganalytics-features-family
loganalytics-field loganalytics-ingesttime-rule loganalytics-label loganalytics-lifecycle
loganalytics-log-group loganalytics-lookup loganalytics-object-collection-rule
loganalytics-ondemand-upload loganalytics-parser loganalytics-query loganalytics-resources-family
loganalytics-scheduled-task loganalytics-source loganalytics-storage logging-family
logging-saved-searches logs management-agent-family management-agent-install-keys management-agents
management-dashboard management-dashboard-family management-saved-search marketplace-family
marketplace-listings marketplace-publications metrics monitoring-family notifications-family ocb-agents
ocb-connectors ocb-family ocm-family ons-family ons-subscriptions ons-topic ons-topics
operations-insights-family opsi-awr-hubs opsi-data-objects opsi-database-insights
opsi-enterprise-manager-bridges opsi-exadata-insights opsi-family opsi-host-insights
opsi-private-endpoints opsi-warehouse optimizer-api-family optimizer-enrollment optimizer-recommendation
orm-config-source-providers orm-family orm-job orm-jobs orm-private-endpoints orm-stack orm-stacks
orm-template orm-work-requests resource-manager-family resource-schedule resource-schedule-family
resource-schedule-workrequest rules search-resources service-catalog-family service-catalogs
stack-monitoring-family suppressions tickets unified-agent-configuration unified-configuration
unified-log-content webapp-acceleration
"""

_ALL = (_AI, _IDENTITY, _SECURITY, _COMPUTE, _NETWORK, _STORAGE, _DATABASE, _DATA, _OPERATIONS)

UNRELATED: frozenset[str] = frozenset(name for block in _ALL for name in block.split())
