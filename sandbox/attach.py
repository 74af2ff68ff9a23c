"""`sandbox attach`: what an administrator does for a deployer: a group, and a policy from a file.

A policy is called as its file is; attaching the file again replaces it. Both are resources of the store as
any other, and belong to no stack.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from sandbox.cloud import regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import SandboxFault, ServiceError, Unusable
from sandbox.cloud.store import Record, Store
from sandbox.console import say
from sandbox.environment import Sandbox
from sandbox.services.identity import GROUP, POLICY
from sandbox.services.resources import create, delete, update


def add_attach_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--group", required=True, help="the group by name; made where there is none")
    parser.add_argument("--tenancy", required=True, help="the OCID of the tenancy that both are in")
    parser.add_argument("--detach", action="store_true", help="delete the policy instead")
    parser.add_argument("file", type=Path, help="a JSON list of statements")


def run_attach(options: argparse.Namespace, sandbox: Sandbox) -> int:
    """Attach or detach; the exit status. Raises `SandboxFault`."""
    statements = _statements(options.file)
    with Store(sandbox.store) as store:
        cloud = Cloud(store, regions.DEFAULT, options.tenancy)
        try:
            if options.detach:
                for policy in _named(store, POLICY, options.file.stem, options.tenancy):
                    delete(cloud, policy)
            else:
                attach(cloud, options.group, options.file.stem, statements)
        except ServiceError as error:
            raise SandboxFault(f"attach: {error}") from None
    say(f"{'detached' if options.detach else 'attached'}  {options.file.stem}")
    return 0


def attach(cloud: Cloud, group: str, name: str, statements: list[str]) -> Record:
    """The policy of this name in the tenancy with these statements, and the group. Raises `ServiceError`."""
    if not _named(cloud.store, GROUP, group, cloud.tenancy):
        _create(cloud, GROUP, {"name": group, "description": "Made by sandbox attach"})
    for policy in _named(cloud.store, POLICY, name, cloud.tenancy):
        return update(cloud, policy, {"statements": statements})
    said = {"name": name, "description": "Made by sandbox attach", "statements": statements}
    return _create(cloud, POLICY, said)


def _create(cloud: Cloud, type: str, inputs: dict[str, Any]) -> Record:
    now = time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC", time.gmtime())
    more = {"timeCreated": now, "freeformTags": {}, "definedTags": {}}
    return create(cloud, type, {"compartmentId": cloud.tenancy, **inputs}, more)


def _named(store: Store, type: str, name: str, tenancy: str) -> list[Record]:
    return [
        record
        for record in store.list(type)
        if (record.outputs.get("name"), record.outputs.get("compartmentId")) == (name, tenancy)
    ]


def _statements(file: Path) -> list[str]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{file}: expected a JSON list of statements: {error}") from None
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Unusable(f"{file}: expected a JSON list of statements")
    return found
