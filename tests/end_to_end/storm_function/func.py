"""One object for each event, by the unmodified SDK: `if-none-match: *` on a name made of the event's id."""

from __future__ import annotations

import functools
import io
import json
import logging
from typing import Any

import oci
from fdk import response

for _name in ("oci", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@functools.cache
def _storage() -> Any:
    signer = oci.auth.signers.get_resource_principals_signer()
    return oci.object_storage.ObjectStorageClient({}, signer=signer)


def handler(ctx: Any, data: io.BytesIO | None = None) -> Any:
    """Answers whether this call made the object."""
    event = json.loads(data.getvalue() if data else b"")
    settings, is_made = ctx.Config(), True
    about = event.get("data", {}).get("resourceName", "")
    try:
        _storage().put_object(
            settings["NAMESPACE"], settings["BUCKET"], event["eventID"], about, if_none_match="*"
        )
    except oci.exceptions.ServiceError as error:
        if error.status != 412:
            raise
        is_made = False
    return response.Response(ctx, json.dumps({"made": is_made}), {"content-type": "application/json"})
