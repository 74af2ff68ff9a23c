"""What is given to `pulumi import`, and which resource it means.

A format is what the SDK documents: `id`, or a path such as `users/{userId}/apiKeys/{fingerprint}`. The id the
resource is kept under may be another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.percent import decoded
from sandbox.cloud.store import Record


def imported(cloud: Cloud, token: str, format: str, given: str) -> Record | None:
    """The resource of a type that an import id means, None where there is none. Raises `InvalidParameter`
    for an id of another format."""
    record = cloud.store.get(given)
    if "{" not in format:
        return record
    found = _pattern(format).fullmatch(given)
    if found is None and record is not None and record.type == token and _begins(format, given):
        return record  # the id it is kept under, which leaves out what the format has at its end
    if found is None:
        raise InvalidParameter(f"expected an import id such as {format}, found {given}")
    if record is not None and record.type == token:
        return record
    wanted = {field: decoded(value) for field, value in found.groupdict().items()}
    fitting = [each for each in cloud.list(token) if _fits(each, wanted)]
    return fitting[-1] if fitting else None


def _begins(format: str, given: str) -> bool:
    """Whether an id is a path that begins as the format does."""
    return "/" in given and given.partition("/")[0] == format.partition("/")[0]


@cache
def _pattern(format: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", format)
    return re.compile(
        "".join(f"(?P<{part}>.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    )


def _fits(record: Record, wanted: dict[str, str]) -> bool:
    """Whether every field means this resource."""
    return all(says(record, field, value) for field, value in wanted.items())


def says(record: Record, field: str, value: str) -> bool:
    """Whether a field with this value means the resource; one it says nothing of fits any."""
    known = set(_meant(record, field))
    return not known or value in known


def _meant(record: Record, field: str) -> Iterator[str]:
    """What a field may be: `bucketName` is also `bucket`, or the `name` of the bucket itself; and the field
    of the resource's own id is that, or the last part of it."""
    values = {**record.inputs, **record.outputs}
    field = re.sub(r"_(\w)", lambda letter: letter[1].upper(), field)  # some formats are Terraform's
    short = re.sub(r"(Name|Id|Key)$", "", field)
    for name in (field, short, "name" if field.endswith("Name") else ""):
        if isinstance(values.get(name), str | int) and values[name] != "":
            yield str(values[name])
    if field not in values and short not in values:
        yield record.id
        yield decoded(record.id.rpartition("/")[2])
