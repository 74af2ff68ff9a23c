"""What Compute refuses of an instance that is to be launched.

Sources: Oracle's pages "Creating an Instance", "Compute Shapes" (memory of a core of flexible shapes) and the
API reference of `LaunchInstanceDetails` and `CreateVnicDetails`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloud import regions
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.services.core import offers

_FAULT = re.compile(r"FAULT-DOMAIN-[1-3]")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_FLEXIBLE = re.compile(r"VM\.Standard(\.[EA]\d+|3)\.Flex")
_MOST_A_CORE = 64
_METADATA = 32_000


def check(call: Call) -> None:
    """Everything that is wrong with the inputs of an instance, whatever is there already."""
    inputs = call.inputs
    place, fault = str(inputs.get("availabilityDomain") or ""), str(inputs.get("faultDomain") or "")
    known = [f"SbOx:{regions.key_of(call.cloud.region)}-AD-{number}" for number in (1, 2, 3)]
    if place.startswith("SbOx:") and place not in known:  # others are those of the program's own tenancy
        raise InvalidParameter(f"availabilityDomain: expected one of {', '.join(known)}, found {place!r}")
    if fault and _FAULT.fullmatch(fault) is None:
        raise InvalidParameter(f"faultDomain: expected FAULT-DOMAIN-1 to FAULT-DOMAIN-3, found {fault!r}")
    _network(call, inputs.get("createVnicDetails") or {})
    _size(str(inputs.get("shape") or ""), inputs.get("shapeConfig") or {})
    _image(call)
    _metadata(inputs.get("metadata") or {})


def _network(call: Call, details: Mapping[str, Any]) -> None:
    if not (details.get("subnetId") or details.get("vlanId") or call.inputs.get("subnetId")):
        raise MissingParameter("createVnicDetails.subnetId must be given")
    label = details.get("hostnameLabel")
    if label and _LABEL.fullmatch(str(label)) is None:
        raise InvalidParameter(
            f"createVnicDetails.hostnameLabel: expected up to 63 letters, digits and hyphens, found {label!r}"
        )


def _size(shape: str, config: Mapping[str, Any]) -> None:
    """The cores and the memory of a flexible shape."""
    if _FLEXIBLE.fullmatch(shape) is None or not config:
        return
    cores, memory = config.get("ocpus"), config.get("memoryInGbs")
    if cores is not None and float(cores) < 1:
        raise InvalidParameter(f"shapeConfig.ocpus: expected at least 1, found {cores:g}")
    if memory is not None:
        least, most = float(cores or 1), float(cores or 1) * _MOST_A_CORE
        if not least <= float(memory) <= most:
            raise InvalidParameter(
                f"shapeConfig.memoryInGbs: expected {least:g} to {most:g} for these OCPUs, found {memory:g}"
            )


def _image(call: Call) -> None:
    """Whether the shape runs the image, where it is one of those that are offered."""
    source, shape = call.inputs.get("sourceDetails") or {}, str(call.inputs.get("shape") or "")
    id = str(source.get("sourceId") or call.inputs.get("image") or "")
    known = next((each for each in offers.images(call.cloud) if each["id"] == id), None)
    if known is not None and id not in {each["id"] for each in offers.images(call.cloud, shape)}:
        raise InvalidParameter(f"shape {shape} is not valid for image {id} ({known['displayName']})")


def _metadata(given: Mapping[str, Any]) -> None:
    data = given.get("user_data")
    if data:
        try:
            base64.b64decode(str(data), validate=True)
        except (binascii.Error, ValueError):
            raise InvalidParameter("metadata.user_data: expected text in Base64") from None
    size = sum(len(str(key)) + len(str(value)) for key, value in given.items())
    if size > _METADATA:
        raise InvalidParameter(f"metadata: expected at most {_METADATA} bytes, found {size}")
