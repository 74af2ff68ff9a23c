"""Managed runtimes, and the wheels that run in them."""

from __future__ import annotations

import pytest
from packaging.markers import Marker

from components.archives.runtime import runtime_for


@pytest.mark.parametrize(
    ("name", "shape", "first", "last"),
    [
        ("python312.ol9", "GENERIC_X86", "manylinux_2_34_x86_64", "linux_x86_64"),
        ("python311.ol8", "GENERIC_ARM", "manylinux_2_28_aarch64", "linux_aarch64"),
    ],
)
def test_the_platforms_are_those_of_the_system(name: str, shape: str, first: str, last: str) -> None:
    """From the newest C library that is there, down to the oldest for that kind of machine."""
    platforms = runtime_for(name, shape).platforms

    assert (platforms[0], platforms[-1]) == (first, last)
    assert f"manylinux2014_{last.removeprefix('linux_')}" in platforms
    assert ("manylinux1_x86_64" in platforms) == (shape == "GENERIC_X86")


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("python_version == '3.12'", True),
        ("python_full_version < '3.12'", False),
        ("sys_platform == 'win32'", False),
        ("platform_machine == 'x86_64' and os_name == 'posix'", True),
        ("implementation_name == 'pypy'", False),
    ],
)
def test_markers_are_about_the_runtime(marker: str, holds: bool) -> None:
    """Not about the machine that builds, whatever that is."""
    assert Marker(marker).evaluate(dict(runtime_for("python312.ol9", "GENERIC_X86").markers)) is holds


@pytest.mark.parametrize(
    ("name", "shape", "reason"),
    [
        ("node24.ol9", "GENERIC_X86", "node24.ol9 is no runtime for Python, such as python312.ol9"),
        ("python312.ol9", "GENERIC_X86_ARM", "the application's shape is GENERIC_X86_ARM"),
    ],
)
def test_what_cannot_be_built_for_is_refused(name: str, shape: str, reason: str) -> None:
    """Another language, and two processors at once."""
    with pytest.raises(ValueError, match=reason):
        runtime_for(name, shape)
