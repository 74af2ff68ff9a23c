"""Reads a document that has arrived: its text and its fields, by Document Understanding."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

import oci
from fdk import response
from fdk.context import InvokeContext

MOST_BYTES = 8 * 1024 * 1024  # of a document that is sent along with a request


def handler(ctx: InvokeContext, data: io.BytesIO | None = None) -> response.Response:
    """Called once for each document.

    Twice for one document gives the same result and a second notification. What is raised is a 502, after
    which the event may come again; a document that no further attempt can read is answered instead.
    """
    event = json.loads(data.getvalue() if data else b"{}")["data"]
    told = read(event["additionalDetails"], event["resourceName"], ctx.Config())
    return response.Response(ctx, json.dumps(told), headers={"Content-Type": "application/json"})


def read(place: Mapping[str, str], name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Read one document, keep what is in it, and tell that it was read."""
    client = {"config": {}, "signer": oci.auth.signers.get_resource_principals_signer()}
    storage = oci.object_storage.ObjectStorageClient(**client)
    document = storage.get_object(place["namespace"], place["bucketName"], name).data.content
    if len(document) > MOST_BYTES:
        return {"status": "refused", "document": name, "reason": f"it has more than {MOST_BYTES} bytes"}

    found = analyzed(document, client, given["CONNECTION_DOCUMENTS_COMPARTMENT_ID"])
    result = f"{name}.json"
    storage.put_object(
        given["CONNECTION_RESULTS_NAMESPACE"], given["CONNECTION_RESULTS_BUCKET"], result, json.dumps(found)
    )
    told = {"status": "read", "document": name, "result": result, "pages": found["pages"]}
    oci.ons.NotificationDataPlaneClient(**client).publish_message(
        given["CONNECTION_READ_TOPIC_ID"],
        oci.ons.models.MessageDetails(title=f"Read: {name}"[:100], body=json.dumps(told)),
    )
    return told


def analyzed(document: bytes, client: Mapping[str, Any], compartment_id: str) -> dict[str, Any]:
    """Text and fields of a document."""
    models = oci.ai_document.models
    answer = oci.ai_document.AIServiceDocumentClient(**client).analyze_document(
        models.AnalyzeDocumentDetails(
            compartment_id=compartment_id,
            document=models.InlineDocumentDetails(data=base64.b64encode(document).decode()),
            features=[models.DocumentTextExtractionFeature(), models.DocumentKeyValueExtractionFeature()],
        )
    )
    pages = answer.data.pages or []
    fields = [field for page in pages for field in page.document_fields or [] if field.field_label]
    return {
        "pages": len(pages),
        "text": "\n".join(line.text for page in pages for line in page.lines or []),
        "fields": {field.field_label.name: getattr(field.field_value, "text", None) for field in fields},
    }
