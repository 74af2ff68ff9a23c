"""Events to try, made to fit what is deployed.

A sample's envelope is that of a captured event. `fitted` then takes the first enabled rule that serves its
type and fills in what that rule's condition asks for: bucket, names, tags. So a sample reaches the function
of any program, not only of this project's.
"""

from __future__ import annotations

import copy
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.events.envelope import OBJECT_TYPES
from sandbox.events.matcher import mismatch
from sandbox.events.snapshot import Bucket, Deployment, Rule

DEFAULT = "anomaly"
_NAMESPACE = "sandboxnamespace"
_BUCKET = "ai-results"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An event by its type and the varying part of its data; `body` is what the named object holds."""

    says: str
    event_type: str
    resource: str
    details: Mapping[str, Any] | None = None
    body: bytes | None = None


def _result(*found: tuple[float, str]) -> bytes:
    return json.dumps({"anomalies": [{"score": score, "label": label} for score, label in found]}).encode()


_CREATED, _UPDATED = OBJECT_TYPES
SAMPLES: Mapping[str, Sample] = {
    "anomaly": Sample(
        says="an AI result with an anomaly is written to the bucket",
        event_type=_CREATED,
        resource="results/anomaly-0001.json",
        body=_result((0.97, "pump-7 vibration"), (0.41, "pump-7 temperature")),
    ),
    "calm": Sample(
        says="an AI result without anything unusual is overwritten",
        event_type=_UPDATED,
        resource="results/calm-0001.json",
        body=_result((0.12, "pump-7 vibration")),
    ),
    "broken": Sample(
        says="an object that is no AI result is written: the function refuses it",
        event_type=_CREATED,
        resource="results/broken-0001.json",
        body=b'{"anomalies": [{"score": NaN}]}',
    ),
    "sentiment": Sample(
        says="OCI Language found negative sentiment",
        event_type="com.oraclecloud.aiservicelanguage.detectlanguagesentiments",
        resource="ticket-1042",
        details={"documents": [{"key": "ticket-1042", "documentScores": {"Negative": 0.83, "Mixed": 0.17}}]},
    ),
    "anomalies-detected": Sample(
        says="OCI Anomaly Detection found anomalies",
        event_type="com.oraclecloud.aiservice.anomaliesdetected",
        resource="detection-job-7",
    ),
    "transcribed": Sample(
        says="a Speech transcription job completed",
        event_type="com.oraclecloud.aiservicespeech.completedtranscriptionjob",
        resource="call-recording-7",
    ),
    "transcription-failed": Sample(
        says="a Speech transcription job failed",
        event_type="com.oraclecloud.aiservicespeech.failedtranscriptionjob",
        resource="call-recording-8",
    ),
    "job-failed": Sample(
        says="a Data Science job run failed",
        event_type="com.oraclecloud.datascience.failedjobrun",
        resource="nightly-scoring",
    ),
    "problem": Sample(
        says="Cloud Guard detected a critical problem",
        event_type="com.oraclecloud.cloudguard.problemdetected",
        resource="BUCKET_IS_PUBLIC",
        details={"problemName": "BUCKET_IS_PUBLIC", "riskLevel": "CRITICAL", "status": "OPEN"},
    ),
}


def fitted(sample: Sample, deployment: Deployment) -> dict[str, Any]:
    """The sample's event for the first enabled rule that serves its type; as it is when there is none."""
    for rule in deployment.rules:
        if rule.enabled and rule.condition is not None:
            event = _for_rule(sample, rule, rule.condition, deployment)
            if mismatch(rule.condition, event) is None:
                return event
    compartment = deployment.rules[0].compartment_id if deployment.rules else deployment.directory.tenancy_id
    return _placed(_plain(sample, compartment), sample, deployment, None)


def _for_rule(
    sample: Sample, rule: Rule, condition: Mapping[str, Any], deployment: Deployment
) -> dict[str, Any]:
    event = _plain(sample, rule.compartment_id)
    wanted = {key: value for key, value in condition.items() if key != "eventType"}
    return _placed(_filled(wanted, event), sample, deployment, rule)


def _plain(sample: Sample, compartment_id: str) -> dict[str, Any]:
    service = sample.event_type.split(".")[2]
    data: dict[str, Any] = {
        "compartmentId": compartment_id,
        "compartmentName": "sandbox",
        "resourceName": sample.resource,
        "resourceId": f"ocid1.{service}.oc1..sample",
        "availabilityDomain": "AD1",
        "freeformTags": {},
        "definedTags": {},
    }
    if sample.details is not None:
        data["additionalDetails"] = copy.deepcopy(dict(sample.details))
    return {
        "eventType": sample.event_type,
        "cloudEventsVersion": "0.1",
        "eventTypeVersion": "2.0",
        "source": "ObjectStorage" if sample.body is not None else service,
        "contentType": "application/json",
        "data": data,
        "extensions": {"compartmentId": compartment_id},
    }


def _filled(wanted: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with every field the condition names set to something that it takes."""
    result = dict(event)
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            inner = result.get(key)
            result[key] = _filled(value, inner if isinstance(inner, Mapping) else {})
        elif mismatch({key: value}, result) is not None:
            result[key] = _example(value)
    return result


def _example(wanted: Any) -> Any:
    """A value that one alternative of a condition takes."""
    if isinstance(wanted, list):
        return _example(wanted[0]) if wanted else None
    if isinstance(wanted, str):
        return re.sub(r"\*+", "sample", wanted)
    return wanted


def _placed(
    event: dict[str, Any], sample: Sample, deployment: Deployment, rule: Rule | None
) -> dict[str, Any]:
    """Object events name bucket, namespace and object in three places, which must agree."""
    if sample.body is None:
        return event
    data = event["data"]
    details = dict(data.get("additionalDetails") or {})
    bucket = _bucket(details.get("bucketName"), deployment, rule)
    details.setdefault("bucketName", bucket.name if bucket else _BUCKET)
    details.setdefault("namespace", bucket.namespace if bucket else _NAMESPACE)
    details.setdefault("archivalState", "Available")
    details.setdefault("eTag", str(uuid.uuid4()))
    data["additionalDetails"] = details
    data["resourceId"] = f"/n/{details['namespace']}/b/{details['bucketName']}/o/{data['resourceName']}"
    if bucket and (rule is None or deployment.directory.covers(rule.compartment_id, bucket.compartment_id)):
        data["compartmentId"] = event["extensions"]["compartmentId"] = bucket.compartment_id
    return event


def _bucket(name: Any, deployment: Deployment, rule: Rule | None) -> Bucket | None:
    """The bucket of the name the rule asks for, or else one that emits events; the rule's own stack first."""
    fitting = [one for one in deployment.buckets if name in (None, one.name)]
    return min(
        fitting,
        key=lambda one: (rule is not None and one.stack != rule.stack, not one.emits),
        default=None,
    )
