"""`sandbox faults`: ask for errors, delays and held answers, see which there are, and take them out again.

Writes `faults.json` in the sandbox's folder, which everything that answers reads at each request. What a
fault means is in `sandbox.cloud.faults`.
"""

from __future__ import annotations

import argparse
import json
import secrets
from fnmatch import fnmatchcase
from typing import Any

from sandbox import private
from sandbox.cloud import faults
from sandbox.cloud.errors import SandboxFault, Unusable, by_name
from sandbox.cloud.store import Store
from sandbox.console import say, show
from sandbox.environment import Sandbox
from sandbox.providers.sdk import Sdk
from sandbox.services import rest_services

_PACKAGES = ("pulumi_oci", "pulumi_docker_build")
_HOW_OFTEN = "Without --times a fault strikes until it is cleared."


def add_faults_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `faults`."""
    doing = parser.add_subparsers(dest="doing", required=True, metavar="what")
    add = doing.add_parser("add", help="ask for a fault", epilog=_HOW_OFTEN)
    add.add_argument("--type", metavar="TYPE", help="a Pulumi type token, or a glob such as 'oci:Identity/*'")
    add.add_argument("--name", metavar="NAME", help="the resource's name or URN, or a glob")
    add.add_argument("--on", dest="operation", metavar="OPERATION", help=f"{', '.join(faults.OPERATIONS)}")
    add.add_argument(
        "--call", metavar="OPERATION", help="an operation over REST, such as PutObject, or a glob"
    )
    add.add_argument("--error", metavar="ERROR", help="429, or a name such as 409-IncorrectState")
    add.add_argument("--message", metavar="TEXT", help="the error's text")
    add.add_argument("--delay", dest="delay_seconds", type=float, metavar="SECONDS", help="answer this late")
    add.add_argument(
        "--hold",
        metavar="FILE",
        help="write, then keep the answer back while a file of this name is in the sandbox's folder",
    )
    add.add_argument("--times", type=int, metavar="N", help="strike N times, over all processes")
    add.add_argument("--chance", type=float, metavar="SHARE", help="strike this share of the requests: 0.2")
    add.add_argument(
        "--seed", type=int, metavar="N", help="which requests those are (default: 0); alone: half of them"
    )
    doing.add_parser("list", help="show the faults that are asked for, and how often each has struck")
    clear = doing.add_parser("clear", help="take faults out again: those named, or all")
    clear.add_argument("ids", nargs="*", metavar="FAULT", help="its number in `faults list`")


def run_faults(options: argparse.Namespace, sandbox: Sandbox) -> int:
    """Add, list or clear; the exit status."""
    sandbox.make()
    match options.doing:
        case "add":
            return _add(options, sandbox)
        case "list":
            return _list(sandbox)
        case _:
            return _clear(options.ids, sandbox)


def described(entry: dict[str, Any]) -> str:
    """One fault in words: `create of oci:Identity/* answers 429-TooManyRequests, 2 times`."""
    if "call" in entry:
        what = f"{entry['call']} over REST"
    else:
        what = f"{entry.get('operation', 'every operation')} of {entry.get('type', 'every type')}"
        name = entry.get("name", entry.get("urn"))
        what += f" named {name}" if name else ""
    effects = []
    if "delay_seconds" in entry:
        effects.append(f"waits {entry['delay_seconds']:g} s")
    if "error" in entry:
        error = by_name(entry["error"], "")
        effects.append(f"answers {error.status}-{error.code}")
    if "hold" in entry:
        effects.append(f"is held while {entry['hold']} is there")
    told = f"{what} {' and '.join(effects)}"
    if faults.share(entry) < 1:
        told += f", {faults.share(entry):.0%} of the requests by seed {entry.get('seed', 0)}"
    times = entry.get("times")
    return told + (f", {times} {'time' if times == 1 else 'times'}" if times else "")


def announce(sandbox: Sandbox) -> None:
    """Say which faults are on, so that nobody takes one for a mistake. Raises `SandboxFault`."""
    for entry in faults.entries(faults.file_in(sandbox.folder)):
        say(f"fault     {described(entry)}")


def _add(options: argparse.Namespace, sandbox: Sandbox) -> int:
    entry = {key: getattr(options, key) for key in _KEYS if getattr(options, key) is not None}
    wrong = faults.problem(entry)
    if wrong:
        key, _, reason = wrong.partition(": ")
        raise Unusable(f"--{_ARGUMENTS.get(key, key)}: {reason}")
    _refuse_unknown(entry)
    entry = {"id": secrets.token_hex(3), **entry}
    path = faults.file_in(sandbox.folder)
    private.write(path, json.dumps([*faults.entries(path), entry], indent=1) + "\n")
    say(f"fault     {entry['id']}: {described(entry)}")
    return 0


def _refuse_unknown(entry: dict[str, Any]) -> None:
    """A fault that fits nothing would look like a pass."""
    for key, known in (("type", _types), ("call", _calls)):
        if key in entry and not any(fnmatchcase(each, entry[key]) for each in known()):
            raise Unusable(f"--{key}: {entry[key]!r} fits nothing the sandbox knows")


def _types() -> list[str]:
    return [token for package in _PACKAGES for token in Sdk(package).tokens]


def _calls() -> list[str]:
    return [operation.name for service in rest_services() for operation in service.operations]


def _list(sandbox: Sandbox) -> int:
    found = faults.entries(faults.file_in(sandbox.folder))
    with Store(sandbox.store) as store:
        for entry in found:
            struck = f", {faults.used(store, entry)} so far" if "id" in entry and "times" in entry else ""
            show(f"{entry.get('id', '-'):8}{described(entry)}{struck}")
    if not found:
        say("no faults are asked for")
    return 0


def _clear(ids: list[str], sandbox: Sandbox) -> int:
    path = faults.file_in(sandbox.folder)
    # A file that cannot be read is taken out as well: that is the way out of it.
    found = _readable(ids, sandbox)
    known = {entry["id"] for entry in found if "id" in entry}
    unknown = [id for id in ids if id not in known]
    if unknown:
        raise Unusable(f"{unknown[0]}: there is no such fault; `faults list` shows those there are")
    left = [entry for entry in found if ids and entry.get("id") not in ids]
    if left:
        private.write(path, json.dumps(left, indent=1) + "\n")
    else:
        path.unlink(missing_ok=True)
    with Store(sandbox.store) as store:
        faults.forget(store, ids or sorted(known))
    return 0


def _readable(ids: list[str], sandbox: Sandbox) -> list[dict[str, Any]]:
    try:
        return faults.entries(faults.file_in(sandbox.folder))
    except SandboxFault:
        if ids:
            raise
        return []


_KEYS = (
    *("type", "name", "operation", "call", "error", "message"),
    *("delay_seconds", "hold", "times", "chance", "seed"),
)
_ARGUMENTS = {"operation": "on", "delay_seconds": "delay"}
