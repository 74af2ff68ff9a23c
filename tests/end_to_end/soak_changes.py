"""An hour of random changes of a stack, with kills and faults: `make soak` (MINUTES=60 SEED=…).

Each round changes the stack's file at random (`random_settings.py`) and deploys it under disturbances: a
process killed between a durable write and its answer, the whole run killed at some moment, operations that
fail by chance, or none. Then an up must pass, a second one must change nothing, and state and store must
agree. What the deployed state refuses (a change that needs a word in the file) is taken back, and must leave
the stack as it was. Prints what each round did and what went wrong; the exit status tells whether anything
did. The same seed makes the same changes and the same disturbances; what a parallel deploy had done at the
moment of a kill may differ. A short form is in `test_changes.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import yaml

from sandbox.environment import Sandbox
from tests.end_to_end.harness import Ran
from tests.end_to_end.killing import VICTIMS, Absent, Hold, Never, Stack
from tests.end_to_end.random_settings import first, step
from tests.end_to_end.test_edits import Settings
from tests.end_to_end.test_stack import _copy

STACK = "dev"
ERRORS = ("429", "500", "409-IncorrectState")
_HOW_OFTEN = (1, 1, 2, 3)
"""Disturbances of one change: whatever recovers from a kill may be killed, too."""

_PATIENCE_SECONDS = 240

Tell = Callable[[str], None]


@dataclass
class Report:
    """What a walk came to."""

    rounds: int = 0
    disturbed: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def kills(self) -> int:
        """How many processes or runs were killed."""
        return sum(count for what, count in self.disturbed.items() if what.startswith("kill"))

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.disturbed.items()))
        return (
            f"{self.rounds} rounds, {self.kills} kills ({told}), {len(self.problems)} problems; "
            f"{self.seconds / 60:.0f} minutes"
        )


class Walk:
    """One stack that goes through random changes, in a checkout and a sandbox of its own."""

    def __init__(self, folder: Path, seed: int, tell: Tell) -> None:
        self._folder, self._tell = folder, tell
        self._random = Random(seed)  # noqa: S311 a seed must tell it all
        self.report = Report()
        (folder / "checkout").mkdir()
        self._checkout = _copy(folder / "checkout").folder
        shutil.copytree(Path(__file__).with_name("rotator_function"), self._checkout / "rotator")
        self._worlds = 0
        self._settings = first()
        self._stack = self._new_world()

    def run(self, go_on: Callable[[Report], bool]) -> Report:
        """Rounds as long as `go_on` says so, then everything is taken down."""
        begun = time.monotonic()
        self._say(self._deployed("the first deploy"))
        while go_on(self.report):
            self._round()
            self.report.seconds = time.monotonic() - begun
        self._say(self._emptied())
        self.report.seconds = time.monotonic() - begun
        return self.report

    def _new_world(self) -> Stack:
        self._worlds += 1
        sandbox = Sandbox(self._folder / f"world-{self._worlds}" / ".sandbox")
        return Stack(sandbox, STACK, self._checkout)

    def _round(self) -> None:
        self.report.rounds += 1
        former = self._settings
        changed, self._settings = step(self._random, former, STACK)
        self._write()
        disturbed = [self._disturbed() for _ in range(self._random.choice(_HOW_OFTEN))]
        self.report.disturbed.update(what for what, _ in disturbed)
        self._tell(f"round {self.report.rounds}: {changed}  [{', '.join(what for what, _ in disturbed)}]")
        found = [f"traceback under {what}: {_end(ran.output)}" for what, ran in disturbed if ran.traceback]
        up = self._stack.up()
        if up.status != 0 and f"Pulumi.{STACK}.yaml: " in up.output:
            self.report.disturbed["refused"] += 1
            self._tell(f"  taken back: {_refusal(up.output)}")
            self._settings = former
            self._write()
            up = self._stack.up()
        found += self._problems_of(up)
        self._say(found)
        if found:
            self._start_over(former)

    def _disturbed(self) -> tuple[str, Ran]:
        """Deploy under a disturbance; which one it came to, and how the run ended."""
        kind = self._random.choices(("held", "run", "faults", "quiet"), (60, 15, 20, 5))[0]
        if kind == "held":
            return self._killed_between()
        if kind == "run":
            return self._killed_after(self._random.uniform(1, 10))
        if kind == "faults":
            fault = {
                "error": self._random.choice(ERRORS),
                "chance": self._random.choice([0.1, 0.3]),
                "seed": self._random.randrange(1000),
            }
            path = self._stack.sandbox.folder / "faults.json"
            path.write_text(json.dumps([fault]))
            try:
                return "faults", self._stack.up()
            finally:
                path.unlink()
        return "quiet", Ran(0, "")

    def _killed_between(self) -> tuple[str, Ran]:
        victim = self._random.choice(VICTIMS)
        operation = self._random.choices(("", "create", "update", "delete"), (70, 10, 10, 10))[0]
        more = {"chance": self._random.choice([0.3, 0.6, 1]), "seed": self._random.randrange(1000)}
        with Hold(self._stack.sandbox, "*", operation, **more) as hold:
            process = self._stack.start("up", "--skip-preview")
            try:
                ran = hold.kill(victim, process)
            except Absent:
                return f"no {victim} to kill", Ran(0, "")
            except Never:
                return "nothing to hold", Ran(0, "")
        return f"kill of {victim}", ran

    def _killed_after(self, seconds: float) -> tuple[str, Ran]:
        """Everything of a run dies at some moment, unless it has ended by then."""
        process = self._stack.start("up", "--skip-preview")
        try:
            output, _ = process.communicate(timeout=seconds)
            what = "run that ended before"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate(timeout=_PATIENCE_SECONDS)
            what = "kill of the run"
        return what, Ran(process.returncode, output)

    def _deployed(self, what: str) -> list[str]:
        self._write()
        return [f"{what}: {problem}" for problem in self._problems_of(self._stack.up())]

    def _problems_of(self, up: Ran) -> list[str]:
        """What is wrong after an up that should pass, a line each."""
        if up.status != 0:
            return [f"the up failed: {_end(up.output)}"]
        found = [f"traceback: {_end(up.output)}"] if up.traceback else []
        found += self._stack.disagreements()
        again = self._stack.up("--expect-no-changes")
        found += [f"the second up is not unchanged: {_end(again.output)}"] if again.status else []
        return found + self._stack.disagreements()

    def _start_over(self, former: Settings) -> None:
        """Go on in a new sandbox, where only what is wrong with the settings themselves fails again."""
        self._tell(yaml.safe_dump({"former": former, "settings": self._settings}))
        self._stack = self._new_world()
        again = self._deployed("the same settings in a new sandbox")
        self._say(again)
        if again:
            self._settings, self._stack = first(), self._new_world()
            self._say(self._deployed("the first settings in a new sandbox"))

    def _emptied(self) -> list[str]:
        down = self._stack.run("down")
        found = [f"down failed: {_end(down.output)}"] if down.status else []
        return found + self._stack.disagreements() + [f"left over: {type}" for type in self._stack.types()]

    def _write(self) -> None:
        text = yaml.safe_dump({"config": self._settings}, sort_keys=False)
        (self._checkout / f"Pulumi.{STACK}.yaml").write_text(text)

    def _say(self, problems: list[str]) -> None:
        for problem in problems:
            self._tell(f"  PROBLEM {problem}")
        self.report.problems += [f"round {self.report.rounds}: {problem}" for problem in problems]


def _refusal(output: str) -> str:
    return next(line.strip() for line in output.splitlines() if f"Pulumi.{STACK}.yaml: " in line)[:200]


def _end(output: str) -> str:
    """What a run said of errors, and its last lines."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    wrong = [line for line in lines if "error:" in line or line.startswith("sandbox:")]
    return " / ".join([*wrong[:6], "…", *lines[-4:]])[:1500]


def rounds(count: int) -> Callable[[Report], bool]:
    """So many rounds."""
    return lambda report: report.rounds < count


def minutes(count: float) -> Callable[[Report], bool]:
    """As many rounds as begin in so many minutes."""
    end = time.monotonic() + count * 60
    return lambda _: time.monotonic() < end


def main() -> int:
    """Walk for as long as the arguments say."""
    parser = argparse.ArgumentParser(prog="soak_changes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=60, help="how long (default: %(default)s)")
    parser.add_argument("--rounds", type=int, help="so many rounds instead")
    parser.add_argument("--seed", type=int, default=1, help="which walk (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        print(f"seed {options.seed}", flush=True)
        walk = Walk(Path(folder), options.seed, lambda line: print(line, flush=True))
        report = walk.run(rounds(options.rounds) if options.rounds else minutes(options.minutes))
    print(report)
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
