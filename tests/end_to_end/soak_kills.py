"""Every victim at every type of both stacks: `make soak-kills` (about half an hour on 2 idle cores).

For each pair the victim is killed between the durable create of a resource of that type and its answer; then
an up must converge, a second one change nothing, state and store must agree, and a down leave nothing. Prints
a table, and what went wrong; the exit status tells whether anything did. `absent` means that the victim does
not run yet when that type is created. A sample of it is in `test_kills.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sandbox.environment import Sandbox
from tests.end_to_end.killing import VICTIMS, Absent, Stack

STACKS = ("dev", "prod")


def problems(stack: Stack, victim: str, type: str, operation: str = "create") -> list[str]:
    """What goes wrong after one kill, a line each; none is what should be."""
    killed = stack.killed(victim, type, operation)
    ran = stack.up()
    found = [f"up after the kill failed: {_end(ran.output)}"] if ran.status else []
    found += [f"traceback in: {_end(each.output)}" for each in (killed, ran) if each.traceback]
    found += stack.disagreements()
    again = stack.up("--expect-no-changes")
    found += [f"the second up is not unchanged: {_end(again.output)}"] if again.status else []
    return found


def emptied(stack: Stack) -> list[str]:
    """What goes wrong when a stack is destroyed, a line each."""
    down = stack.run("down")
    found = [f"down failed: {_end(down.output)}"] if down.status else []
    return found + stack.disagreements() + [f"left over: {type}" for type in stack.types()]


def _end(output: str) -> str:
    return " / ".join(line.strip() for line in output.splitlines() if line.strip())[-1500:]


def _matrix(stacks: list[str], victims: list[str], sandbox: Sandbox) -> int:
    verdicts: Counter[str] = Counter()
    start = time.monotonic()
    for name in stacks:
        stack = Stack(sandbox, name)
        first = stack.up()
        assert first.status == 0, first.output
        types = stack.types()
        wrong = emptied(stack)
        assert not wrong, wrong
        print(f"\n{name}: {len(types)} types, {len(victims)} victims", flush=True)
        for type in types:
            for victim in victims:
                verdicts[_case(stack, victim, type)] += 1
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"\n{verdicts.total()} kills: {told}; {(time.monotonic() - start) / 60:.0f} minutes")
    return 1 if verdicts["FAILED"] else 0


def _case(stack: Stack, victim: str, type: str) -> str:
    """One kill and what follows; the verdict, printed."""
    begun = time.monotonic()
    try:
        found = problems(stack, victim, type)
        verdict = "FAILED" if found else "ok"
    except Absent:
        found, verdict = [], "absent"
    left = emptied(stack)
    verdict = "FAILED" if left else verdict
    print(f"{verdict:7}{victim:10}{type}  {time.monotonic() - begun:.0f} s", flush=True)
    for line in found + left:
        print(f"       {line}", flush=True)
    return verdict


def main() -> int:
    """Run the matrix, or the part of it that the arguments name."""
    parser = argparse.ArgumentParser(prog="soak_kills", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stack", action="append", choices=STACKS, help="only this stack (may be repeated)")
    parser.add_argument(
        "--victim", action="append", choices=VICTIMS, help="only this victim (may be repeated)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sandbox = Sandbox(Path(folder) / ".sandbox")
        sandbox.prepare(lambda line: print(line, file=sys.stderr))
        return _matrix(options.stack or list(STACKS), options.victim or list(VICTIMS), sandbox)


if __name__ == "__main__":
    sys.exit(main())
