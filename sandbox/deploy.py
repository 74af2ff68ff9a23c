"""This project's stacks on the sandbox by the real engine: `up`, `preview`, `refresh`, `outputs`, `down`.

The commands are `pulumi`'s own, with the project's policy pack; what is added is what a person would
otherwise have to know: the environment, the generated project, and recovery after a run was cut off.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import checkpoints, faults, housekeeping, private, project
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.cloud.store import Store
from sandbox.engine_call import foreground
from sandbox.environment import ROOT, Sandbox, merged
from sandbox.providers.deployer import DEPLOYER
from sandbox.providers.install import PLUGINS
from sandbox.recovery import check_state, recover
from sandbox.services.objectstorage.objects import Objects

PACK = ROOT / "policy_pack"
Say = Callable[[str], None]

_ENGINE_ARGUMENTS = {
    "up": ("up", "--yes"),
    "preview": ("preview",),
    "refresh": ("refresh", "--yes", "--skip-preview"),
    "down": ("destroy", "--yes", "--skip-preview"),
}
COMMANDS = tuple(_ENGINE_ARGUMENTS)

# The pack's config of a stack that has none of its own: what is not said is judged by the strictest.
_DEFAULT_CONFIG = "prod"
# Arguments that would move the engine to a stack or a project this command has neither locked nor written.
# Short options may stand in one word (`-ys prod`): those before the last take no value.
_OTHER_STACK = re.compile(r"-[dfhjryeQ]*[sC].*|--(?:stack|cwd|config-file)(?:=.*)?", re.DOTALL)
# The pack and its config are this project's: `check-config` has checked no other.
_OTHER_PACK = re.compile(r"--policy-pack(?:-config)?(?:=.*)?", re.DOTALL)
# The engine adds the packs these name to those of its arguments, and ends where the configs are fewer.
_PACK_VARIABLES = ("PULUMI_OPTION_POLICY_PACK", "PULUMI_OPTION_POLICY_PACK_CONFIG")

_NEXT = """\
next      make emit{of}      send an AI event through the deployed rules into the function
          make outputs{of}   the function's id and endpoint
          make logs{of}      what the functions printed
          make down{of}      destroy the stack"""

_MAY_HANG = (
    "--continue-on-error: the engine waits forever where the delete of a replacement fails "
    "(pulumi/pulumi#16373); Ctrl-C ends it and the next up goes on, see docs/recovery.md"
)


def run(command: str, stack: str, sandbox: Sandbox, extra: list[str], say: Say, who: str = "") -> int:
    """Run one of `COMMANDS` on one stack; the engine's exit status.

    `extra` goes to the engine as it is. `who` names a deployer whose rights are checked at each step; without
    one, all is allowed. Raises `SandboxFault` where it cannot come that far.
    """
    project.shipped(stack)
    _refuse_other_stack(extra)
    if extra and not extra[0].startswith("-"):
        # The engine would take it for the address of a template, and make another project of that.
        raise Unusable(
            f"{extra[0]!r}: cannot be passed on to pulumi: its arguments here are options, as --diff"
        )
    environment = sandbox.prepare(say)
    environment.update(dict.fromkeys(_PACK_VARIABLES))
    if command == "down":
        # Objects are deleted with their bucket at the moment it is deleted: where the engine refuses or fails
        # before, they stay.
        environment["OCI_SANDBOX_EMPTY_BUCKETS"] = "1"
    with _only_one(sandbox, stack, command) as lock, Store(sandbox.store) as store:
        store.check()
        faults.announce(sandbox)
        environment[DEPLOYER] = _deployer(who, store)
        housekeeping.tidy_images(store, sandbox.folder)
        housekeeping.tidy_archives(store, sandbox.folder)
        project.write_stack(sandbox, stack, environment)
        if command == "up" and "--continue-on-error" in extra:
            say(_MAY_HANG)
        forget = command == "down"
        recover(sandbox, environment, sandbox.project, project.name(), stack, say, forget_lost=forget)
        environment[checkpoints.ENGINE_VARIABLE] = checkpoints.engine_value(
            checkpoints.chosen_for(sandbox.state_file(project.name(), stack), PLUGINS)
        )
        filled = _filled_buckets(store, stack)
        arguments = [*_arguments(command, stack, extra), *_pack(command, stack, say), *extra]
        if command == "preview" and not _asks_for_more(extra):
            return _preview(arguments, stack, sandbox, environment, lock, say)
        status = foreground(arguments, sandbox.project, merged(environment), lock)
        for name in sorted(filled - _filled_buckets(store, stack)):
            say(f"sandbox: the objects of bucket {name} were deleted with it")
    if command == "up" and status == 0:
        say(_NEXT.format(of="" if stack == "dev" else f" STACK={stack}"))
    return status


def _deployer(who: str, store: Store) -> str | None:
    """`group:<OCID>` or `user:<OCID>`; None for nobody. Raises `Unusable` for whoever does not exist."""
    if not who:
        return None
    from sandbox.rest.principals import find  # it loads what signs, for which no other command should wait

    if not who.startswith(("group:", "user:")):
        raise Unusable(f"--as {who}: expected group:… or user:…")
    credential = find(who, store).credential
    return f"group:{credential.member_of}" if credential.member_of else f"user:{credential.user_id}"


def _asks_for_more(extra: list[str]) -> bool:
    """Whether the output is for a program, or what is asked for is no preview (`--help`)."""
    words = {word.partition("=")[0] for word in extra}
    return bool(words & {"--json", "-j", "--help", "-h", "--event-log"})


def _preview(
    arguments: list[str],
    stack: str,
    sandbox: Sandbox,
    environment: dict[str, str | None],
    lock: int,
    say: Say,
) -> int:
    """Run a preview, and say what access is new in it; the engine's exit status."""
    from sandbox import new_access  # it loads the judge, for which no other command should wait

    log = sandbox.folder / f"preview-{stack}.jsonl"
    log.unlink(missing_ok=True)
    try:
        status = foreground(
            [*arguments, "--event-log", str(log)],
            sandbox.project,
            merged({**environment, **new_access.LOGGING}),
            lock,
        )
        if status == 0:
            for line in new_access.lines(log, sandbox.state_file(project.name(), stack)):
                say(line)
        return status
    finally:
        log.unlink(missing_ok=True)


def outputs(stack: str, sandbox: Sandbox, extra: list[str], say: Say) -> int:
    """Show the outputs of a deployed stack; the engine's exit status. `extra` goes to the engine."""
    project.shipped(stack)
    _refuse_other_stack(extra)
    state = sandbox.state_file(project.name(), stack)
    if not state.exists():
        raise SandboxFault(f"stack {stack}: not deployed in this sandbox; `make up STACK={stack}` deploys it")
    check_state(state)
    environment = sandbox.prepare(say)
    project.write_stack(sandbox, stack, environment)
    arguments = ["stack", "output", "--stack", stack, *extra]
    return foreground(arguments, sandbox.project, merged(environment))


def _arguments(command: str, stack: str, extra: list[str]) -> list[str]:
    given = list(_ENGINE_ARGUMENTS[command])
    if "--preview-only" in extra:  # the engine takes one of the two
        given = [word for word in given if word != "--skip-preview"]
    return [*given, "--stack", stack]


def _pack(command: str, stack: str, say: Say) -> list[str]:
    """The policy pack and its config, where the command can create something."""
    if command not in ("up", "preview"):
        return []
    config = PACK / "config" / f"{stack}.json"
    if not config.exists():
        config = config.with_name(f"{_DEFAULT_CONFIG}.json")
        say(
            f"pack      {stack} has no policy_pack/config/{stack}.json; {config.name}, the strictest, is used"
        )
    return ["--policy-pack", str(PACK), "--policy-pack-config", str(config)]


def _refuse_other_stack(extra: list[str]) -> None:
    for word in extra:
        if _OTHER_STACK.fullmatch(word):
            raise Unusable(f"{word}: cannot be passed on to pulumi: STACK or --stack chooses the stack")
        if _OTHER_PACK.fullmatch(word):
            raise Unusable(f"{word}: cannot be passed on to pulumi: policy_pack/config says how it is judged")


def _filled_buckets(store: Store, stack: str) -> set[str]:
    """The stack's buckets that hold objects, by name."""
    ours = f"urn:pulumi:{stack}::{project.name()}::"
    found, objects = set(), Objects(store)
    for bucket in store.list("oci:ObjectStorage/bucket:Bucket"):
        if bucket.urn.startswith(ours) and not objects.is_empty(bucket.id):
            found.add(str(bucket.outputs["name"]))
    return found


@contextmanager
def _only_one(sandbox: Sandbox, stack: str, command: str) -> Iterator[int]:
    """Hold the stack's lock; a second command on the same stack is refused.

    The engine inherits the open file: should this process be killed, the lock lasts until the engine ends.
    """
    path = sandbox.folder / f"stack-{stack}.lock"
    lock = private.open_lock(path)
    try:
        _take(lock, path, stack)
        os.ftruncate(lock, 0)
        os.write(lock, f"`make {command} STACK={stack}` (process {os.getpid()})".encode())
        yield lock
    finally:
        os.close(lock)


def _take(lock: int, path: Path, stack: str) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = path.read_text().strip() or "another command"
        raise SandboxFault(f"stack {stack} is in use by {holder}; wait until it ends") from None
