"""`python -m sandbox`: the commands behind the Makefile, and the environment for plain `pulumi`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox import deploy, project
from sandbox.cloud.errors import SandboxFault
from sandbox.environment import Sandbox, shell_exports
from sandbox.events.command import add_emit_arguments, add_invoke_arguments, run_emit, run_invoke
from sandbox.recovery import recover


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox", description="A stand-in for Oracle Cloud on this machine, for the real Pulumi engine."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in (
        ("up", "deploy a stack of this project, guarded by its policy pack"),
        ("preview", "show what a deploy would change, and judge it"),
        ("down", "destroy a stack of this project"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--stack", default="dev", help="dev (default) or prod")
        command.add_argument("extra", nargs="*", help="arguments for pulumi, after --")
    add_emit_arguments(commands.add_parser("emit", help="send an event through the deployed rules"))
    add_invoke_arguments(commands.add_parser("invoke", help="call a deployed function as a user or a group"))
    commands.add_parser("env", help='print the environment: eval "$(python -m sandbox env)"')
    repair = commands.add_parser("repair", help="mend a stack of any project after a kill")
    repair.add_argument("--stack", required=True)
    repair.add_argument("--cwd", type=Path, default=Path(), help="the project's folder, this one by default")
    return parser


def _repair(sandbox: Sandbox, stack: str, place: Path) -> int:
    folder, name = project.find(place.expanduser().resolve())
    if not sandbox.state_file(name, stack).exists():
        raise SandboxFault(f"{folder}: the project {name} has no stack {stack} in this sandbox")
    mended = recover(sandbox, sandbox.prepare(_say), folder, name, stack, _say, forget_lost=True)
    _say(f"recovery  {stack}: {'mended' if mended else 'nothing to mend'}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status. Errors are one line on stderr."""
    options = _parser().parse_args(arguments)
    sandbox = Sandbox.here()
    try:
        if options.command == "env":
            print(shell_exports(sandbox.prepare(_say)))
            return 0
        if options.command == "emit":
            return run_emit(options, sandbox.folder)
        if options.command == "invoke":
            return run_invoke(options, sandbox.folder)
        if options.command == "repair":
            return _repair(sandbox, options.stack, options.cwd)
        return deploy.run(options.command, options.stack, sandbox, options.extra, _say)
    except SandboxFault as error:
        _say(str(error))
        return 1
    except KeyboardInterrupt:
        _say("interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main())
