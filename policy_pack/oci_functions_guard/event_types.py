"""The event types OCI's services send, as far as a rule can tell a real one from a slip.

Of the AI and data services, Object Storage and Cloud Guard every type is here; of the others only the
service's own segment (`com.oraclecloud.<service>.…`). The pack is published alone, so this is a table of its
own; a test holds it together with that of the components.

Source: Oracle's list of event types for log search (repository `oracle/mcp`, logging server, 2026-07) and the
examples of Oracle's page "Services that Produce Events". Neither promises to be complete; Cloud Guard's
`problemthresholdreached` is in neither, and public landing zones filter on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

__all__ = ["PREFIX", "SERVICES", "TYPES", "unknown"]

PREFIX: Final = "com.oraclecloud."

SERVICES: Final = frozenset(
    [
        "adm",
        "aibiometriccpprod",
        "aidataplatform",
        "aiservice",
        "aiserviceforecast",
        "aiservicelanguage",
        "aiservicespeech",
        "aiservicespeechpreprod",
        "analytics",
        "apigateway",
        "apiplatform",
        "appconfiguration",
        "applicationdataplatform",
        "applicationmigration",
        "artifacts",
        "atat",
        "autonomousrecoveryservice",
        "autoscaling",
        "bastion",
        "batch",
        "bds",
        "blockchain",
        "blockvolumes",
        "budgets",
        "certificatesmanagement",
        "cloudbridge",
        "cloudguard",
        "clustersapi",
        "computeapi",
        "computeimagingapi",
        "computemanagement",
        "containerinstances",
        "databasemanagement",
        "databaseservice",
        "dataexchange",
        "dataflow",
        "dataflowinteractive",
        "dataintegration",
        "datalake",
        "datasafe",
        "datascience",
        "datatransferservice",
        "dbaas",
        "dbtoolsserviceapi",
        "delegateaccesscontrol",
        "devopsbuild",
        "devopscoderepo",
        "devopsdeploy",
        "devopsproject",
        "digitalassistant",
        "disasterrecovery",
        "email",
        "filestorage",
        "fsu",
        "functions",
        "fusionapps",
        "fusionappsinternal",
        "gax",
        "globaldb",
        "goldengate",
        "healthchecks",
        "identitycontrolplane",
        "identitysignon",
        "integration",
        "iot",
        "ircscontrolplaneapi",
        "keymanagementservice",
        "licensemanager",
        "logginganalytics",
        "lustrefilestorage",
        "mediaservices",
        "monitoring",
        "mysqlaas",
        "networkfirewallservice",
        "nosql",
        "notification",
        "objectstorage",
        "oce",
        "ocidesktopservice",
        "odms",
        "ohaaas",
        "omh",
        "operatorcontrol",
        "oracleresourcemanager",
        "oraclerovingedgeinfrastructure",
        "osmh",
        "osms",
        "postgresql",
        "privateserviceaccess",
        "processautomation",
        "rawfkaapiprod",
        "redisservice",
        "resourceanalytics",
        "secretmanagementservice",
        "servicegateway",
        "servicemesh",
        "streaming",
        "subscriptionpricingservice",
        "taggingcontrolplane",
        "vbstudioinst",
        "virtualnetwork",
        "vmwaresolution",
        "vnconfigadvisor",
        "vulnerabilityscanning",
        "waa",
        "waf",
        "weblogicmanagement",
        "zerolatency",
        "zpr",
    ]
)

# Service -> what its event types say after it. These services are listed completely.
TYPES: Final[Mapping[str, frozenset[str]]] = {
    "aidataplatform": frozenset(
        [
            "createaidataplatform.begin",
            "createaidataplatform.end",
            "deleteaidataplatform.begin",
            "deleteaidataplatform.end",
            "updateaidataplatform.begin",
            "updateaidataplatform.end",
        ]
    ),
    "aiservice": frozenset(
        [
            "anomaliesdetected",
            "changeaiprivateendpointcompartment.begin",
            "changeaiprivateendpointcompartment.end",
            "createaiprivateendpoint.begin",
            "createaiprivateendpoint.end",
            "deleteaiprivateendpoint.begin",
            "deleteaiprivateendpoint.end",
            "trainmodel.begin",
            "trainmodel.end",
        ]
    ),
    "aiserviceforecast": frozenset(
        [
            "changedataassetcompartment",
            "changeforecastcompartment",
            "changeprojectcompartment",
            "createdataasset",
            "createforecast.begin",
            "createforecast.end",
            "createproject",
            "deletedataasset",
            "deleteforecast",
            "deleteproject",
            "updatedataasset",
            "updateforecast",
            "updateproject",
        ]
    ),
    "aiservicelanguage": frozenset(
        [
            "createmodel",
            "createmodel.end",
            "createmodelendpoint",
            "createmodelendpoint.end",
            "createproject",
            "createproject.end",
            "deletemodel",
            "deletemodel.end",
            "deletemodelendpoint",
            "deletemodelendpoint.end",
            "deleteproject",
            "deleteproject.end",
            "detectdominantlanguage",
            "detectlanguageentities",
            "detectlanguagekeyphrases",
            "detectlanguagesentiments",
            "detectlanguagetopiclabels",
            "updatemodel",
            "updatemodel.end",
            "updatemodelendpoint",
            "updatemodelendpoint.end",
            "updateproject",
            "updateproject.end",
        ]
    ),
    "aiservicespeech": frozenset(
        [
            "completedtranscriptionjob",
            "createtranscriptionjob",
            "failedtranscriptionjob",
            "updatetranscriptionjob",
        ]
    ),
    "cloudguard": frozenset(
        [
            "announcements",
            "problemdetected",
            "problemdismissed",
            "problemremediated",
            "problemthresholdreached",
            "sightingdetected",
            "status",
        ]
    ),
    "datascience": frozenset(
        [
            "activatemodel",
            "activatemodeldeployment.begin",
            "activatemodeldeployment.end",
            "activatenotebooksession.begin",
            "activatenotebooksession.end",
            "canceljobrun.begin",
            "canceljobrun.end",
            "cancelpipelinerun.begin",
            "cancelpipelinerun.end",
            "changemlapplicationcompartment",
            "changemlapplicationimplementationcompartment.begin",
            "changemlapplicationimplementationcompartment.end",
            "changemlapplicationinstancecompartment.begin",
            "changemlapplicationinstancecompartment.end",
            "changemlapplicationinstanceviewcompartment.begin",
            "changemlapplicationinstanceviewcompartment.end",
            "createjob",
            "createjobrun.begin",
            "createjobrun.end",
            "createmlapplication",
            "createmlapplicationimplementation",
            "createmlapplicationinstance.begin",
            "createmlapplicationinstance.end",
            "createmlapplicationinstanceview",
            "createmodel",
            "createmodeldeployment.begin",
            "createmodeldeployment.end",
            "createnotebooksession.begin",
            "createnotebooksession.end",
            "createpipeline",
            "createpipelinerun.begin",
            "createpipelinerun.end",
            "createproject",
            "deactivatemodel",
            "deactivatemodeldeployment.begin",
            "deactivatemodeldeployment.end",
            "deactivatenotebooksession.begin",
            "deactivatenotebooksession.end",
            "deletejob.begin",
            "deletejob.end",
            "deletejobrun",
            "deletemlapplication.begin",
            "deletemlapplication.end",
            "deletemlapplicationimplementation.begin",
            "deletemlapplicationimplementation.end",
            "deletemlapplicationinstance.begin",
            "deletemlapplicationinstance.end",
            "deletemodel",
            "deletemodeldeployment.begin",
            "deletemodeldeployment.end",
            "deletenotebooksession.begin",
            "deletenotebooksession.end",
            "deletepipeline.begin",
            "deletepipeline.end",
            "deletepipelinerun.begin",
            "deletepipelinerun.end",
            "deleteproject.begin",
            "deleteproject.end",
            "disablemlapplicationinstanceviewtrigger",
            "enablemlapplicationinstanceviewtrigger",
            "failedjobrun",
            "failedpipelinerun",
            "putmlapplicationpackage",
            "recovermlapplicationinstanceview.begin",
            "recovermlapplicationinstanceview.end",
            "succeededjobrun",
            "succeededpipelinerun",
            "timeoutjobrun",
            "timeoutpipelinerun",
            "triggermlapplicationinstanceflow.begin",
            "triggermlapplicationinstanceflow.end",
            "triggermlapplicationinstanceviewflow.begin",
            "triggermlapplicationinstanceviewflow.end",
            "updatejob",
            "updatejobrun",
            "updatemlapplication",
            "updatemlapplicationimplementation.begin",
            "updatemlapplicationimplementation.end",
            "updatemlapplicationimplementationversion",
            "updatemlapplicationinstance.begin",
            "updatemlapplicationinstance.end",
            "updatemlapplicationinstanceview",
            "updatemodel",
            "updatemodeldeployment.begin",
            "updatemodeldeployment.end",
            "updatenotebooksession",
            "updatepipeline",
            "updatepipelinerun",
            "updateproject",
        ]
    ),
    "digitalassistant": frozenset(
        [
            "activatecustomerencryptionkey.begin",
            "activatecustomerencryptionkey.end",
            "changeodacompartment.begin",
            "changeodacompartment.end",
            "createodainstance.begin",
            "createodainstance.end",
            "deleteodainstance.begin",
            "deleteodainstance.end",
            "updatecustomerencryptionkey.begin",
            "updatecustomerencryptionkey.end",
            "updateodainstance",
        ]
    ),
    "objectstorage": frozenset(
        ["createbucket", "createobject", "deletebucket", "deleteobject", "updatebucket", "updateobject"]
    ),
}


def unknown(name: str) -> str | None:
    """Why no service sends events of this type (`*` stands for any string), None where one may.

    In doubt one may: a service that is not here and reads like none of these is taken as new.
    """
    folded = name.strip().casefold()
    if not folded.startswith(PREFIX):
        return None if "*" in folded[: len(PREFIX)] else f"an event type begins with {PREFIX}"
    service, dot, rest = folded.removeprefix(PREFIX).partition(".")
    if "*" in service:
        return None
    if service not in SERVICES:
        near = get_close_matches(service, sorted(SERVICES), n=1, cutoff=0.7)
        return f"no service of that name is known; did you mean {PREFIX}{near[0]}.…?" if near else None
    if not dot:
        return "it names a service but none of its events"
    if service not in TYPES or any(fnmatchcase(known, rest) for known in TYPES[service]):
        return None
    near = get_close_matches(rest, sorted(TYPES[service]), n=1, cutoff=0.6)
    hint = f"; did you mean {PREFIX}{service}.{near[0]}?" if near else ""
    return f"the service sends no such event{hint}"
