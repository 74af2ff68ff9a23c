"""`python -m sandbox`: the commands behind the Makefile, and the environment for plain `pulumi`."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from importlib.metadata import version
from pathlib import Path

from sandbox import console, deploy, new_function, new_stack, private, project
from sandbox.attach import add_attach_arguments, run_attach
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.cloud.kept_secrets import KeptSecrets
from sandbox.console import say
from sandbox.delivery.command import add_deliveries_arguments, run_deliveries
from sandbox.delivery.source_samples import SOURCE_SAMPLES, described
from sandbox.dev import add_dev_arguments, run_dev
from sandbox.emit_source import run_emit_source
from sandbox.environment import ROOT, Sandbox, shell_exports
from sandbox.events.command import (
    add_emit_arguments,
    add_invoke_arguments,
    add_logs_arguments,
    add_trace_arguments,
    run_emit,
    run_invoke,
    run_logs,
    run_trace,
)
from sandbox.faults import add_faults_arguments, run_faults
from sandbox.recovery import recover
from sandbox.reset import add_reset_arguments, run_reset
from sandbox.rest.command import (
    add_run_arguments,
    add_serve_arguments,
    add_why_arguments,
    run_run,
    run_serve,
    run_why,
)
from sandbox.rest.equipment import equipping
from sandbox.rest.gateway.minting import add_token_arguments, run_token
from sandbox.status import add_status_arguments, run_status
from sandbox.tenancy import print_directory
from sandbox.tick import add_tick_arguments, run_tick

UNUSABLE = 2
# What these print is for a program, and made of nothing that a stack holds.
_AS_IT_IS = ("env", "token")
"""Exit status for arguments or files that cannot be used; nothing was done."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox",
        description="A stand-in for Oracle Cloud on this machine, for the real Pulumi engine.",
        epilog="Exit statuses and environment variables: docs/sandbox.md.",
    )
    stated = version("oci-functions-guard")  # which holds `oci_iam`, and so is always installed
    parser.add_argument("--version", action="version", version=f"oci-ai-functions {stated}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in (
        ("up", "deploy a stack of this project, guarded by its policy pack"),
        ("preview", "show what a deploy would change, judge it, and say what access is new"),
        ("refresh", "compare a stack's state with what exists, and adopt it"),
        ("outputs", "show a deployed stack's outputs"),
        ("down", "destroy a stack of this project"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--stack", default="dev", help="dev (default) or another stack of the project")
        if name != "outputs":
            command.add_argument(
                "--as",
                dest="who",
                default="",
                help="check the rights of group:NAME or user:NAME at each step",
            )
        command.add_argument("extra", nargs="*", help="arguments for pulumi, after --")
    stack = commands.add_parser("stack", help="write the file of another stack of this project")
    stack.add_argument("stack", help="the new stack's name")
    stack.add_argument("--like", default="dev", help="the stack whose file it is written from (default: dev)")
    _add_deployer_policy_arguments(
        commands.add_parser("deployer-policy", help="write the statements that a deployer of a stack needs")
    )
    add_attach_arguments(
        commands.add_parser("attach", help="give a group a policy, as an administrator would")
    )
    function = commands.add_parser("function", help="write a function of your own beside this program")
    function.add_argument("name", help="the folder's name, such as my_function")
    add_emit_arguments(
        commands.add_parser("emit", help="send an event through the deployed rules, or a sample by a source"),
        dict(described()),
    )
    add_invoke_arguments(
        commands.add_parser("invoke", help="invoke a deployed function as a user or a group")
    )
    add_logs_arguments(commands.add_parser("logs", help="show what functions printed when they ran"))
    commands.add_parser("directory", help="print who exists and what they are granted, for `oci-iam who-can`")
    add_trace_arguments(commands.add_parser("trace", help="show what happened to an event that was sent"))
    add_status_arguments(commands.add_parser("status", help="show what is deployed and who is at work"))
    add_dev_arguments(commands.add_parser("dev", help="run a deployed function from its source"))
    add_reset_arguments(commands.add_parser("reset", help="empty the sandbox"))
    add_run_arguments(commands.add_parser("run", help="run a command whose OCI clients talk to the sandbox"))
    add_serve_arguments(commands.add_parser("serve", help="answer OCI's REST API on this machine"))
    add_why_arguments(commands.add_parser("why", help="explain how a request was decided"))
    add_token_arguments(
        commands.add_parser("token", help="print a JSON Web Token that deployed gateways take")
    )
    add_deliveries_arguments(
        commands.add_parser("deliveries", help="show what one service owes another, and what became of it")
    )
    add_tick_arguments(commands.add_parser("tick", help="put the clock forward, and do what is due then"))
    add_faults_arguments(commands.add_parser("faults", help="make operations fail, wait or hang on purpose"))
    env = commands.add_parser("env", help='print the environment: eval "$(python -m sandbox env)"')
    env.add_argument("--cwd", type=Path, default=Path(), help="the program's folder, this one by default")
    repair = commands.add_parser("repair", help="mend a stack of any project after a kill")
    repair.add_argument("--stack", required=True)
    repair.add_argument("--cwd", type=Path, default=Path(), help="the project's folder, this one by default")
    return parser


def _add_deployer_policy_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--stack", default="dev", help="dev (default) or another stack of the project")
    parser.add_argument(
        "--group",
        default="deployers",
        help="who deploys: a group by name, Domain/name or OCID (default: deployers); dynamic-group:NAME",
    )
    parser.add_argument(
        "--network-compartment", default="", help="where given subnets are, if not in the stack's compartment"
    )
    parser.add_argument("--state", type=Path, help="a `pulumi stack export` of the deployed stack")


def _split(arguments: list[str]) -> list[str]:
    """`… --words TEXT`, as the last two: TEXT split as a shell splits words, and nothing in it is run.

    So the Makefile passes on what a person gave as one variable. Raises `Unusable` for an open quote.
    """
    if arguments[-2:-1] != ["--words"] or arguments[:1] == ["run"]:
        return arguments
    try:
        return [*arguments[:-2], *shlex.split(arguments[-1])]
    except ValueError as error:
        raise Unusable(f"{arguments[-1]!r}: {error}") from None


def _folder(place: Path) -> Path:
    """The folder that a person means. Raises `Unusable`."""
    try:
        return place.expanduser().resolve()
    except RuntimeError:  # `~nobody/x` of a user there is none of
        raise Unusable(f"{place}: names the home of a user that does not exist") from None


def _repair(sandbox: Sandbox, stack: str, place: Path) -> int:
    folder, name = project.find(_folder(place))
    if not sandbox.state_file(name, stack).exists():
        raise SandboxFault(f"{folder}: the project {name} has no stack {stack} in this sandbox")
    if folder == ROOT:
        folder = sandbox.project  # whose stack files hold the sandbox's encryption salt
    mended = recover(sandbox, sandbox.prepare(say), folder, name, stack, say, forget_lost=True)
    say(f"recovery  {stack}: {'mended' if mended else 'nothing to mend'}")
    return 0


def _env(sandbox: Sandbox, place: Path) -> int:
    folder = _folder(place)
    console.show(shell_exports(sandbox.prepare(say, yaml=project.is_yaml(folder))))
    for warning in project.warnings_for(folder, sandbox.home):
        say(f"warning   {warning}")
    return 0


def _new_stack(stack: str, template: str) -> int:
    for line in new_stack.write(stack, template):
        say(line)
    return 0


def _new_function(name: str) -> int:
    for line in new_function.write(name):
        say(line)
    return 0


def _run(options: argparse.Namespace, sandbox: Sandbox) -> int:
    if getattr(options, "stack", None) is not None:
        project.checked(options.stack)
    command: str = options.command
    match command:
        case "env":
            return _env(sandbox, options.cwd)
        case "emit" if not options.file and options.sample in SOURCE_SAMPLES:
            return run_emit_source(options, sandbox.folder)
        case "deployer-policy":
            # It loads the judge, for which no other command should wait.
            from sandbox.deployer_policy import run_deployer_policy

            return run_deployer_policy(options, sandbox, say)
        case "attach":
            sandbox.make()
            return run_attach(options, sandbox)
        case "emit":
            return run_emit(options, sandbox.folder, equipping)
        case "invoke":
            return run_invoke(options, sandbox.folder, equipping)
        case "logs":
            return run_logs(options, sandbox.folder)
        case "directory":
            return print_directory(sandbox.folder)
        case "trace":
            return run_trace(options, sandbox.folder)
        case "status":
            return run_status(options, sandbox)
        case "dev":
            return run_dev(options, sandbox.folder)
        case "reset":
            return run_reset(options, sandbox)
        case "run":
            sandbox.make()
            return run_run(options, sandbox.folder)
        case "serve":
            sandbox.make()
            return run_serve(options, sandbox.folder)
        case "why":
            return run_why(options, sandbox.folder)
        case "token":
            sandbox.make()
            return run_token(options, sandbox.folder)
        case "deliveries":
            return run_deliveries(options, sandbox.folder)
        case "tick":
            sandbox.make()
            return run_tick(options, sandbox.folder)
        case "faults":
            return run_faults(options, sandbox)
        case "repair":
            return _repair(sandbox, options.stack, options.cwd)
        case "stack":
            return _new_stack(options.stack, options.like)
        case "function":
            return _new_function(options.name)
        case "outputs":
            return deploy.outputs(options.stack, sandbox, options.extra, say)
        case _:
            return deploy.run(command, options.stack, sandbox, options.extra, say, options.who)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status, as docs/sandbox.md lists them. Errors are one line on stderr."""
    console.set_up()
    try:
        try:
            return _command(sys.argv[1:] if arguments is None else arguments)
        finally:
            console.settle()
    except Unusable as error:
        say(str(error))
        return UNUSABLE
    except SandboxFault as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted")
        return 128 + signal.SIGINT


def _command(arguments: list[str]) -> int:
    options = _parser().parse_args(_split(arguments))
    sandbox = Sandbox.here()
    console.hide_with(None if options.command in _AS_IT_IS else KeptSecrets(sandbox.folder).hide)
    try:
        return _run(options, sandbox)
    finally:
        if sandbox.exists():
            private.narrow(sandbox.folder)


if __name__ == "__main__":
    sys.exit(main())
