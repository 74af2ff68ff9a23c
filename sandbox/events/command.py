"""`sandbox emit` and `sandbox invoke`: arguments, exit status, and where errors go.

Exit status: 0 delivered and answered; 1 nothing was delivered, or something was stopped, failed or refused;
2 unusable input. Errors are one line on stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.cloud.errors import SandboxFault
from sandbox.events import objects
from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import EventFileError, completed, object_of, read_event_file
from sandbox.events.invoke import UnknownCaller, invoke
from sandbox.events.samples import DEFAULT, SAMPLES, fitted
from sandbox.events.snapshot import Deployment, Function, read_deployment
from sandbox.events.trace import Trace, as_json, as_text

_LARGEST_OBJECT = 64 * 1024 * 1024


def add_emit_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `emit`."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--sample",
        choices=sorted(SAMPLES),
        default=DEFAULT,
        help=f"an event of the project's own, made to fit the deployed rules (default: {DEFAULT})",
    )
    source.add_argument("--file", type=Path, help="a file with the event (OCI's CloudEvents 0.1 envelope)")
    parser.add_argument("--object", type=Path, help="a file with the body of the object the event names")
    _add_common(parser)


def add_invoke_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `invoke`."""
    parser.add_argument("function", help="the function's display name or OCID")
    parser.add_argument(
        "--as", dest="caller", required=True, metavar="WHO", help="group:<name or OCID> or user:<OCID>"
    )
    body = parser.add_mutually_exclusive_group()
    body.add_argument("--file", type=Path, help="a file with the body of the call")
    body.add_argument("--body", default='{"score": 0.97}', help="the body of the call as text")
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", help="look at this stack only (default: all that are deployed)")
    parser.add_argument("--json", action="store_true", help="print the trace as JSON")


def run_emit(args: argparse.Namespace, sandbox_dir: Path) -> int:
    """Sends an event through the deployed rules and prints the trace; the exit status."""
    return _reported(lambda: _emit(args, sandbox_dir), args)


def run_invoke(args: argparse.Namespace, sandbox_dir: Path) -> int:
    """Calls a deployed function directly and prints the trace; the exit status."""
    return _reported(lambda: _invoke(args, sandbox_dir), args)


def _reported(command: Callable[[], Trace], args: argparse.Namespace) -> int:
    try:
        trace = command()
    except (EventFileError, UnknownCaller) as error:
        print(error, file=sys.stderr)
        return 2
    except SandboxFault as error:
        print(error, file=sys.stderr)
        return 1
    print(as_json(trace) if args.json else as_text(trace))
    return 0 if trace.ok else 1


def _emit(args: argparse.Namespace, sandbox_dir: Path) -> Trace:
    given = read_event_file(args.file) if args.file else None
    body = _read(args.object) if args.object else None
    deployment = read_deployment(sandbox_dir, args.stack)
    _check_deployed(deployment, sandbox_dir, args.stack)
    notes = []
    if given is None:
        sample = SAMPLES[args.sample]
        notes.append(f"sample {args.sample}: {sample.says}")
        given, body = fitted(sample, deployment), sample.body if body is None else body
    event, added = completed(given)
    if args.file and added:
        notes.append(f"added to the event, as Events would: {', '.join(added)}")
    if body is not None:
        notes.append(f"object kept at {_place(event, body, deployment, args)}")
    trace = dispatch(event, deployment)
    trace.notes = notes + trace.notes
    return trace


def _check_deployed(deployment: Deployment, sandbox_dir: Path, stack: str | None) -> None:
    if deployment.rules:
        return
    where = f"stack {stack}" if stack else str(sandbox_dir)
    raise SandboxFault(
        f"{where}: no Events rule is deployed, so no event can reach a function; try `make up`"
    )


def _place(event: dict[str, Any], body: bytes, deployment: Deployment, args: argparse.Namespace) -> Path:
    ref = object_of(event)
    if ref is None:
        raise EventFileError(f"{args.object}: the event names no object that this could be the body of")
    return objects.place(deployment.objects, ref, body)


def _invoke(args: argparse.Namespace, sandbox_dir: Path) -> Trace:
    body = _read(args.file) if args.file else args.body.encode()
    deployment = read_deployment(sandbox_dir, args.stack)
    return invoke(_named(args.function, args.stack, deployment), body, args.caller, deployment)


def _named(name: str, stack: str | None, deployment: Deployment) -> Function:
    found = [one for one in deployment.function_named(name) if stack in (None, one.stack)]
    if not found:
        known = ", ".join(sorted({one.name for one in deployment.functions.values()})) or "none"
        raise UnknownCaller(f"function {name}: not deployed in this sandbox; there are: {known}")
    if len(found) > 1:
        places = ", ".join(f"{one.id} ({one.stack})" for one in found)
        raise UnknownCaller(f"function {name}: several are called so; give --stack or an OCID: {places}")
    return found[0]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            body = file.read(_LARGEST_OBJECT + 1)
    except OSError as error:
        raise EventFileError(f"{path}: {error.strerror or error}") from None
    if len(body) > _LARGEST_OBJECT:
        raise EventFileError(f"{path}: larger than {_LARGEST_OBJECT} bytes")
    return body
