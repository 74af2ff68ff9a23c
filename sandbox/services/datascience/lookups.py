"""Data sources of Data Science: the shapes of notebooks, jobs and deployments.

Source: Oracle's page "Supported Compute Shapes".
"""

# ruff: noqa: ARG001 every lookup has the same parameters, used or not
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.listing import Lookup, offered

# Name, cores, memory, and the series.
_SHAPES = (
    ("VM.Standard.E3.Flex", 64, 1024, "AMD_ROME"),
    ("VM.Standard.E4.Flex", 64, 1024, "AMD_ROME"),
    ("VM.Standard3.Flex", 32, 512, "INTEL_SKYLAKE"),
    ("VM.Standard.A1.Flex", 80, 512, "ARM"),
    ("VM.Standard2.1", 1, 15, "INTEL_SKYLAKE"),
    ("VM.Standard2.2", 2, 30, "INTEL_SKYLAKE"),
    ("VM.GPU.A10.1", 15, 240, "NVIDIA_GPU"),
)


def _shapes(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, cores, memory, series in _SHAPES:
        yield {"name": name, "coreCount": cores, "memoryInGbs": memory, "shapeSeries": series}


def _fast(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those of which some machines stand ready."""
    for name, cores, memory, series in _SHAPES:
        if name.startswith("VM.Standard2"):
            yield {
                "name": name,
                "shapeName": name,
                "coreCount": cores,
                "memoryInGbs": memory,
                "shapeSeries": series,
                "managedEgressSupport": "SUPPORTED",
            }


LOOKUPS: dict[str, Lookup] = {
    "oci:DataScience/getFastLaunchJobConfigs:getFastLaunchJobConfigs": offered("fastLaunchJobConfigs", _fast),
    "oci:DataScience/getJobShapes:getJobShapes": offered("jobShapes", _shapes),
    "oci:DataScience/getModelDeploymentShapes:getModelDeploymentShapes": offered(
        "modelDeploymentShapes", _shapes
    ),
    "oci:DataScience/getNotebookSessionShapes:getNotebookSessionShapes": offered(
        "notebookSessionShapes", _shapes
    ),
}
