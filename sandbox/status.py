"""`sandbox status`: what is deployed, who is at work, and how much of everything there is."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

from sandbox import private
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Record, Store
from sandbox.console import show
from sandbox.environment import Sandbox
from sandbox.events import function_log
from sandbox.events.development import is_developed
from sandbox.recovery.locks import engines_at_work
from sandbox.rest.place import Place
from sandbox.rest.request_log import RequestLog
from sandbox.services.functions import FUNCTION
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects

_LABEL = 10


def add_status_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `status`."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run_status(options: argparse.Namespace, sandbox: Sandbox) -> int:
    """Show it; the exit status."""
    if not sandbox.store.is_file():
        raise SandboxFault(f"{sandbox.folder}: nothing is here yet; `make up` deploys the dev stack")
    found = status_of(sandbox)
    show(json.dumps(found, indent=2) if options.json else _as_text(found))
    return 0


def status_of(sandbox: Sandbox) -> dict[str, Any]:
    """The state of a sandbox, as it is printed with `--json`."""
    with Store(sandbox.store) as store:
        records = store.list()
        objects = Objects(store)
        deliveries = Outbox(store).counts()
        buckets = {
            str(record.outputs.get("name")): objects.count(record.id)
            for record in records
            if record.type == BUCKET
        }
    functions = [record for record in records if record.type == FUNCTION]
    runs = list(function_log.read(sandbox.folder))
    requests = list(RequestLog(sandbox.folder).entries())
    return {
        "folder": str(sandbox.folder),
        "stacks": _stacks(records),
        "at_work": _at_work(sandbox),
        "functions": [_function(record, sandbox.folder) for record in functions],
        "buckets": buckets,
        "serving": _serving(Place(sandbox.folder)),
        "deliveries": {"owed": deliveries["waiting"], "given_up": deliveries["dropped"]},
        "runs": {
            "logged": len(runs),
            "failed": sum(not run.ended.startswith("200") for run in runs),
            "last": runs[-1].time if runs else None,
        },
        "requests": {
            "logged": len(requests),
            "refused": sum(400 <= entry.status < 500 for entry in requests),
            "failed": sum(entry.status >= 500 for entry in requests),
            "last": requests[-1].time if requests else None,
        },
    }


def _stacks(records: list[Record]) -> list[dict[str, Any]]:
    """Resources by the stack that made them; those that clients made are in none."""
    by_stack: dict[tuple[str, str], Counter[str]] = {}
    for record in records:
        # urn:pulumi:dev::project::type::name
        head, _, rest = record.urn.removeprefix("urn:pulumi:").partition("::")
        project = rest.partition("::")[0]
        by_stack.setdefault((project, head), Counter())[record.type] += 1
    return [
        {
            "project": project or None,
            "stack": stack or None,
            "resources": counts.total(),
            "types": dict(sorted(counts.items())),
        }
        for (project, stack), counts in sorted(by_stack.items())
    ]


def _at_work(sandbox: Sandbox) -> list[str]:
    held = [path for path in sorted(sandbox.folder.glob("stack-*.lock")) if private.is_locked(path)]
    mine = [f"stack {path.stem.removeprefix('stack-')}: {path.read_text().strip()}" for path in held]
    return mine + engines_at_work(sandbox)


def _function(record: Record, folder: Path) -> dict[str, Any]:
    return {
        "name": record.outputs.get("displayName"),
        "id": record.id,
        "runs_from_source": is_developed(folder, record.id),
    }


def _serving(place: Place) -> dict[str, Any] | None:
    found = place.serving()
    return {"process": found.pid, "proxy": f"http://127.0.0.1:{found.proxy_port}"} if found else None


def _as_text(found: dict[str, Any]) -> str:
    serving = found["serving"]
    lines = [
        ("sandbox", found["folder"]),
        *(("stack", _stack(stack)) for stack in found["stacks"]),
        *(("at work", line) for line in found["at_work"]),
        *(("function", _named(function)) for function in found["functions"]),
        *(("bucket", f"{name}: {_counted(count, 'object')}") for name, count in found["buckets"].items()),
        (
            "serving",
            f"process {serving['process']}, proxy {serving['proxy']}"
            if serving
            else "no process; one is started by the first command that needs it",
        ),
        ("owed", "{owed} to be delivered, {given_up} given up".format(**found["deliveries"])),
        ("runs", _logged(found["runs"], "failed")),
        ("requests", _logged(found["requests"], "refused", "failed")),
    ]
    return "\n".join(f"{label:<{_LABEL}}{text}" for label, text in lines)


def _stack(stack: dict[str, Any]) -> str:
    name = f"{stack['stack']} of {stack['project']}" if stack["stack"] else "made by clients"
    return f"{name}: {_counted(stack['resources'], 'resource')}"


def _named(function: dict[str, Any]) -> str:
    source = "  (runs from its source: `sandbox dev`)" if function["runs_from_source"] else ""
    return f"{function['name']}  {function['id']}{source}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _logged(counts: dict[str, Any], *kinds: str) -> str:
    of_these = ", ".join(f"{counts[kind]} {kind}" for kind in kinds)
    last = f", the last at {counts['last']}" if counts["last"] else ""
    return f"{counts['logged']} in the log, {of_these}{last}"
