"""`sandbox emit`, `sandbox invoke` and `sandbox logs`: arguments and exit status.

Exit status: 0 delivered and answered; 1 nothing was delivered, or something was stopped, failed or refused;
2 unusable input. Errors are one line on stderr.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import itertools
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any

from oci_iam import Directory
from sandbox import housekeeping
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.console import say, show
from sandbox.events import function_log, objects, trace_log
from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import EventFileError, completed, object_of, read_event_file
from sandbox.events.input_file import STANDARD_INPUT, read_input
from sandbox.events.invocation import ALLOW_BUILD
from sandbox.events.invoke import invoke, named, not_deployed
from sandbox.events.samples import DEFAULT, SAMPLES, fitted
from sandbox.events.snapshot import Deployment, read_deployment
from sandbox.events.trace import Trace, as_json, as_text, printable
from sandbox.runner.containers import Equip, shared
from sandbox.runner.live_output import listening

_NAMESPACE = re.compile(r"[A-Za-z0-9_-]+")
_LARGEST_OBJECT = 64 * 1024 * 1024
_RUNS_SHOWN = 20
_LOOK_SECONDS = 0.2
_NOTHING = Deployment(
    rules=(), functions={}, buckets=(), policies=(), directory=Directory("ocid1.tenancy.oc1..unknown")
)


Equipping = Callable[[Path], AbstractContextManager[Equip | None]]
"""Gives, for a sandbox's folder, what equips the functions that a command runs."""


def _unequipped(_: Path) -> AbstractContextManager[None]:
    """Functions get their image and configuration only."""
    return nullcontext()


def add_emit_arguments(
    parser: argparse.ArgumentParser, others: Mapping[str, str] = MappingProxyType({})
) -> None:
    """The arguments of `emit`; `others` are samples of other sources than Events, and what they say."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    events = {name: sample.says for name, sample in SAMPLES.items()}
    parser.epilog = (
        f"samples:\n{_samples(events)}\nsamples of other sources, which go by the served sandbox:\n"
        f"{_samples(others)}"
    )
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--sample",
        choices=sorted({*SAMPLES, *others}),
        default=DEFAULT,
        metavar="NAME",
        help=f"one of the samples below, made to fit the deployed rules (default: {DEFAULT})",
    )
    source.add_argument(
        "--file",
        type=Path,
        help="a file with the event (CloudEvents 0.1, as OCI sends it), - for standard input",
    )
    parser.add_argument(
        "--to",
        metavar="FUNCTION",
        help="make the sample fit a rule that invokes this function, by name or OCID",
    )
    parser.add_argument(
        "--object", type=Path, help="a file with the body of the object the event names, - for standard input"
    )
    _add_running(parser)
    parser.add_argument("--print-event", action="store_true", help="print the event instead of sending it")
    _add_common(parser)


def add_invoke_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `invoke`."""
    parser.add_argument("function", help="the function's display name or OCID")
    parser.add_argument(
        "--as",
        dest="caller",
        required=True,
        metavar="WHO",
        help="group:<name or OCID>, dynamic-group:<name or OCID> or user:<OCID>",
    )
    body = parser.add_mutually_exclusive_group()
    body.add_argument("--file", type=Path, help="a file with the request body, - for standard input")
    _add_running(parser)
    body.add_argument("--body", default='{"score": 0.97}', help="the request body, as a string")
    _add_common(parser)


def add_trace_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `trace`."""
    parser.add_argument("event", help="the event's id, or the beginning of it")
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_logs_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `logs`."""
    parser.add_argument("--function", help="the display name or OCID of one function (default: all)")
    parser.add_argument(
        "--last", type=_count, default=_RUNS_SHOWN, metavar="N", help=f"so many runs (default: {_RUNS_SHOWN})"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what runs, until Ctrl-C")
    _add_common(parser)


def _add_running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow-build",
        action="store_true",
        help="also build requirements of the image that have no wheel: their code runs on this machine",
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stack", help="look at this stack only (default: all that are deployed)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected a number from 1")
    return number


def _samples(says: Mapping[str, str]) -> str:
    width = max(map(len, says), default=0) + 2
    return "\n".join(f"  {name:<{width}}{says[name]}" for name in sorted(says))


def run_emit(args: argparse.Namespace, sandbox_dir: Path, equipping: Equipping = _unequipped) -> int:
    """Sends an event through the deployed rules and prints the trace; the exit status."""
    if args.print_event:
        return _told(lambda: _print_event(args, sandbox_dir))
    return _told(lambda: _reported(_emit, args, sandbox_dir, equipping))


def run_invoke(args: argparse.Namespace, sandbox_dir: Path, equipping: Equipping = _unequipped) -> int:
    """Invokes a deployed function directly and prints the trace; the exit status."""
    return _told(lambda: _reported(_invoke, args, sandbox_dir, equipping))


def run_logs(args: argparse.Namespace, sandbox_dir: Path) -> int:
    """Prints the newest runs of functions, oldest first; the exit status."""
    return _told(lambda: _logs(args, sandbox_dir))


def run_trace(args: argparse.Namespace, sandbox_dir: Path) -> int:
    """Prints what happened to an event that was sent before; the exit status."""
    return _told(lambda: _trace(args, sandbox_dir))


def _told(command: Callable[[], int]) -> int:
    try:
        return command()
    except Unusable as error:
        say(str(error))
        return 2
    except SandboxFault as error:
        say(str(error))
        return 1


def _reported(
    command: Callable[[argparse.Namespace, Deployment], Trace],
    args: argparse.Namespace,
    sandbox_dir: Path,
    equipping: Equipping,
) -> int:
    deployment = read_deployment(sandbox_dir, args.stack)
    if args.allow_build:
        os.environ[ALLOW_BUILD] = "1"
    with (
        housekeeping.running(sandbox_dir),
        equipping(sandbox_dir) as equip,
        listening(_live),
        shared(deployment.runs, equip),
    ):
        trace = command(args, deployment)
    try:
        function_log.append(sandbox_dir, function_log.runs_of(trace))
        trace_log.append(sandbox_dir, trace)
    except SandboxFault as error:  # what happened is worth more than its note
        say(f"note      {error}")
    show(as_json(trace) if args.json else as_text(trace))
    return 0 if trace.ok else 1


def _live(function: str, line: str) -> None:
    say(f"live      {function}: {printable(line)}")


def _print_event(args: argparse.Namespace, sandbox_dir: Path) -> int:
    """Print the event that would be sent: its text on stdout, what it is on stderr."""
    try:
        deployment = read_deployment(sandbox_dir, args.stack)
    except SandboxFault as error:
        say(f"note      {error}; the event fits no rule of a deployed stack")
        deployment = _NOTHING
    event, _, says = _chosen(args, deployment)
    say(f"event     {says}")
    show(json.dumps(completed(event)[0], indent=2))
    return 0


def _chosen(args: argparse.Namespace, deployment: Deployment) -> tuple[dict[str, Any], bytes | None, str]:
    """The event that was asked for, the body of its object, and what it is."""
    if args.file == args.object == STANDARD_INPUT:
        raise Unusable("standard input can be the event or the object, not both")
    body = read_input(args.object, _LARGEST_OBJECT) if args.object else None
    if args.file:
        if args.to:
            raise Unusable("--to makes a sample fit; an event from a file goes where the rules send it")
        return read_event_file(args.file), body, f"file {args.file}"
    sample = SAMPLES[args.sample]
    deployment = _towards(args.to, deployment) if args.to else deployment
    body = sample.body if body is None else body
    return fitted(sample, deployment), body, f"sample {args.sample}: {sample.says}"


def _towards(function: str, deployment: Deployment) -> Deployment:
    """What is deployed, with only those rules that invoke a function."""
    ids = {one.id for one in deployment.function_named(function)}
    rules = [rule for rule in deployment.rules if any(one.target in ids for one in rule.actions)]
    if not rules:
        raise Unusable(
            f"function {function}: no rule invokes it" if ids else not_deployed(function, deployment)
        )
    return dataclasses.replace(deployment, rules=rules)


def _emit(args: argparse.Namespace, deployment: Deployment) -> Trace:
    given, body, says = _chosen(args, deployment)
    _check_deployed(deployment, args.stack)
    event, added = completed(given)
    notes = [] if args.file else [says]
    if args.file and added:
        notes.append(f"added to the event, as Events would: {', '.join(added)}")
    event, was = _at_home(event, deployment)
    notes += [f"namespace {was} of the event changed to that of its bucket here"] if was else []
    if body is not None:
        notes.append(f"object kept at {_place(event, body, deployment, args)}")
    trace = dispatch(event, deployment)
    trace.notes = notes + trace.notes
    return trace


def _at_home(event: dict[str, Any], deployment: Deployment) -> tuple[dict[str, Any], str]:
    """The event in the namespace of its bucket, and the one that it named if that is another: events captured
    in a tenancy name its namespace, and no client would find the object there."""
    ref = object_of(event)
    if ref is None or deployment.bucket(ref.namespace, ref.bucket):
        return event, ""
    here = {one.namespace for one in deployment.buckets if one.name == ref.bucket}
    if len(here) != 1 or not _NAMESPACE.fullmatch(ref.namespace):  # what is none is refused as it stands
        return event, ""
    moved, namespace = copy.deepcopy(event), here.pop()
    if isinstance(moved["data"].get("additionalDetails"), dict):
        moved["data"]["additionalDetails"]["namespace"] = namespace
    resource = moved["data"].get("resourceId")
    if isinstance(resource, str):
        moved["data"]["resourceId"] = resource.replace(f"/n/{ref.namespace}/", f"/n/{namespace}/", 1)
    return moved, ref.namespace


def _check_deployed(deployment: Deployment, stack: str | None) -> None:
    if deployment.rules:
        return
    where = f"stack {stack}" if stack else str(deployment.folder)
    raise SandboxFault(
        f"{where}: no Events rule is deployed, so no event can reach a function; try `make up`"
    )


def _place(event: dict[str, Any], body: bytes, deployment: Deployment, args: argparse.Namespace) -> str:
    ref = object_of(event)
    if ref is None:
        raise EventFileError(f"{args.object}: the event names no object that this could be the body of")
    return objects.place(deployment.folder, ref, body)


def _invoke(args: argparse.Namespace, deployment: Deployment) -> Trace:
    body = read_input(args.file, _LARGEST_OBJECT) if args.file else os.fsencode(args.body)
    return invoke(named(args.function, args.stack, deployment), body, args.caller, deployment)


def _trace(args: argparse.Namespace, sandbox_dir: Path) -> int:
    found = trace_log.find(sandbox_dir, args.event)
    if found is None:
        raise SandboxFault(
            f"event {args.event}: not among those that `emit` sent here; those of services: "
            f"`python -m sandbox deliveries {args.event}`"
        )
    show(as_json(found) if args.json else as_text(found))
    return 0


def _logs(args: argparse.Namespace, sandbox_dir: Path) -> int:
    batches = function_log.follow(sandbox_dir, args.last, args.stack, args.function)
    runs = next(batches)
    if args.follow:
        return _followed(itertools.chain([runs], batches), as_json=args.json)
    if args.json:
        show(json.dumps([dataclasses.asdict(run) for run in runs], indent=2))
        return 0
    if not runs:
        say("no function has run here yet; `make emit` sends an event to one")
    for run in runs:
        show(_of_run(run))
    return 0


def _followed(batches: Iterator[list[function_log.Run]], *, as_json: bool) -> int:
    """Until Ctrl-C. JSON comes as one line a run: a list would never end."""
    for runs in batches:
        for run in runs:
            show(json.dumps(dataclasses.asdict(run)) if as_json else _of_run(run))
        time.sleep(_LOOK_SECONDS)
    return 0


def _of_run(run: function_log.Run) -> str:
    head = f"{run.time}  {run.stack} {run.function}  {run.ended}"
    return "\n".join([head, *(f"  {printable(line)}" for line in run.lines)])
