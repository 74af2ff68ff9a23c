"""IAM. Here: the names of its resource types."""

from __future__ import annotations

COMPARTMENT = "oci:Identity/compartment:Compartment"
DOMAIN = "oci:Identity/domain:Domain"
DOMAIN_DYNAMIC_GROUP = "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup"
DOMAIN_GROUP = "oci:Identity/domainsGroup:DomainsGroup"
DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"
GROUP = "oci:Identity/group:Group"
MEMBERSHIP = "oci:Identity/userGroupMembership:UserGroupMembership"
POLICY = "oci:Identity/policy:Policy"
TAG = "oci:Identity/tag:Tag"
TAG_NAMESPACE = "oci:Identity/tagNamespace:TagNamespace"
SMTP_CREDENTIAL = "oci:Identity/smtpCredential:SmtpCredential"
USER = "oci:Identity/user:User"

# What IAM itself keeps beside the types above. Everything else of the SDK's module is kept by an identity
# domain (`domains…`), at the domain's own address.
OTHERS = (
    "oci:Identity/apiKey:ApiKey",
    "oci:Identity/authToken:AuthToken",
    "oci:Identity/authenticationPolicy:AuthenticationPolicy",
    "oci:Identity/customerSecretKey:CustomerSecretKey",
    "oci:Identity/dbCredential:DbCredential",
    "oci:Identity/domainReplicationToRegion:DomainReplicationToRegion",
    "oci:Identity/identityProvider:IdentityProvider",
    "oci:Identity/idpGroupMapping:IdpGroupMapping",
    "oci:Identity/importStandardTagsManagement:ImportStandardTagsManagement",
    "oci:Identity/networkSource:NetworkSource",
    "oci:Identity/tagDefault:TagDefault",
    "oci:Identity/uiPassword:UiPassword",
    "oci:Identity/userCapabilitiesManagement:UserCapabilitiesManagement",
)
