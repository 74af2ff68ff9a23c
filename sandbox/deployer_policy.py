"""`make deployer-policy`: the statements that a deployer of a stack needs, written for an administrator.

The stack is deployed into a sandbox of its own that nobody else sees, which shows every resource and every
look-up of the program as it is, whatever components it is made of. The second file needs the ids of what is
really deployed: of the stack in this sandbox, or of the `pulumi stack export` that is given.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oci_iam.deployer import page, policy
from oci_iam.deployer.resources import Graph, Resource
from oci_iam.deployer.statements import Granted, Subject, subject_of
from sandbox import private, project
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.cloud.store import Store
from sandbox.engine_call import quiet
from sandbox.environment import ROOT, Sandbox
from sandbox.providers.deployer import DEPLOYER, LOOK_UPS
from sandbox.providers.rights import resource_of

FOLDER = ROOT / "deployer-policy"
_PROVIDERS = ("oci:", "docker-build:")
Say = Callable[[str], None]


def run_deployer_policy(options: argparse.Namespace, sandbox: Sandbox, say: Say) -> int:
    """Write the files; the exit status. Raises `SandboxFault`, one line for all types that nobody knows."""
    stack = project.shipped(options.stack)
    try:
        subject = subject_of(options.group)
    except ValueError as error:
        raise Unusable(f"--group {error}") from None
    tenancy, home = project.place(stack)
    deployed = _deployed(
        options.state or sandbox.state_file(project.name(), stack), given=bool(options.state)
    )
    created, look_ups = _tried(stack, say)
    network = options.network_compartment

    first, later = (Graph(found, tenancy, home, network) for found in (created, deployed))
    try:
        files = [(f"{stack}-first", _FIRST, policy.first(subject, first, look_ups))]
        if deployed:
            files.append((f"{stack}-after", _AFTER, policy.after(subject, later, look_ups)))
        for name, meant, statements in files:
            _write(name, meant, subject, statements, tenancy, say)
    except policy.Unknown as unknown:
        raise SandboxFault(f"{stack}: no policy is written: {unknown}") from None
    except page.Refused as refused:
        raise SandboxFault(f"{stack}: no policy is written; a defect of this command: {refused}") from None
    except OSError as error:
        raise SandboxFault(f"{FOLDER}: cannot be written: {error.strerror}") from None
    if not deployed:
        say(f"after     {stack} is not deployed here; of one that is elsewhere: ARGS='--state EXPORT.json'")
    return 0


def _tried(stack: str, say: Say) -> tuple[list[Resource], list[policy.LookUp]]:
    """What a first deploy creates, and what its program looks up."""
    with tempfile.TemporaryDirectory(prefix="oci-sandbox-") as folder:
        scratch = Sandbox(Path(folder) / ".sandbox")
        environment = scratch.prepare(say)
        noted = scratch.folder / "look-ups.jsonl"
        environment |= {LOOK_UPS: str(noted), DEPLOYER: None}
        project.write_stack(scratch, stack, environment)
        say(f"trying    {stack} in a sandbox of its own")
        quiet(environment, scratch.project, "up", "--yes", "--skip-preview", "--stack", stack)
        with Store(scratch.store) as store:
            found = [resource_of(record) for record in store.list()]
        lines = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
        asked = [json.loads(line) for line in dict.fromkeys(lines)]
    return found, [(each["token"], each["arguments"]) for each in asked]


def _deployed(state: Path, *, given: bool) -> list[Resource]:
    """The resources of a state file or an export. Raises `Unusable` for a given file that is neither."""
    if not state.exists() and not given:
        return []
    try:
        content = json.loads(state.read_text(encoding="utf-8"))
        whole = content.get("deployment") or (content.get("checkpoint") or {}).get("latest") or {}
        return [_resource(each) for each in whole.get("resources") or () if _is_of_a_provider(each)]
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Unusable(f"{state}: not a `pulumi stack export`: {error}") from None


def _is_of_a_provider(entry: dict[str, Any]) -> bool:
    return bool(entry.get("custom")) and str(entry.get("type")).startswith(_PROVIDERS)


def _resource(entry: dict[str, Any]) -> Resource:
    properties = {**(entry.get("inputs") or {}), **(entry.get("outputs") or {})}
    return Resource(entry["type"], str(entry.get("id", "")), properties, entry["urn"].rpartition("::")[2])


_FIRST = (
    "for the deploy of {stack} that creates everything: its resources have no OCIDs yet, so only what has "
    "its name before it exists is named. Detach it after the deploy."
)
_AFTER = (
    "for every later deploy of {stack}: reads, changes in place and deletes what there is, by OCID where OCI "
    "knows a variable for it. It creates nothing: where something new is added or replaced, attach the first "
    "one too for as long as it takes."
)


def _write(
    name: str, meant: str, subject: Subject, statements: tuple[Granted, ...], tenancy: str, say: Say
) -> None:
    private.make_folder(FOLDER)
    listed = FOLDER / f"{name}.json"
    head = [
        f"Statements for {subject.text}, {meant.format(stack=name.rpartition('-')[0])}",
        "",
        "An administrator attaches them to the tenancy (`in tenancy` is for what OCI takes only there):",
        f"  oci iam policy create --compartment-id {tenancy}",
        f"    --name deployer-{name} --description 'Deploys {name}' --statements file://{listed.name}",
    ]
    private.write(FOLDER / f"{name}.txt", page.as_text(head, statements, tenancy))
    private.write(listed, page.as_json(statements))
    say(f"wrote     {FOLDER.name}/{name}.txt and .json: {len(statements)} statements")
