"""The event types a trigger can filter on: those of OCI's AI and data services, storage and Cloud Guard.

Taken from Oracle's list of event types (the `oracle/mcp` repository's logging server, 2026-07). That list is
published for log search, so a type's presence does not prove that an Events rule fires for it; Vision,
Document Understanding and Generative AI have no types there (watch the bucket they write to instead).
"""

import re
from difflib import get_close_matches
from enum import StrEnum


class EventType(StrEnum):
    """A known event type; the member's name is the type without its prefix, in capitals."""

    # Anomaly Detection (service deprecated)
    AISERVICE_ANOMALIESDETECTED = "com.oraclecloud.aiservice.anomaliesdetected"
    AISERVICE_CHANGEAIPRIVATEENDPOINTCOMPARTMENT_BEGIN = (
        "com.oraclecloud.aiservice.changeaiprivateendpointcompartment.begin"
    )
    AISERVICE_CHANGEAIPRIVATEENDPOINTCOMPARTMENT_END = (
        "com.oraclecloud.aiservice.changeaiprivateendpointcompartment.end"
    )
    AISERVICE_CREATEAIPRIVATEENDPOINT_BEGIN = "com.oraclecloud.aiservice.createaiprivateendpoint.begin"
    AISERVICE_CREATEAIPRIVATEENDPOINT_END = "com.oraclecloud.aiservice.createaiprivateendpoint.end"
    AISERVICE_DELETEAIPRIVATEENDPOINT_BEGIN = "com.oraclecloud.aiservice.deleteaiprivateendpoint.begin"
    AISERVICE_DELETEAIPRIVATEENDPOINT_END = "com.oraclecloud.aiservice.deleteaiprivateendpoint.end"
    AISERVICE_TRAINMODEL_BEGIN = "com.oraclecloud.aiservice.trainmodel.begin"
    AISERVICE_TRAINMODEL_END = "com.oraclecloud.aiservice.trainmodel.end"

    # Language
    AISERVICELANGUAGE_CREATEMODEL = "com.oraclecloud.aiservicelanguage.createmodel"
    AISERVICELANGUAGE_CREATEMODEL_END = "com.oraclecloud.aiservicelanguage.createmodel.end"
    AISERVICELANGUAGE_CREATEMODELENDPOINT = "com.oraclecloud.aiservicelanguage.createmodelendpoint"
    AISERVICELANGUAGE_CREATEMODELENDPOINT_END = "com.oraclecloud.aiservicelanguage.createmodelendpoint.end"
    AISERVICELANGUAGE_CREATEPROJECT = "com.oraclecloud.aiservicelanguage.createproject"
    AISERVICELANGUAGE_CREATEPROJECT_END = "com.oraclecloud.aiservicelanguage.createproject.end"
    AISERVICELANGUAGE_DELETEMODEL = "com.oraclecloud.aiservicelanguage.deletemodel"
    AISERVICELANGUAGE_DELETEMODEL_END = "com.oraclecloud.aiservicelanguage.deletemodel.end"
    AISERVICELANGUAGE_DELETEMODELENDPOINT = "com.oraclecloud.aiservicelanguage.deletemodelendpoint"
    AISERVICELANGUAGE_DELETEMODELENDPOINT_END = "com.oraclecloud.aiservicelanguage.deletemodelendpoint.end"
    AISERVICELANGUAGE_DELETEPROJECT = "com.oraclecloud.aiservicelanguage.deleteproject"
    AISERVICELANGUAGE_DELETEPROJECT_END = "com.oraclecloud.aiservicelanguage.deleteproject.end"
    AISERVICELANGUAGE_DETECTDOMINANTLANGUAGE = "com.oraclecloud.aiservicelanguage.detectdominantlanguage"
    AISERVICELANGUAGE_DETECTLANGUAGEENTITIES = "com.oraclecloud.aiservicelanguage.detectlanguageentities"
    AISERVICELANGUAGE_DETECTLANGUAGEKEYPHRASES = "com.oraclecloud.aiservicelanguage.detectlanguagekeyphrases"
    AISERVICELANGUAGE_DETECTLANGUAGESENTIMENTS = "com.oraclecloud.aiservicelanguage.detectlanguagesentiments"
    AISERVICELANGUAGE_DETECTLANGUAGETOPICLABELS = (
        "com.oraclecloud.aiservicelanguage.detectlanguagetopiclabels"
    )
    AISERVICELANGUAGE_UPDATEMODEL = "com.oraclecloud.aiservicelanguage.updatemodel"
    AISERVICELANGUAGE_UPDATEMODEL_END = "com.oraclecloud.aiservicelanguage.updatemodel.end"
    AISERVICELANGUAGE_UPDATEMODELENDPOINT = "com.oraclecloud.aiservicelanguage.updatemodelendpoint"
    AISERVICELANGUAGE_UPDATEMODELENDPOINT_END = "com.oraclecloud.aiservicelanguage.updatemodelendpoint.end"
    AISERVICELANGUAGE_UPDATEPROJECT = "com.oraclecloud.aiservicelanguage.updateproject"
    AISERVICELANGUAGE_UPDATEPROJECT_END = "com.oraclecloud.aiservicelanguage.updateproject.end"

    # Speech
    AISERVICESPEECH_COMPLETEDTRANSCRIPTIONJOB = "com.oraclecloud.aiservicespeech.completedtranscriptionjob"
    AISERVICESPEECH_CREATETRANSCRIPTIONJOB = "com.oraclecloud.aiservicespeech.createtranscriptionjob"
    AISERVICESPEECH_FAILEDTRANSCRIPTIONJOB = "com.oraclecloud.aiservicespeech.failedtranscriptionjob"
    AISERVICESPEECH_UPDATETRANSCRIPTIONJOB = "com.oraclecloud.aiservicespeech.updatetranscriptionjob"

    # Forecasting
    AISERVICEFORECAST_CHANGEDATAASSETCOMPARTMENT = (
        "com.oraclecloud.aiserviceforecast.changedataassetcompartment"
    )
    AISERVICEFORECAST_CHANGEFORECASTCOMPARTMENT = (
        "com.oraclecloud.aiserviceforecast.changeforecastcompartment"
    )
    AISERVICEFORECAST_CHANGEPROJECTCOMPARTMENT = "com.oraclecloud.aiserviceforecast.changeprojectcompartment"
    AISERVICEFORECAST_CREATEDATAASSET = "com.oraclecloud.aiserviceforecast.createdataasset"
    AISERVICEFORECAST_CREATEFORECAST_BEGIN = "com.oraclecloud.aiserviceforecast.createforecast.begin"
    AISERVICEFORECAST_CREATEFORECAST_END = "com.oraclecloud.aiserviceforecast.createforecast.end"
    AISERVICEFORECAST_CREATEPROJECT = "com.oraclecloud.aiserviceforecast.createproject"
    AISERVICEFORECAST_DELETEDATAASSET = "com.oraclecloud.aiserviceforecast.deletedataasset"
    AISERVICEFORECAST_DELETEFORECAST = "com.oraclecloud.aiserviceforecast.deleteforecast"
    AISERVICEFORECAST_DELETEPROJECT = "com.oraclecloud.aiserviceforecast.deleteproject"
    AISERVICEFORECAST_UPDATEDATAASSET = "com.oraclecloud.aiserviceforecast.updatedataasset"
    AISERVICEFORECAST_UPDATEFORECAST = "com.oraclecloud.aiserviceforecast.updateforecast"
    AISERVICEFORECAST_UPDATEPROJECT = "com.oraclecloud.aiserviceforecast.updateproject"

    # AI Data Platform
    AIDATAPLATFORM_CREATEAIDATAPLATFORM_BEGIN = "com.oraclecloud.aidataplatform.createaidataplatform.begin"
    AIDATAPLATFORM_CREATEAIDATAPLATFORM_END = "com.oraclecloud.aidataplatform.createaidataplatform.end"
    AIDATAPLATFORM_DELETEAIDATAPLATFORM_BEGIN = "com.oraclecloud.aidataplatform.deleteaidataplatform.begin"
    AIDATAPLATFORM_DELETEAIDATAPLATFORM_END = "com.oraclecloud.aidataplatform.deleteaidataplatform.end"
    AIDATAPLATFORM_UPDATEAIDATAPLATFORM_BEGIN = "com.oraclecloud.aidataplatform.updateaidataplatform.begin"
    AIDATAPLATFORM_UPDATEAIDATAPLATFORM_END = "com.oraclecloud.aidataplatform.updateaidataplatform.end"

    # Data Science
    DATASCIENCE_ACTIVATEMODEL = "com.oraclecloud.datascience.activatemodel"
    DATASCIENCE_ACTIVATEMODELDEPLOYMENT_BEGIN = "com.oraclecloud.datascience.activatemodeldeployment.begin"
    DATASCIENCE_ACTIVATEMODELDEPLOYMENT_END = "com.oraclecloud.datascience.activatemodeldeployment.end"
    DATASCIENCE_ACTIVATENOTEBOOKSESSION_BEGIN = "com.oraclecloud.datascience.activatenotebooksession.begin"
    DATASCIENCE_ACTIVATENOTEBOOKSESSION_END = "com.oraclecloud.datascience.activatenotebooksession.end"
    DATASCIENCE_CANCELJOBRUN_BEGIN = "com.oraclecloud.datascience.canceljobrun.begin"
    DATASCIENCE_CANCELJOBRUN_END = "com.oraclecloud.datascience.canceljobrun.end"
    DATASCIENCE_CANCELPIPELINERUN_BEGIN = "com.oraclecloud.datascience.cancelpipelinerun.begin"
    DATASCIENCE_CANCELPIPELINERUN_END = "com.oraclecloud.datascience.cancelpipelinerun.end"
    DATASCIENCE_CHANGEMLAPPLICATIONCOMPARTMENT = "com.oraclecloud.datascience.changemlapplicationcompartment"
    DATASCIENCE_CHANGEMLAPPLICATIONIMPLEMENTATIONCOMPARTMENT_BEGIN = (
        "com.oraclecloud.datascience.changemlapplicationimplementationcompartment.begin"
    )
    DATASCIENCE_CHANGEMLAPPLICATIONIMPLEMENTATIONCOMPARTMENT_END = (
        "com.oraclecloud.datascience.changemlapplicationimplementationcompartment.end"
    )
    DATASCIENCE_CHANGEMLAPPLICATIONINSTANCECOMPARTMENT_BEGIN = (
        "com.oraclecloud.datascience.changemlapplicationinstancecompartment.begin"
    )
    DATASCIENCE_CHANGEMLAPPLICATIONINSTANCECOMPARTMENT_END = (
        "com.oraclecloud.datascience.changemlapplicationinstancecompartment.end"
    )
    DATASCIENCE_CHANGEMLAPPLICATIONINSTANCEVIEWCOMPARTMENT_BEGIN = (
        "com.oraclecloud.datascience.changemlapplicationinstanceviewcompartment.begin"
    )
    DATASCIENCE_CHANGEMLAPPLICATIONINSTANCEVIEWCOMPARTMENT_END = (
        "com.oraclecloud.datascience.changemlapplicationinstanceviewcompartment.end"
    )
    DATASCIENCE_CREATEJOB = "com.oraclecloud.datascience.createjob"
    DATASCIENCE_CREATEJOBRUN_BEGIN = "com.oraclecloud.datascience.createjobrun.begin"
    DATASCIENCE_CREATEJOBRUN_END = "com.oraclecloud.datascience.createjobrun.end"
    DATASCIENCE_CREATEMLAPPLICATION = "com.oraclecloud.datascience.createmlapplication"
    DATASCIENCE_CREATEMLAPPLICATIONIMPLEMENTATION = (
        "com.oraclecloud.datascience.createmlapplicationimplementation"
    )
    DATASCIENCE_CREATEMLAPPLICATIONINSTANCE_BEGIN = (
        "com.oraclecloud.datascience.createmlapplicationinstance.begin"
    )
    DATASCIENCE_CREATEMLAPPLICATIONINSTANCE_END = (
        "com.oraclecloud.datascience.createmlapplicationinstance.end"
    )
    DATASCIENCE_CREATEMLAPPLICATIONINSTANCEVIEW = (
        "com.oraclecloud.datascience.createmlapplicationinstanceview"
    )
    DATASCIENCE_CREATEMODEL = "com.oraclecloud.datascience.createmodel"
    DATASCIENCE_CREATEMODELDEPLOYMENT_BEGIN = "com.oraclecloud.datascience.createmodeldeployment.begin"
    DATASCIENCE_CREATEMODELDEPLOYMENT_END = "com.oraclecloud.datascience.createmodeldeployment.end"
    DATASCIENCE_CREATENOTEBOOKSESSION_BEGIN = "com.oraclecloud.datascience.createnotebooksession.begin"
    DATASCIENCE_CREATENOTEBOOKSESSION_END = "com.oraclecloud.datascience.createnotebooksession.end"
    DATASCIENCE_CREATEPIPELINE = "com.oraclecloud.datascience.createpipeline"
    DATASCIENCE_CREATEPIPELINERUN_BEGIN = "com.oraclecloud.datascience.createpipelinerun.begin"
    DATASCIENCE_CREATEPIPELINERUN_END = "com.oraclecloud.datascience.createpipelinerun.end"
    DATASCIENCE_CREATEPROJECT = "com.oraclecloud.datascience.createproject"
    DATASCIENCE_DEACTIVATEMODEL = "com.oraclecloud.datascience.deactivatemodel"
    DATASCIENCE_DEACTIVATEMODELDEPLOYMENT_BEGIN = (
        "com.oraclecloud.datascience.deactivatemodeldeployment.begin"
    )
    DATASCIENCE_DEACTIVATEMODELDEPLOYMENT_END = "com.oraclecloud.datascience.deactivatemodeldeployment.end"
    DATASCIENCE_DEACTIVATENOTEBOOKSESSION_BEGIN = (
        "com.oraclecloud.datascience.deactivatenotebooksession.begin"
    )
    DATASCIENCE_DEACTIVATENOTEBOOKSESSION_END = "com.oraclecloud.datascience.deactivatenotebooksession.end"
    DATASCIENCE_DELETEJOB_BEGIN = "com.oraclecloud.datascience.deletejob.begin"
    DATASCIENCE_DELETEJOB_END = "com.oraclecloud.datascience.deletejob.end"
    DATASCIENCE_DELETEJOBRUN = "com.oraclecloud.datascience.deletejobrun"
    DATASCIENCE_DELETEMLAPPLICATION_BEGIN = "com.oraclecloud.datascience.deletemlapplication.begin"
    DATASCIENCE_DELETEMLAPPLICATION_END = "com.oraclecloud.datascience.deletemlapplication.end"
    DATASCIENCE_DELETEMLAPPLICATIONIMPLEMENTATION_BEGIN = (
        "com.oraclecloud.datascience.deletemlapplicationimplementation.begin"
    )
    DATASCIENCE_DELETEMLAPPLICATIONIMPLEMENTATION_END = (
        "com.oraclecloud.datascience.deletemlapplicationimplementation.end"
    )
    DATASCIENCE_DELETEMLAPPLICATIONINSTANCE_BEGIN = (
        "com.oraclecloud.datascience.deletemlapplicationinstance.begin"
    )
    DATASCIENCE_DELETEMLAPPLICATIONINSTANCE_END = (
        "com.oraclecloud.datascience.deletemlapplicationinstance.end"
    )
    DATASCIENCE_DELETEMODEL = "com.oraclecloud.datascience.deletemodel"
    DATASCIENCE_DELETEMODELDEPLOYMENT_BEGIN = "com.oraclecloud.datascience.deletemodeldeployment.begin"
    DATASCIENCE_DELETEMODELDEPLOYMENT_END = "com.oraclecloud.datascience.deletemodeldeployment.end"
    DATASCIENCE_DELETENOTEBOOKSESSION_BEGIN = "com.oraclecloud.datascience.deletenotebooksession.begin"
    DATASCIENCE_DELETENOTEBOOKSESSION_END = "com.oraclecloud.datascience.deletenotebooksession.end"
    DATASCIENCE_DELETEPIPELINE_BEGIN = "com.oraclecloud.datascience.deletepipeline.begin"
    DATASCIENCE_DELETEPIPELINE_END = "com.oraclecloud.datascience.deletepipeline.end"
    DATASCIENCE_DELETEPIPELINERUN_BEGIN = "com.oraclecloud.datascience.deletepipelinerun.begin"
    DATASCIENCE_DELETEPIPELINERUN_END = "com.oraclecloud.datascience.deletepipelinerun.end"
    DATASCIENCE_DELETEPROJECT_BEGIN = "com.oraclecloud.datascience.deleteproject.begin"
    DATASCIENCE_DELETEPROJECT_END = "com.oraclecloud.datascience.deleteproject.end"
    DATASCIENCE_DISABLEMLAPPLICATIONINSTANCEVIEWTRIGGER = (
        "com.oraclecloud.datascience.disablemlapplicationinstanceviewtrigger"
    )
    DATASCIENCE_ENABLEMLAPPLICATIONINSTANCEVIEWTRIGGER = (
        "com.oraclecloud.datascience.enablemlapplicationinstanceviewtrigger"
    )
    DATASCIENCE_FAILEDJOBRUN = "com.oraclecloud.datascience.failedjobrun"
    DATASCIENCE_FAILEDPIPELINERUN = "com.oraclecloud.datascience.failedpipelinerun"
    DATASCIENCE_PUTMLAPPLICATIONPACKAGE = "com.oraclecloud.datascience.putmlapplicationpackage"
    DATASCIENCE_RECOVERMLAPPLICATIONINSTANCEVIEW_BEGIN = (
        "com.oraclecloud.datascience.recovermlapplicationinstanceview.begin"
    )
    DATASCIENCE_RECOVERMLAPPLICATIONINSTANCEVIEW_END = (
        "com.oraclecloud.datascience.recovermlapplicationinstanceview.end"
    )
    DATASCIENCE_SUCCEEDEDJOBRUN = "com.oraclecloud.datascience.succeededjobrun"
    DATASCIENCE_SUCCEEDEDPIPELINERUN = "com.oraclecloud.datascience.succeededpipelinerun"
    DATASCIENCE_TIMEOUTJOBRUN = "com.oraclecloud.datascience.timeoutjobrun"
    DATASCIENCE_TIMEOUTPIPELINERUN = "com.oraclecloud.datascience.timeoutpipelinerun"
    DATASCIENCE_TRIGGERMLAPPLICATIONINSTANCEFLOW_BEGIN = (
        "com.oraclecloud.datascience.triggermlapplicationinstanceflow.begin"
    )
    DATASCIENCE_TRIGGERMLAPPLICATIONINSTANCEFLOW_END = (
        "com.oraclecloud.datascience.triggermlapplicationinstanceflow.end"
    )
    DATASCIENCE_TRIGGERMLAPPLICATIONINSTANCEVIEWFLOW_BEGIN = (
        "com.oraclecloud.datascience.triggermlapplicationinstanceviewflow.begin"
    )
    DATASCIENCE_TRIGGERMLAPPLICATIONINSTANCEVIEWFLOW_END = (
        "com.oraclecloud.datascience.triggermlapplicationinstanceviewflow.end"
    )
    DATASCIENCE_UPDATEJOB = "com.oraclecloud.datascience.updatejob"
    DATASCIENCE_UPDATEJOBRUN = "com.oraclecloud.datascience.updatejobrun"
    DATASCIENCE_UPDATEMLAPPLICATION = "com.oraclecloud.datascience.updatemlapplication"
    DATASCIENCE_UPDATEMLAPPLICATIONIMPLEMENTATION_BEGIN = (
        "com.oraclecloud.datascience.updatemlapplicationimplementation.begin"
    )
    DATASCIENCE_UPDATEMLAPPLICATIONIMPLEMENTATION_END = (
        "com.oraclecloud.datascience.updatemlapplicationimplementation.end"
    )
    DATASCIENCE_UPDATEMLAPPLICATIONIMPLEMENTATIONVERSION = (
        "com.oraclecloud.datascience.updatemlapplicationimplementationversion"
    )
    DATASCIENCE_UPDATEMLAPPLICATIONINSTANCE_BEGIN = (
        "com.oraclecloud.datascience.updatemlapplicationinstance.begin"
    )
    DATASCIENCE_UPDATEMLAPPLICATIONINSTANCE_END = (
        "com.oraclecloud.datascience.updatemlapplicationinstance.end"
    )
    DATASCIENCE_UPDATEMLAPPLICATIONINSTANCEVIEW = (
        "com.oraclecloud.datascience.updatemlapplicationinstanceview"
    )
    DATASCIENCE_UPDATEMODEL = "com.oraclecloud.datascience.updatemodel"
    DATASCIENCE_UPDATEMODELDEPLOYMENT_BEGIN = "com.oraclecloud.datascience.updatemodeldeployment.begin"
    DATASCIENCE_UPDATEMODELDEPLOYMENT_END = "com.oraclecloud.datascience.updatemodeldeployment.end"
    DATASCIENCE_UPDATENOTEBOOKSESSION = "com.oraclecloud.datascience.updatenotebooksession"
    DATASCIENCE_UPDATEPIPELINE = "com.oraclecloud.datascience.updatepipeline"
    DATASCIENCE_UPDATEPIPELINERUN = "com.oraclecloud.datascience.updatepipelinerun"
    DATASCIENCE_UPDATEPROJECT = "com.oraclecloud.datascience.updateproject"

    # Digital Assistant
    DIGITALASSISTANT_ACTIVATECUSTOMERENCRYPTIONKEY_BEGIN = (
        "com.oraclecloud.digitalassistant.activatecustomerencryptionkey.begin"
    )
    DIGITALASSISTANT_ACTIVATECUSTOMERENCRYPTIONKEY_END = (
        "com.oraclecloud.digitalassistant.activatecustomerencryptionkey.end"
    )
    DIGITALASSISTANT_CHANGEODACOMPARTMENT_BEGIN = (
        "com.oraclecloud.digitalassistant.changeodacompartment.begin"
    )
    DIGITALASSISTANT_CHANGEODACOMPARTMENT_END = "com.oraclecloud.digitalassistant.changeodacompartment.end"
    DIGITALASSISTANT_CREATEODAINSTANCE_BEGIN = "com.oraclecloud.digitalassistant.createodainstance.begin"
    DIGITALASSISTANT_CREATEODAINSTANCE_END = "com.oraclecloud.digitalassistant.createodainstance.end"
    DIGITALASSISTANT_DELETEODAINSTANCE_BEGIN = "com.oraclecloud.digitalassistant.deleteodainstance.begin"
    DIGITALASSISTANT_DELETEODAINSTANCE_END = "com.oraclecloud.digitalassistant.deleteodainstance.end"
    DIGITALASSISTANT_UPDATECUSTOMERENCRYPTIONKEY_BEGIN = (
        "com.oraclecloud.digitalassistant.updatecustomerencryptionkey.begin"
    )
    DIGITALASSISTANT_UPDATECUSTOMERENCRYPTIONKEY_END = (
        "com.oraclecloud.digitalassistant.updatecustomerencryptionkey.end"
    )
    DIGITALASSISTANT_UPDATEODAINSTANCE = "com.oraclecloud.digitalassistant.updateodainstance"

    # Object Storage
    OBJECTSTORAGE_CREATEBUCKET = "com.oraclecloud.objectstorage.createbucket"
    OBJECTSTORAGE_CREATEOBJECT = "com.oraclecloud.objectstorage.createobject"
    OBJECTSTORAGE_DELETEBUCKET = "com.oraclecloud.objectstorage.deletebucket"
    OBJECTSTORAGE_DELETEOBJECT = "com.oraclecloud.objectstorage.deleteobject"
    OBJECTSTORAGE_UPDATEBUCKET = "com.oraclecloud.objectstorage.updatebucket"
    OBJECTSTORAGE_UPDATEOBJECT = "com.oraclecloud.objectstorage.updateobject"

    # Cloud Guard
    CLOUDGUARD_ANNOUNCEMENTS = "com.oraclecloud.cloudguard.announcements"
    CLOUDGUARD_PROBLEMDETECTED = "com.oraclecloud.cloudguard.problemdetected"
    CLOUDGUARD_PROBLEMDISMISSED = "com.oraclecloud.cloudguard.problemdismissed"
    CLOUDGUARD_PROBLEMREMEDIATED = "com.oraclecloud.cloudguard.problemremediated"
    CLOUDGUARD_SIGHTINGDETECTED = "com.oraclecloud.cloudguard.sightingdetected"
    CLOUDGUARD_STATUS = "com.oraclecloud.cloudguard.status"


# These happen to an object, and only in a bucket whose object events are switched on.
OBJECT_EVENTS = frozenset(
    {
        EventType.OBJECTSTORAGE_CREATEOBJECT,
        EventType.OBJECTSTORAGE_UPDATEOBJECT,
        EventType.OBJECTSTORAGE_DELETEOBJECT,
    }
)


_KNOWN = frozenset(str(each) for each in EventType)
_TYPE = re.compile(r"com\.oraclecloud\.[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)+")


def event_type(value: str) -> str:
    """An event type by its full name, as OCI sends it. Raises ValueError for a pattern or another string."""
    if "*" in value:
        raise ValueError(f"{value} is a pattern; list the event types by their full names")
    if not _TYPE.fullmatch(value):
        raise ValueError(f"{value} is not an event type such as {EventType.OBJECTSTORAGE_CREATEOBJECT}")
    # A rule compares letter by letter, so that it would never fire.
    if value not in _KNOWN and value.lower() in _KNOWN:
        raise ValueError(f"{value} is not how OCI writes it: {value.lower()}")
    return value


def known_event_type(value: str) -> EventType:
    """The known event type of this name. Raises ValueError that names the nearest of its service."""
    known = {str(each): each for each in EventType}
    if value in known:
        return known[value]
    # Within one service: all types begin alike, so that any two of different services are near each other.
    services = get_close_matches(_service(value), {_service(each) for each in known}, n=1, cutoff=0.8)
    near = get_close_matches(value, [each for each in known if _service(each) in services], n=1, cutoff=0.6)
    hint = (
        f"; did you mean {near[0]}?"
        if near
        else "; the shipped handler does not serve it, code of your own can"
    )
    raise ValueError(f"{value} is not a known event type{hint}")


def _service(value: str) -> str:
    """`objectstorage` of `com.oraclecloud.objectstorage.createobject`."""
    return ".".join(value.split(".")[2:3])
