"""The managed runtimes that a zip of Python code can be built for, and the wheels that run in one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from packaging.markers import default_environment

_NAME = re.compile(r"python3(\d{1,2})\.ol([89])")
# The C library of the system that a runtime's name ends in; wheels for an older one run there too.
_GLIBC = {"8": 28, "9": 34}
_OLDEST_GLIBC = {"x86_64": 5, "aarch64": 17}
_LEGACY = {
    "x86_64": {5: "manylinux1", 12: "manylinux2010", 17: "manylinux2014"},
    "aarch64": {17: "manylinux2014"},
}
_MACHINES = {"GENERIC_X86": "x86_64", "GENERIC_ARM": "aarch64"}


@dataclass(frozen=True)
class Runtime:
    """A runtime's Python (`3.12`), and the kind of machine and C library below it."""

    python: str
    machine: str
    glibc: int

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags of wheels that run there, the newest first: always named in full, because what
        pip adds to one of them differs from version to version."""
        legacy = _LEGACY[self.machine]
        found: list[str] = []
        for minor in range(self.glibc, _OLDEST_GLIBC[self.machine] - 1, -1):
            found.append(f"manylinux_2_{minor}_{self.machine}")
            if minor in legacy:
                found.append(f"{legacy[minor]}_{self.machine}")
        return (*found, f"linux_{self.machine}")

    @property
    def markers(self) -> dict[str, str]:
        """What environment markers of requirements are about, there and not here."""
        return {
            **{name: str(value) for name, value in default_environment().items()},
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
        }


def runtime_for(name: str, shape: str) -> Runtime:
    """The runtime of this name on an application of this shape. Raises `ValueError` where none is known."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is no runtime for Python, such as python312.ol9")
    if shape not in _MACHINES:
        raise ValueError(f"a zip is built for one processor, and the application's shape is {shape}")
    return Runtime(f"3.{found[1]}", _MACHINES[shape], _GLIBC[found[2]])
