"""`sandbox serve`, `sandbox run` and `sandbox why`: arguments and exit status."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from pathlib import Path

from sandbox.api import answers
from sandbox.cloud.errors import SandboxFault
from sandbox.console import say, show
from sandbox.rest.place import Place, Serving
from sandbox.rest.request_log import NO_REQUEST, RequestLog
from sandbox.rest.run import Wishes, run
from sandbox.rest.server import serve
from sandbox.rest.why import explained


def add_serve_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `serve`."""
    _add_allow(parser)
    parser.add_argument(
        "--answers",
        type=Path,
        metavar="FOLDER",
        help="answers of AI services, as <package>/<Operation>.json (default: the sandbox's answers/)",
    )


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `run`."""
    parser.add_argument(
        "--as",
        dest="who",
        required=True,
        metavar="WHO",
        help="user:NAME, group:NAME, administrator, function:NAME, gateway:NAME, rule:NAME or"
        " dynamic-group:NAME; an OCID does for a name",
    )
    parser.add_argument(
        "--region", default="", help="the region of the config file (default: what is deployed)"
    )
    _add_allow(parser)
    parser.add_argument(
        "--session", action="store_true", help="the user signs with a session token of 60 minutes, not a key"
    )
    parser.add_argument(
        "--real-network",
        action="store_true",
        help="the command gets no network of its own: it reaches yours, and is reached from there",
    )
    parser.add_argument("argument", nargs="+", help="the command and its arguments, after --")


def add_why_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `why`."""
    parser.add_argument(
        "request_id",
        nargs="?",
        help="the opc-request-id of an answer, or a part of it between slashes "
        "(default: the last request that was refused)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _add_allow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="HOST",
        help="a host beside Oracle's that the proxy reaches; may be given several times",
    )


def run_serve(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Serve in front until Ctrl-C; the exit status."""
    if options.answers is not None:
        if not options.answers.is_dir():
            raise SandboxFault(f"{options.answers}: is no folder")
        os.environ[answers.FOLDER] = str(options.answers.resolve())
    if not serve(sandbox_dir, allow=options.allow, ready=_told):
        found = Place(sandbox_dir).serving()
        raise SandboxFault(
            f"{sandbox_dir}: is served already" + (f" by process {found.pid}" if found else "")
        )
    return 0


def _told(serving: Serving) -> None:
    say(f"serving   proxy http://127.0.0.1:{serving.proxy_port}  (process {serving.pid}; Ctrl-C ends it)")


def run_run(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Run a command under an identity; its exit status."""
    wishes = Wishes(options.region, options.allow, options.session, options.real_network)
    return run(options.who, options.argument, sandbox_dir, wishes)


def run_why(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Explain a request; the exit status."""
    log, id = RequestLog(sandbox_dir), options.request_id
    entry = log.last_refused() if id is None else log.find(id)
    if entry is None:
        raise SandboxFault(
            "no request that was refused is in the sandbox's log" if id is None else NO_REQUEST.format(id)
        )
    show(json.dumps(dataclasses.asdict(entry), indent=2) if options.json else explained(entry))
    return 0
