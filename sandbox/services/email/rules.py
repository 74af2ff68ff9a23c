"""What Email Delivery computes that programs read: the records that DNS is to have for a DKIM key.

Source: Oracle's page "Setting Up DKIM".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud import regions
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.email import DKIM


class DkimRules(Rules):
    """A key of a domain."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        domain = call.store.get(str(call.inputs.get("emailDomainId")))
        selector, name = call.inputs.get("name"), domain.outputs.get("name") if domain is not None else ""
        if not (selector and name):
            return {}
        place = f"{regions.key_of(call.cloud.region).lower()}1"
        return {
            "cnameRecordValue": f"{selector}.{name}.dkim.{place}.oracleemaildelivery.com",
            "dnsSubdomainName": f"{selector}._domainkey.{name}",
        }


RULES: Mapping[str, Rules] = {DKIM: DkimRules()}
