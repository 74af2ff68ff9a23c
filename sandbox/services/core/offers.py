"""What Oracle offers to everybody of Networking and Compute: images, shapes, providers of FastConnect.

A choice of what programs ask for, by the names and the forms that Oracle's pages "Compute Images", "Compute
Shapes" and "FastConnect" have. Versions and dates are plausible and no promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sandbox.cloud import regions
from sandbox.cloud.call import Cloud

# Newest first, as the service lists them.
_BUILDS = ("2026.09.30-0", "2026.08.31-0")
# System, its version, what the name of an image says of both, and the kinds of machines there are images for.
_SYSTEMS = (
    ("Oracle Linux", "10", "Oracle-Linux-10.0", ("", "aarch64")),
    ("Oracle Linux", "9", "Oracle-Linux-9.6", ("", "aarch64", "Gen2-GPU")),
    ("Oracle Linux", "8", "Oracle-Linux-8.10", ("", "aarch64", "Gen2-GPU")),
    ("Oracle Linux", "7.9", "Oracle-Linux-7.9", ("", "aarch64", "Gen2-GPU")),
    ("Oracle Autonomous Linux", "9", "Oracle-Autonomous-Linux-9.6", ("", "aarch64")),
    ("Oracle Autonomous Linux", "8", "Oracle-Autonomous-Linux-8.10", ("",)),
    ("Canonical Ubuntu", "24.04", "Canonical-Ubuntu-24.04", ("", "aarch64")),
    ("Canonical Ubuntu", "24.04 Minimal", "Canonical-Ubuntu-24.04-Minimal", ("",)),
    ("Canonical Ubuntu", "24.04 Minimal aarch64", "Canonical-Ubuntu-24.04-Minimal", ("aarch64",)),
    ("Canonical Ubuntu", "22.04", "Canonical-Ubuntu-22.04", ("", "aarch64")),
    ("Canonical Ubuntu", "22.04 Minimal", "Canonical-Ubuntu-22.04-Minimal", ("",)),
    ("Canonical Ubuntu", "22.04 Minimal aarch64", "Canonical-Ubuntu-22.04-Minimal", ("aarch64",)),
    ("Canonical Ubuntu", "20.04", "Canonical-Ubuntu-20.04", ("", "aarch64")),
    ("Windows", "Server 2025 Standard", "Windows-Server-2025-Standard-Edition-VM", ("",)),
    ("Windows", "Server 2022 Standard", "Windows-Server-2022-Standard-Edition-VM", ("",)),
    ("Windows", "Server 2019 Standard", "Windows-Server-2019-Standard-Edition-VM", ("",)),
)


class _Shape(NamedTuple):
    name: str
    ocpus: int
    memory: int
    most_ocpus: int = 0
    """Of a flexible shape; 0 for one of a fixed size."""
    most_memory: int = 0
    gpus: int = 0
    processor: str = "2.25 GHz AMD EPYC™ 7J13 (Milan)"


_SHAPES = (
    _Shape("VM.Standard.E6.Flex", 1, 11, 126, 1454, processor="2.7 GHz AMD EPYC™ 9J45 (Turin)"),
    _Shape("VM.Standard.E5.Flex", 1, 12, 94, 1049, processor="2.4 GHz AMD EPYC™ 9J14 (Genoa)"),
    _Shape("VM.Standard.E4.Flex", 1, 16, 114, 1760),
    _Shape("VM.Standard.E3.Flex", 1, 16, 114, 1776, processor="2.25 GHz AMD EPYC™ 7742 (Rome)"),
    _Shape("VM.Standard.A1.Flex", 1, 6, 80, 512, processor="3.0 GHz Ampere® Altra™"),
    _Shape("VM.Standard.A2.Flex", 1, 6, 78, 946, processor="3.0 GHz AmpereOne™"),
    _Shape("VM.Standard3.Flex", 1, 16, 32, 512, processor="2.6 GHz Intel® Xeon® Platinum 8358 (Ice Lake)"),
    _Shape("VM.Optimized3.Flex", 1, 14, 18, 256, processor="3.0 GHz Intel® Xeon® 6354 (Ice Lake)"),
    _Shape("VM.DenseIO.E4.Flex", 8, 128, 32, 512),
    _Shape("VM.Standard.E2.1.Micro", 1, 1, processor="2.0 GHz AMD EPYC™ 7551 (Naples)"),
    _Shape("VM.Standard2.1", 1, 15, processor="2.0 GHz Intel® Xeon® Platinum 8167M (Skylake)"),
    _Shape("VM.Standard2.2", 2, 30, processor="2.0 GHz Intel® Xeon® Platinum 8167M (Skylake)"),
    _Shape("VM.GPU.A10.1", 15, 240, gpus=1, processor="2.6 GHz Intel® Xeon® Platinum 8358 (Ice Lake)"),
    _Shape("VM.GPU.A10.2", 30, 480, gpus=2, processor="2.6 GHz Intel® Xeon® Platinum 8358 (Ice Lake)"),
    _Shape("BM.Standard.E4.128", 128, 2048),
    _Shape("BM.GPU4.8", 64, 2048, gpus=8, processor="2.9 GHz AMD EPYC™ 7542 (Rome)"),
)
_ARM = re.compile(r"\.A\d+(\.|$)")
_GPU = re.compile(r"GPU")


def images(cloud: Cloud, shape: str = "") -> Iterator[dict[str, Any]]:
    """Oracle's images, newest first; those that fit a shape, where one is asked for."""
    for age, build in enumerate(_BUILDS):
        for number, (system, version, name, kinds) in enumerate(_SYSTEMS):
            for kind in kinds:
                if _runs(kind, shape):
                    yield {
                        "id": _image_id(cloud, f"{number}{kind[:3]}{age}".lower()),
                        "compartmentId": "",
                        "displayName": "-".join(part for part in (name, kind, build) if part),
                        "operatingSystem": system,
                        "operatingSystemVersion": version,
                        "launchMode": "NATIVE",
                        "listingType": "NONE",
                        "sizeInMbs": "47694",
                        "billableSizeInGbs": "12",
                        "state": "AVAILABLE",
                        "timeCreated": f"{build[:10].replace('.', '-')} 00:00:00 +0000 UTC",
                        "createImageAllowed": True,
                    }


def _image_id(cloud: Cloud, unique: str) -> str:
    return f"ocid1.image.oc1.{regions.in_ocid(cloud.region)}.aaaaaaaa{cloud.store.mark}{unique}"


def _runs(kind: str, shape: str) -> bool:
    """Whether a shape runs images of a kind."""
    if not shape:
        return True
    if _ARM.search(shape):
        return kind == "aarch64"
    return kind == "" or (kind == "Gen2-GPU" and _GPU.search(shape) is not None)


def shapes(image: str = "") -> Iterator[dict[str, Any]]:
    """Oracle's shapes; those that run an image, where one is named that is known here."""
    arm = image.endswith(("aar0", "aar1"))
    for shape in _SHAPES:
        if not (arm and _ARM.search(shape.name) is None):
            yield _shown(shape)


def _shown(shape: _Shape) -> dict[str, Any]:
    flexible = shape.most_ocpus > 0
    per_ocpu = {"defaultPerOcpuInGbs": shape.memory, "minPerOcpuInGbs": 1, "maxPerOcpuInGbs": 64}
    return {
        "name": shape.name,
        "shape": shape.name,
        "billingType": "ALWAYS_FREE" if shape.name.endswith("Micro") else "PAID",
        "ocpus": shape.ocpus,
        "memoryInGbs": shape.memory,
        "isFlexible": flexible,
        "gpus": shape.gpus,
        "processorDescription": shape.processor,
        "maxVnicAttachments": 2,
        "networkPorts": 1,
        "networkingBandwidthInGbps": shape.ocpus,
        "baselineOcpuUtilizations": ["BASELINE_1_8", "BASELINE_1_2", "BASELINE_1_1"] if flexible else [],
        "ocpuOptions": [{"min": shape.ocpus, "max": shape.most_ocpus}] if flexible else [],
        "memoryOptions": ([{"minInGbs": 1, "maxInGbs": shape.most_memory, **per_ocpu}] if flexible else []),
    }


def size_of(name: str) -> dict[str, Any]:
    """What an instance of a shape has where the program says nothing; empty for a shape that is not known."""
    shape = next((each for each in _SHAPES if each.name == name), None)
    if shape is None:
        return {}
    return {
        "gpus": shape.gpus,
        "maxVnicAttachments": 2,
        "memoryInGbs": shape.memory,
        "networkingBandwidthInGbps": shape.ocpus,
        "ocpus": shape.ocpus,
        "processorDescription": shape.processor,
        "vcpus": shape.ocpus * (1 if _ARM.search(name) else 2),
    }


def backup_policies() -> Iterator[dict[str, Any]]:
    """The policies for backups of volumes that Oracle has for everybody."""
    for name in ("bronze", "silver", "gold"):
        yield {
            "id": f"ocid1.volumebackuppolicy.oc1..aaaaaaaa{name}",
            "compartmentId": "",
            "displayName": name,
            "timeCreated": "2020-01-01 00:00:00 +0000 UTC",
        }


def image_shapes(image: str) -> Iterator[dict[str, Any]]:
    """Which shapes run an image."""
    for shape in shapes(image):
        yield {"imageId": image, "shape": shape["name"]}


def fast_connect_services(cloud: Cloud) -> Iterator[dict[str, Any]]:
    """Who sells a connection of layer 2 here."""
    for number, provider in enumerate(("Equinix", "Megaport")):
        yield {
            "id": f"ocid1.providerservice.oc1.{regions.in_ocid(cloud.region)}.aaaaaaaa{number}",
            "providerName": provider,
            "providerServiceName": "Fabric" if provider == "Equinix" else "Service",
            "description": f"https://www.{provider.lower()}.com",
            "type": "LAYER2",
            "bandwithShapeManagement": "CUSTOMER_MANAGED",
            "customerAsnManagement": "CUSTOMER_MANAGED",
            "privatePeeringBgpManagement": "CUSTOMER_MANAGED",
            "publicPeeringBgpManagement": "ORACLE_MANAGED",
            "providerServiceKeyManagement": "CUSTOMER_MANAGED",
            "requiredTotalCrossConnects": 1,
            "supportedVirtualCircuitTypes": ["PRIVATE", "PUBLIC"],
        }


def bandwidths() -> Iterator[dict[str, Any]]:
    """How wide a virtual circuit can be."""
    for gigabits in (1, 2, 5, 10):
        yield {"name": f"{gigabits} Gbps", "bandwidthInMbps": gigabits * 1000}


def cpe_devices() -> Iterator[dict[str, Any]]:
    """Devices that Oracle knows how to configure at the other end of a VPN."""
    for number, (vendor, version) in enumerate(
        (("Cisco", "15.5(2)T or later"), ("FortiGate", "6.0.4"), ("Libreswan", "3.18 or later"))
    ):
        yield {
            "cpeDeviceShapeId": f"cpe-device-{number}",
            "id": f"cpe-device-{number}",
            "cpeDeviceInfos": [{"vendor": vendor, "platformSoftwareVersion": version}],
        }
