"""Every victim at every type of both stacks: `make soak-kills` (about an hour on 2 idle cores).

For each pair the victim is killed between the durable create of a resource of that type and its answer, and
again between a delete and its answer; then an up must converge, a second one change nothing, state and store
must agree, and a down leave nothing. Prints a table, and what went wrong; the exit status tells whether
anything did. `absent` means that the victim does not run at that moment. A sample is in `test_kills.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sandbox.environment import Sandbox
from tests.end_to_end.harness import Ran
from tests.end_to_end.killing import VICTIMS, Absent, Stack

STACKS = ("dev", "prod")
OPERATIONS = ("create", "delete")


def problems(stack: Stack, victim: str, type: str, operation: str = "create") -> list[str]:
    """What goes wrong after one kill, a line each; none is what should be."""
    killed = stack.killed(victim, type, operation)
    ran = stack.up()
    found = problems_of(ran)
    found += [f"traceback in: {_end(each.output)}" for each in (killed, ran) if each.traceback]
    found += stack.disagreements()
    again = stack.up("--expect-no-changes")
    found += [f"the second up is not unchanged: {_end(again.output)}"] if again.status else []
    return found


def problems_of(up: Ran) -> list[str]:
    """What is wrong with an up that should pass."""
    return [f"up after the kill failed: {_end(up.output)}"] if up.status else []


def emptied(stack: Stack) -> list[str]:
    """What goes wrong when a stack is destroyed, a line each."""
    down = stack.run("down")
    found = [f"down failed: {_end(down.output)}"] if down.status else []
    return found + stack.disagreements() + [f"left over: {type}" for type in stack.types()]


def _end(output: str) -> str:
    return " / ".join(line.strip() for line in output.splitlines() if line.strip())[-1500:]


def _matrix(sandbox: Sandbox, stacks: list[str], operations: list[str], victims: list[str]) -> int:
    verdicts: Counter[str] = Counter()
    start = time.monotonic()
    for name in stacks:
        stack = Stack(sandbox, name)
        first = stack.up()
        assert first.status == 0, first.output
        types = stack.types()
        for operation in operations:
            # A destroy runs neither program nor pack.
            dying = [each for each in victims if operation == "create" or each not in ("program", "pack")]
            print(f"\n{name}, {operation}: {len(types)} types, {len(dying)} victims", flush=True)
            for type in types:
                for victim in dying:
                    verdicts[_case(stack, victim, type, operation)] += 1
        wrong = emptied(stack)
        assert not wrong, wrong
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"\n{verdicts.total()} kills: {told}; {(time.monotonic() - start) / 60:.0f} minutes")
    return 1 if verdicts["FAILED"] else 0


def _case(stack: Stack, victim: str, type: str, operation: str) -> str:
    """One kill and what follows; the verdict, printed. A case of creates begins with an empty stack."""
    begun = time.monotonic()
    found = emptied(stack) if operation == "create" else []
    try:
        found += problems(stack, victim, type, operation)
        verdict = "FAILED" if found else "ok"
    except Absent:
        verdict = "absent"
        if operation == "delete":
            found += problems_of(stack.up())
    verdict = "FAILED" if found else verdict
    print(f"{verdict:7}{victim:10}{type}  {time.monotonic() - begun:.0f} s", flush=True)
    for line in found:
        print(f"       {line}", flush=True)
    return verdict


def main() -> int:
    """Run the matrix, or the part of it that the arguments name."""
    parser = argparse.ArgumentParser(prog="soak_kills", description=(__doc__ or "").partition("\n")[0])
    for name, known in (("stack", STACKS), ("operation", OPERATIONS), ("victim", VICTIMS)):
        parser.add_argument(f"--{name}", action="append", choices=known, help=f"only this {name}; repeatable")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sandbox = Sandbox(Path(folder) / ".sandbox")
        sandbox.prepare(lambda line: print(line, file=sys.stderr))
        stacks, operations = options.stack or STACKS, options.operation or OPERATIONS
        return _matrix(sandbox, list(stacks), list(operations), list(options.victim or VICTIMS))


if __name__ == "__main__":
    sys.exit(main())
