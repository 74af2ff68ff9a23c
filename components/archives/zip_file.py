"""A zip whose bytes depend on its members alone: no times, no owners, no order of folders, no compressor.

What is compressed already stays as it is: a member of a wheel is copied with the bytes it has there, which
the wheel's hash fixes. What comes from a folder is stored. Compressed here, the same files could give other
bytes with another version of zlib.

Source: .ZIP File Format Specification 6.3 (APPNOTE), 4.3 and 4.4.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION = 20  # the first with deflate and folders
_UNIX = 3 << 8
_UTF8 = 1 << 11
_DAY = (1 << 5) | 1  # 1 January 1980, where time begins in a zip
_MOST_MEMBERS = 0xFFFF
_FILE = 0o100644
_PROGRAM = 0o100755


@dataclass(frozen=True)
class Member:
    """A file: `data` are its bytes as the zip holds them, `method` how they are compressed."""

    path: str
    data: bytes
    crc: int
    size: int
    method: int = zipfile.ZIP_STORED
    executable: bool = False


def stored(path: str, content: bytes, *, executable: bool = False) -> Member:
    """A file as it is."""
    return Member(path, content, zlib.crc32(content), len(content), executable=executable)


def copied(wheel: Path) -> Iterator[tuple[zipfile.ZipInfo, Member]]:
    """The files of a zip, each with the bytes it has there. Raises `ValueError` where it cannot be read."""
    try:
        with zipfile.ZipFile(wheel) as archive, wheel.open("rb") as file:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                file.seek(info.header_offset)
                header = file.read(30)
                names, extras = struct.unpack("<26xHH", header)
                file.seek(names + extras, 1)
                data = file.read(info.compress_size)
                executable = bool((info.external_attr >> 16) & 0o100)
                member = Member(
                    info.filename, data, info.CRC, info.file_size, info.compress_type, executable=executable
                )
                yield info, member
    except (OSError, struct.error, zipfile.BadZipFile) as error:
        raise ValueError(f"{wheel.name}: cannot be read: {error}") from None


def written(members: Iterable[Member]) -> bytes:
    """The zip of these members, in the order of their paths. Raises `ValueError` for one that is twice."""
    ordered = sorted(members, key=lambda member: member.path)
    for one, other in pairwise(ordered):
        if one.path == other.path:
            raise ValueError(f"{one.path}: is there twice")
    if len(ordered) > _MOST_MEMBERS:
        raise ValueError(f"{len(ordered)} files; a zip holds at most {_MOST_MEMBERS}")
    content, directory = bytearray(), bytearray()
    for member in ordered:
        offset = len(content)
        name = member.path.encode()
        content += _LOCAL + _described(member, name) + name + member.data
        mode = _PROGRAM if member.executable else _FILE
        directory += _CENTRAL + struct.pack("<H", _UNIX | _VERSION) + _described(member, name)
        directory += struct.pack("<HHHII", 0, 0, 0, mode << 16, offset) + name
    end = (0, 0, len(ordered), len(ordered), len(directory), len(content), 0)
    return bytes(content + directory + _END + struct.pack("<HHHHIIH", *end))


def _described(member: Member, name: bytes) -> bytes:
    """What the header before a file and the one at the end have in common."""
    return struct.pack(
        "<HHHHHIIIHH",
        _VERSION,
        _UTF8,
        member.method,
        0,
        _DAY,
        member.crc,
        len(member.data),
        member.size,
        len(name),
        0,
    )
