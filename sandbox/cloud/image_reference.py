"""Image references: `<host>/<path>:<tag>`, and which hosts are OCI's registry (OCIR).

Does not look anything up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.cloud import regions

_REFERENCE = re.compile(
    r"(?:(?P<host>[A-Za-z0-9.-]+(?::\d+)?)/)?"
    r"(?P<path>[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?",
    re.ASCII,
)
_OCIR = re.compile(r"(?:ocir\.[a-z0-9-]+\.oci\.oraclecloud\.com|[a-z0-9-]+\.ocir\.io)", re.ASCII)


@dataclass(frozen=True)
class Reference:
    """The parts of one reference; `host` is empty for Docker Hub's short names."""

    host: str
    path: str
    tag: str
    digest: str

    @property
    def is_ocir(self) -> bool:
        """Whether the host is OCI's registry."""
        return _OCIR.fullmatch(self.host) is not None

    @property
    def region(self) -> str:
        """OCIR: the region whose registry it is; empty where the host's key is unknown."""
        name = self.host.removeprefix("ocir.").removesuffix(".oci.oraclecloud.com").removesuffix(".ocir.io")
        return regions.by_key(name)

    @property
    def namespace(self) -> str:
        """OCIR: the tenancy's namespace."""
        return self.path.partition("/")[0]

    @property
    def repository(self) -> str:
        """OCIR: the repository's name, below the namespace."""
        return self.path.partition("/")[2]

    @property
    def name(self) -> str:
        """Host, path and tag."""
        return f"{self.host}/{self.path}:{self.tag}" if self.host else f"{self.path}:{self.tag}"


def read(text: str) -> Reference | None:
    """The parts of a reference, or None if it isn't one. The tag defaults to `latest`."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return None
    host = found["host"] or ""
    if host and not any(mark in host for mark in ".:") and host != "localhost":
        if host != host.lower():
            return None
        return Reference("", f"{host}/{found['path']}", found["tag"] or "latest", found["digest"] or "")
    return Reference(host, found["path"], found["tag"] or "latest", found["digest"] or "")
