"""The rules of the pack as data: what each refuses, how severe that is, what to do about it, what it can be
told.

Importable without pulumi. The rules themselves are in `rules/<name with underscores>.py`; adding one is
an entry here and a module there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

from oci_functions_guard import exemptions

__all__ = ["CATALOGUE", "Framework", "RuleInfo", "find"]

Level: TypeAlias = Literal["advisory", "mandatory"]
Severity: TypeAlias = Literal["low", "medium", "high", "critical"]

_ORACLE = "https://docs.oracle.com/en-us/iaas/Content"


@dataclass(frozen=True, slots=True)
class Framework:
    """The control of a published benchmark that a rule carries out."""

    name: str
    version: str
    reference: str
    specification: str


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What there is to know of a rule without running it.

    `name` is the rule's name on the command line and in config, `identity` a short one that never changes.
    `looks_at` names the resources it is asked about, `unknown` what a value unknown at preview means to it.
    `at_end` marks one that needs the whole program: it is asked when everything is registered, by a preview
    too, so before anything is created.
    """

    name: str
    identity: str
    title: str
    severity: Severity
    level: Level
    looks_at: str
    refuses: str
    unknown: str
    remediation: str
    url: str
    tags: tuple[str, ...]
    framework: Framework | None = None
    at_end: bool = False
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def module(self) -> str:
        return "oci_functions_guard.rules." + self.name.replace("-", "_")

    @property
    def strict(self) -> bool:
        """Whether the rule is mandatory by default: its exemptions name one resource and one statement, and a
        config that lowers it is said on every run.
        """
        return self.level == "mandatory"

    @property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The schema of every setting, `exemptions` included, as the SDK wants it."""
        return {"exemptions": dict(exemptions.SCHEMA)} | {
            key: dict(value) for key, value in self.settings.items()
        }


_CIS_ADMIN = Framework(
    "CIS Oracle Cloud Infrastructure Foundations Benchmark",
    "3.0.0",
    "1.2",
    "Permissions on all resources are given only to the tenancy administrator group",
)
_CIS_SERVICE_ADMIN = Framework(
    "CIS Oracle Cloud Infrastructure Foundations Benchmark",
    "3.0.0",
    "1.1",
    "Service level admins manage resources of one service",
)
_CIS_PRINCIPAL = Framework(
    "CIS Oracle Cloud Infrastructure Foundations Benchmark",
    "3.0.0",
    "1.14",
    "Instances, databases and functions authenticate as principals, without stored credentials",
)

_POLICIES = "`oci.identity.Policy`, and any other identity resource with `statements`"
_LATER = "An unknown value is judged at deploy, before the resource is created."

CATALOGUE: Final[tuple[RuleInfo, ...]] = (
    RuleInfo(
        name="functions-grant-overbroad",
        identity="OFG001",
        title="A statement must not grant functions more widely than needed",
        severity="critical",
        level="mandatory",
        looks_at=_POLICIES,
        refuses=(
            "A statement that can yield invocation of, or changes to, functions or applications: in the "
            "whole tenancy without naming them; to `any-user`, `any-group` or a domain's `All Domain Users` "
            "without confining type and identity of the principal; by `use` or `manage` of "
            "`functions-family` or `all-resources`, except in the service form Oracle documents; across "
            "tenancies without naming them."
        ),
        unknown=(
            "A statement unknown at preview is judged as its component registered it. Where nothing is "
            "registered `functions-grant-unknown-at-preview` says so; at deploy "
            "`functions-grant-unjudgeable` does."
        ),
        remediation=(
            "Grant `use fn-invocation` in one compartment with `where target.function.id = '<function "
            "OCID>'`; for any-user add request.principal.type and request.principal.id or "
            "request.principal.compartment.id."
        ),
        url=f"{_ORACLE}/Functions/Tasks/functionsrestrictinguseraccess.htm",
        tags=("iam", "functions", "least-privilege"),
        framework=_CIS_ADMIN,
    ),
    RuleInfo(
        name="functions-grant-unjudgeable",
        identity="OFG002",
        title="Every policy statement must be one that can be judged",
        severity="high",
        level="mandatory",
        looks_at=_POLICIES,
        refuses=(
            "A statement that cannot be parsed completely, a resource-type that nearly misses one of "
            "Functions, `statements` that are missing or contain anything but strings, and at deploy a "
            "statement that is still unknown."
        ),
        unknown="At deploy nothing may be unknown. At preview see `functions-grant-unknown-at-preview`.",
        remediation="Write one statement per string, in the grammar of Oracle's policy syntax page.",
        url=f"{_ORACLE}/Identity/Concepts/policysyntax.htm",
        tags=("iam", "functions", "fail-closed"),
    ),
    RuleInfo(
        name="functions-grant-unknown-at-preview",
        identity="OFG003",
        title="A preview should be able to judge every policy statement",
        severity="medium",
        level="advisory",
        looks_at=_POLICIES,
        refuses=(
            "A statement, or a whole list of them, that is unknown at preview and for which no component "
            "registered a grant that matches."
        ),
        unknown=(
            "This is the rule about unknown values. Advisory, it says that the statement is judged at "
            "deploy, before it is created. Mandatory, it refuses the preview."
        ),
        remediation=(
            "Build the policy with a component that registers its grants, or keep values that are known only "
            "after create out of the statement (confine by the compartment's OCID from config)."
        ),
        url=f"{_ORACLE}/Identity/Concepts/policysyntax.htm",
        tags=("iam", "functions", "preview"),
    ),
    RuleInfo(
        name="functions-grant-scoped",
        identity="OFG004",
        title="A grant on functions should name its target",
        severity="medium",
        level="advisory",
        looks_at=_POLICIES,
        refuses=(
            "Invocation without target.function.id or target.app.id confined to literal OCIDs; update and "
            "delete likewise, unless the statement also creates, because a target cannot be named before it "
            "exists."
        ),
        unknown="A statement unknown at preview is judged as its component registered it, else at deploy.",
        remediation="Add `where target.function.id = '<function OCID>'` or `target.app.id = '<app OCID>'`.",
        url=f"{_ORACLE}/Functions/Tasks/functionsrestrictinguseraccess.htm",
        tags=("iam", "functions", "least-privilege"),
        framework=_CIS_SERVICE_ADMIN,
    ),
    RuleInfo(
        name="functions-manage-and-invoke-separated",
        identity="OFG005",
        title="Whoever changes functions should not also be the one who invokes them",
        severity="high",
        level="advisory",
        looks_at=_POLICIES + ", and dynamic groups; all of the program together",
        refuses=(
            "The policy that completes a set of grants by which one principal both changes and invokes "
            "functions, or the dynamic group whose rule shows that it is one principal."
        ),
        unknown="A statement unknown at preview takes part as its component registered it, else at deploy.",
        remediation="Give management and invocation to two groups.",
        url=f"{_ORACLE}/Functions/Tasks/functionsrestrictinguseraccess.htm",
        tags=("iam", "functions", "separation-of-duties"),
        framework=_CIS_SERVICE_ADMIN,
    ),
    RuleInfo(
        name="functions-privilege-escalation",
        identity="OFG006",
        title="A principal with rights on functions should not be able to widen them",
        severity="high",
        level="advisory",
        looks_at=_POLICIES + ", and dynamic groups; all of the program together",
        refuses=(
            "The policy or dynamic group that completes a path to more rights: changing policies, groups, "
            "dynamic groups, users' credentials, domains or identity providers, or pushing images, beside "
            "rights on functions; grants that add up to what one statement may not say; a dynamic group that "
            "a newly created function, or one given its tag, would join; changing the code of a function, "
            "running commands on an instance, or setting a connector, schedule, gateway, event rule or "
            "secret rotation, that may do more than who changes it."
        ),
        unknown="A statement unknown at preview takes part as its component registered it, else at deploy.",
        remediation=(
            "Split the rights over several principals; confine dynamic groups to a function's OCID, and what "
            "a function may do to its own place and named targets."
        ),
        url=f"{_ORACLE}/Functions/Tasks/functionsaccessingociresources.htm",
        tags=("iam", "functions", "escalation"),
        framework=_CIS_ADMIN,
    ),
    RuleInfo(
        name="functions-identity-scoped",
        identity="OFG007",
        title="A dynamic group should include exactly the functions it names",
        severity="high",
        level="advisory",
        looks_at="`oci.identity.DynamicGroup`, `oci.identity.DomainsDynamicResourceGroup`",
        refuses=(
            "A matching rule that cannot be parsed, is missing, or includes functions that it does not name: "
            "by compartment, by type alone, by any value of a tag, by a negation, or by one loose branch of "
            "an `any`."
        ),
        unknown=_LATER,
        remediation="Write `ALL {resource.type = 'fnfunc', resource.id = '<function OCID>'}`.",
        url=f"{_ORACLE}/Functions/Tasks/functionsaccessingociresources.htm",
        tags=("iam", "functions", "dynamic-groups"),
        framework=_CIS_PRINCIPAL,
    ),
    RuleInfo(
        name="functions-image-pinned",
        identity="OFG008",
        title="A function's code should be pinned to a digest",
        severity="high",
        level="advisory",
        looks_at="`oci.functions.Function`",
        refuses=(
            "An image without a `sha256:` digest, a malformed digest, and an archive in a bucket without "
            "the version of the object. Where `image` and `sourceDetails` are both set, `sourceDetails` "
            "counts."
        ),
        unknown="A digest that is set but not known yet is pinned: it comes from this deploy's own build.",
        remediation="Set `source_details.image_digest` to the digest the build or push returned.",
        url=f"{_ORACLE}/Functions/Tasks/functionsupdating.htm",
        tags=("functions", "supply-chain"),
    ),
    RuleInfo(
        name="functions-config-no-secrets",
        identity="OFG009",
        title="Configuration of functions must not contain secrets",
        severity="high",
        level="advisory",
        looks_at="`oci.functions.Application`, `oci.functions.Function`",
        refuses=(
            "A config entry that is marked as secret, whose key says it is one (unless the value is an "
            "OCID), or whose value has the format of a known credential. Whoever may read the function reads "
            "its config."
        ),
        unknown="A value unknown at preview is judged by its mark; its key and format at deploy.",
        remediation="Keep the secret in a vault, its OCID in the config, and read it as resource principal.",
        url=f"{_ORACLE}/Functions/Tasks/functionspassingconfigparams.htm",
        tags=("functions", "secrets"),
        framework=_CIS_PRINCIPAL,
        settings=MappingProxyType(
            {
                "allowedKeys": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "description": "Config keys whose name suggests a secret though the value is none. "
                    "Their values are still checked.",
                },
            }
        ),
    ),
    RuleInfo(
        name="events-rule-scoped",
        identity="OFG010",
        title="An events rule should name the event types it matches",
        severity="medium",
        level="advisory",
        looks_at="`oci.events.Rule`",
        refuses=(
            "A condition that matches every event (`{}`, no event type, or `*`) or none (a field that no "
            "event has, a misspelt event type), one that is not a JSON object, and both or neither of "
            "`condition` and `conditionDetails`."
        ),
        unknown=_LATER,
        remediation='Name the event types: `{"eventType": ["com.oraclecloud.objectstorage.createobject"]}`.',
        url=f"{_ORACLE}/Events/Concepts/filterevents.htm",
        tags=("events",),
        settings=MappingProxyType(
            {
                "knownTypes": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "description": "Event types that a service sends and this pack does not list; * stands "
                    "for any string.",
                },
            }
        ),
    ),
    RuleInfo(
        name="waf-template-valid",
        identity="OFG011",
        title="A custom protection rule must contain the service's placeholders",
        severity="medium",
        level="advisory",
        looks_at="`oci.waas.CustomProtectionRule`",
        refuses=(
            "A template without a SecRule, and a SecRule without exactly one `id: {{id_n}}` (n = 1, 2, … in "
            "order) and exactly one `ctl:ruleEngine={{mode}}`. The provider accepts any string; the API "
            "does not."
        ),
        unknown=_LATER,
        remediation="Give each SecRule `id: {{id_1}}`, `id: {{id_2}}`, … and `ctl:ruleEngine={{mode}}`.",
        url=f"{_ORACLE}/WAF/Tasks/customprotectionrules.htm",
        tags=("waf",),
    ),
    RuleInfo(
        name="policy-version-date",
        identity="OFG012",
        title="A policy should follow its services' current verbs",
        severity="low",
        level="advisory",
        looks_at=_POLICIES,
        refuses=(
            "A `versionDate`, which fixes what verbs and families mean as of that day, so that the grants "
            "judged here are not the grants in force; and a value that is not a date."
        ),
        unknown=_LATER,
        remediation="Leave `version_date` out.",
        url=f"{_ORACLE}/Identity/Concepts/policies.htm",
        tags=("iam",),
    ),
    RuleInfo(
        name="policy-statement-budget",
        identity="OFG013",
        title="Statements on a compartment path must stay within the limit",
        severity="medium",
        level="advisory",
        looks_at=_POLICIES + "; all of the program together",
        refuses=(
            "The policy with which the statements on one path from the root compartment to a leaf exceed the "
            "limit (500, a hard one)."
        ),
        unknown=(
            "A list unknown as a whole counts as one statement. A policy whose compartment is unknown counts "
            "only on its own path and the root's."
        ),
        remediation="Merge statements, remove repetitions, or attach policies to separate branches.",
        url=f"{_ORACLE}/Identity/policieshow/policy-limits-compartment-hierarchy.htm",
        tags=("iam", "limits"),
        settings=MappingProxyType(
            {
                "limit": {
                    "type": "integer",
                    "minimum": 1,
                    "default": 500,
                    "description": "Maximum number of statements on one path.",
                },
                "alreadyUsed": {
                    "type": "integer",
                    "minimum": 0,
                    "default": 0,
                    "description": "Statements on every path that exist outside this program.",
                },
                "compartments": {
                    "type": "object",
                    "additionalProperties": {"type": "string", "minLength": 1},
                    "description": "OCID of a compartment to OCID of its parent, for policies in nested "
                    "compartments.",
                },
            }
        ),
    ),
    RuleInfo(
        name="workload-grant-overbroad",
        identity="OFG014",
        title="A statement must not grant a workload more than its task needs",
        severity="high",
        level="advisory",
        looks_at=_POLICIES,
        refuses=(
            "A statement for a dynamic group, `any-user` or `any-group` that reads or changes data, secrets, "
            "keys, code, identity or configuration, or runs something: in the whole tenancy without naming "
            "the target; to `any-user` or `any-group` without pinning the principal; by a family or "
            "`all-resources`, unless target and permissions are confined or the family is the narrowest "
            "documented form; across tenancies without naming the target. Also one that cannot be read and "
            "may grant such a thing."
        ),
        unknown=(
            "A statement unknown at preview is judged as its component registered it; the rules "
            "`functions-grant-unknown-at-preview` and `functions-grant-unjudgeable` say where there is none."
        ),
        remediation=(
            "Grant one resource-type in one compartment and name the target by its variable "
            "(`target.bucket.name`, `target.secret.id`); for any-user add request.principal.type and "
            "request.principal.id or request.principal.compartment.id."
        ),
        url=f"{_ORACLE}/Functions/Tasks/functionsaccessingociresources.htm",
        tags=("iam", "workloads", "least-privilege"),
        framework=_CIS_PRINCIPAL,
    ),
    RuleInfo(
        name="workload-grant-scoped",
        identity="OFG015",
        title="A workload's grant should name its target",
        severity="medium",
        level="advisory",
        looks_at=_POLICIES,
        refuses=(
            "A statement for a dynamic group, `any-user` or `any-group` that is narrow otherwise, on a "
            "resource-type with a documented variable for its target, and names none; also one on a type "
            "that the catalogue does not know."
        ),
        unknown=_LATER,
        remediation="Compare the variable that names the target with its name or OCID, by `=` or `in`.",
        url=f"{_ORACLE}/Identity/policyreference/policyreference.htm",
        tags=("iam", "workloads", "least-privilege"),
    ),
    RuleInfo(
        name="dynamic-group-budget",
        identity="OFG016",
        title="A tenancy's dynamic groups must stay within the limit",
        severity="medium",
        level="advisory",
        looks_at="Dynamic groups of both kinds; all of the program together",
        refuses="The dynamic group with which the tenancy would hold more than the limit (50).",
        unknown="Nothing: a group counts whatever of it is known.",
        remediation=(
            "Pin one function by `any-user ... where all {request.principal.type = 'fnfunc', "
            "request.principal.id = '<function OCID>'}`, which needs no dynamic group."
        ),
        url=f"{_ORACLE}/Identity/dynamicgroups/managingdynamicgroups.htm",
        tags=("iam", "limits", "dynamic-groups"),
        settings=MappingProxyType(
            {
                "limit": {
                    "type": "integer",
                    "minimum": 1,
                    "default": 50,
                    "description": "Maximum number of dynamic groups in the tenancy.",
                },
                "alreadyUsed": {
                    "type": "integer",
                    "minimum": 0,
                    "default": 0,
                    "description": "Dynamic groups that exist outside this program.",
                },
            }
        ),
    ),
    RuleInfo(
        name="functions-self-trigger",
        identity="OFG017",
        title="A function should not be able to write what invokes it",
        severity="high",
        level="advisory",
        looks_at=(
            "`oci.events.Rule`, `oci.sch.Connector`, "
            + _POLICIES
            + ", and dynamic groups; all of the program "
            "together"
        ),
        refuses=(
            "The resource that completes a loop: a function may create or overwrite objects whose events "
            "invoke it, or write to the queue, stream or log group that a connector hands to it, directly or "
            "over other functions. Only what the filter lets through counts. A compartment given by its name "
            "may be any."
        ),
        unknown=(
            "A function or a filter unknown at preview is judged at deploy, before the rule is created. "
            "Topics are not judged, since no statement can name one."
        ),
        remediation=(
            "Exclude what the function writes by `resourceName` in the rule or `target.object.name` in the "
            "statement, or let it write elsewhere. Where the loop ends by itself, exempt one resource of the "
            "way round: a policy, or a rule or connector; whichever completes the way, the exemption holds."
        ),
        url=f"{_ORACLE}/Events/Concepts/filterevents.htm",
        tags=("functions", "events", "availability"),
        settings=MappingProxyType(
            {
                "compartments": {
                    "type": "object",
                    "additionalProperties": {"type": "string", "minLength": 1},
                    "description": "OCID of a compartment to OCID of its parent, for statements in nested "
                    "compartments.",
                },
            }
        ),
    ),
    RuleInfo(
        name="functions-destination-set",
        identity="OFG018",
        title="A detached invocation that fails should be told to somebody",
        severity="medium",
        level="advisory",
        looks_at="`oci.functions.Function`",
        refuses=(
            "A function whose detached timeout is longer than its synchronous one, so that it is made for "
            "detached invocations, and that has no failure destination. Whoever invokes it detached never "
            "hears how it ended."
        ),
        unknown=_LATER,
        remediation="Set `failure_destination` to a topic, queue or stream that the function may write to.",
        url=f"{_ORACLE}/Functions/Tasks/functionsinvokingfunctions.htm",
        tags=("functions", "reliability"),
    ),
    RuleInfo(
        name="resource-tags-present",
        identity="OFG019",
        title="A resource must have the tags that the config asks for",
        severity="low",
        level="advisory",
        looks_at="Resources of `types`, by default what a function consists of and is connected to",
        refuses=(
            "A resource without one of the tags `freeform` and `defined` name, or with an empty value. "
            "Without these settings the rule asks for none."
        ),
        unknown=_LATER,
        remediation="Set `freeform_tags` and `defined_tags` on each resource.",
        url=f"{_ORACLE}/Tagging/Concepts/taggingoverview.htm",
        tags=("tags", "cost"),
        settings=MappingProxyType(
            {
                "freeform": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "description": "Keys of free-form tags that each resource must have.",
                },
                "defined": {
                    "type": "array",
                    "items": {"type": "string", "pattern": r"^[^.\s]+\.[^.\s]+$"},
                    "description": "Keys of defined tags, each with its namespace: `Operations.CostCenter`.",
                },
                "types": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "description": "The types that are looked at, as Pulumi writes them "
                    "(`oci:Functions/function:Function`); * stands for any string.",
                },
            }
        ),
    ),
    RuleInfo(
        name="functions-logging-enabled",
        identity="OFG020",
        title="What functions log should be kept",
        severity="medium",
        level="advisory",
        looks_at="`oci.functions.Application`, with the `oci.logging.Log` of the program; at the end of it",
        refuses=(
            "An application that no service log of the program, which is on, keeps the invocations of "
            "(`service: functions`, `category: invoke`). One that another program logs needs an exemption."
        ),
        unknown=(
            "Which application a new log is of is unknown at preview; that the log's configuration is made "
            "of the application counts then."
        ),
        remediation=(
            "Create a log of type SERVICE with `source: {service: functions, category: invoke, resource: "
            "<OCID of the application>}`."
        ),
        url=f"{_ORACLE}/Functions/Tasks/functionsexportingfunctionlogfiles.htm",
        tags=("functions", "logging"),
        at_end=True,
    ),
    RuleInfo(
        name="gateway-route-authenticated",
        identity="OFG021",
        title="A route of an API gateway must ask for a token",
        severity="high",
        level="advisory",
        looks_at="Deployments on API gateways, whatever stands behind their routes",
        refuses=(
            "A deployment without an authentication policy, mutual TLS or not; each route whose "
            "authorization is `ANONYMOUS`; `isAnonymousAccessAllowed` where no route is."
        ),
        unknown="A part that is unknown at preview is looked at when it is known.",
        remediation=(
            "Give the deployment an authentication policy (`TOKEN_AUTHENTICATION` with issuers, audiences "
            "and keys), and each route the authorization `ANY_OF` with scopes, or `AUTHENTICATION_ONLY`."
        ),
        url=f"{_ORACLE}/APIGateway/Tasks/apigatewayusingjwttokens.htm",
        tags=("api-gateway", "authentication"),
    ),
    RuleInfo(
        name="functions-network-restricted",
        identity="OFG022",
        title="Functions should run in a private subnet and send only where they must",
        severity="medium",
        level="advisory",
        looks_at=(
            "Functions applications; the subnet the program creates for one, with the security lists and "
            "group rules beside it"
        ),
        refuses=(
            "An application without a network security group; one in a subnet that gives public addresses or "
            "has the VCN's own security list; a rule that lets everything out to everywhere."
        ),
        unknown=_LATER,
        remediation=(
            "Give the application a group with egress to Oracle's services by HTTPS, in a subnet with "
            "`prohibitPublicIpOnVnic` and a security list of its own; name each other destination with its "
            "port."
        ),
        url=f"{_ORACLE}/Functions/Tasks/functionsusingnsgs.htm",
        tags=("functions", "network"),
        settings=MappingProxyType(
            {
                "givenSubnets": {
                    "type": "string",
                    "enum": ["judged", "trusted"],
                    "default": "judged",
                    "description": (
                        "Whether an application without a group is refused in subnets that the program does "
                        "not create: their security lists, which it does not show, may restrict it."
                    ),
                },
            }
        ),
    ),
)

_BY_NAME: Final = {info.name: info for info in CATALOGUE}


def find(name: str) -> RuleInfo:
    """The entry of the rule of this name. Raises KeyError for any other."""
    return _BY_NAME[name]
