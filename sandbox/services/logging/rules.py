"""What Logging refuses and fills in. Source: Oracle's pages on managing logs and log groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import identities, validation
from sandbox.cloud.call import Call
from sandbox.cloud.compartments import take_along
from sandbox.cloud.errors import Conflict, InvalidParameter, MissingParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.functions import APPLICATION
from sandbox.services.logging import LOG, LOG_GROUP


class LogGroupRules(Rules):
    """A log group's name is unique in its compartment."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"loggroup|{call.cloud.region}|{call.inputs['compartmentId']}|{call.inputs['displayName']}"

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")

    def delete(self, call: Call) -> None:
        logs = call.store.users(call.id, LOG)
        if logs:
            raise Conflict(f"log group {call.inputs.get('displayName')!r} still has {len(logs)} log(s)")

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        take_along(call, outputs, LOG)
        return outputs


class LogRules(Rules):
    """A log of a service, or a custom one."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"log|{call.inputs['logGroupId']}|{call.inputs['displayName']}"

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")
        validation.one_of(call.inputs, "logType", ("CUSTOM", "SERVICE"))
        days = call.inputs.get("retentionDuration")
        if days is not None and (days % 30 or not 30 <= days <= 180):
            raise InvalidParameter(f"retentionDuration must be 30, 60, 90, 120, 150 or 180 days, not {days}")
        call.cloud.existing(call.inputs["logGroupId"], LOG_GROUP, "log group")
        source = (call.inputs.get("configuration") or {}).get("source")
        if call.inputs["logType"] == "SERVICE":
            if not source:
                raise MissingParameter("configuration.source is required for a service's log")
            _validate_source(call, source)

    def computed(self, call: Call) -> Mapping[str, Any]:
        group = call.store.get(call.inputs["logGroupId"])
        compartment = group.outputs.get("compartmentId") if group else call.cloud.tenancy
        return {
            "compartmentId": compartment,
            "tenancyId": call.cloud.tenancy,
            "isEnabled": call.inputs.get("isEnabled", True),
            "retentionDuration": call.inputs.get("retentionDuration", 30),
        }


def _validate_source(call: Call, source: Mapping[str, Any]) -> None:
    validation.one_of(source, "sourceType", ("OCISERVICE",))
    resource = str(source.get("resource", ""))
    if source.get("service") != "functions":
        return
    validation.one_of(source, "category", ("invoke",))
    ocid = identities.read(resource)
    if ocid is None or ocid.type != "fnapp":
        raise InvalidParameter(
            f"configuration.source.resource must be the OCID of an application (fnapp), not {resource!r}"
        )
    call.cloud.existing(resource, APPLICATION, "application")


RULES = {LOG: LogRules(), LOG_GROUP: LogGroupRules()}
