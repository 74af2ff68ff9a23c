"""What Logging refuses and fills in."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.logging import LOG, LOG_GROUP
from tests.sandbox.conftest import COMPARTMENT, Client, Failed, refused

FN = "ocid1.fnfunc.oc1.iad.aaaaforeign"


class TestLogging:
    def log(self, group: str, **more: Any) -> dict[str, Any]:
        source = {"sourceType": "OCISERVICE", "service": "functions", "category": "invoke"}
        return {
            "displayName": "invoke",
            "logGroupId": group,
            "logType": "SERVICE",
            "configuration": {"source": {**source, "resource": "ocid1.fnapp.oc1.iad.aaaa"}},
            **more,
        }

    def test_a_log_takes_its_compartment_from_its_group(self, oci: Client) -> None:
        """The group isn't deleted while there are logs in it."""
        group = oci.create(LOG_GROUP, "g", {"compartmentId": COMPARTMENT, "displayName": "g"})
        made = oci.create(LOG, "l", self.log(group.id))

        assert made.outputs["compartmentId"] == COMPARTMENT
        assert oci.read(made) == made
        with pytest.raises(Failed, match="409-Conflict, log group 'g' still has 1 log"):
            oci.delete(group)

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"retentionDuration": 31}, "retentionDuration must be 30, 60"),
            ({"retentionDuration": 210}, "retentionDuration must be 30, 60"),
            ({"logType": "OTHER"}, "logType must be one of CUSTOM, SERVICE"),
            ({"configuration": None}, "configuration.source is required"),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create."""
        refused(oci, LOG, self.log("ocid1.loggroup.oc1.iad.a", **more), text)

    def test_the_log_of_functions_belongs_to_an_application(self, oci: Client) -> None:
        """A function's OCID there is a common mistake."""
        inputs = self.log("ocid1.loggroup.oc1.iad.a")
        inputs["configuration"]["source"]["resource"] = FN

        refused(oci, LOG, inputs, "configuration.source.resource must be the OCID of an application")
