"""Mutation testing of `oci_iam`: changes the code in one small place at a time and sees whether a test
notices.

    python tests/oci_iam/mutants.py --sample 120 --minutes 20 --report docs/mutants.md

A mutant is one change of one expression: a comparison or `and`/`or` turned round, a `not` taken away, a
number
moved by one, a condition made always or never true, a returned value replaced, a statement left out. Each
runs in a
copy of the project under `.mutants/`, so nothing of the working tree is touched. Quick tests run first; what
they
miss is shown to the slow ones. A mutant that no test notices survives, and is listed.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".mutants"
PACKAGE = Path("policy_pack/oci_iam")
MODULES = (
    "_parser",
    "_tokens",
    "_scope",
    "combinations",
    "comparison",
    "conditions",
    "decision",
    "directory",
    "judge",
    "matching_rule",
    "ocid",
    "permissions",
)
SLOW = (
    "tests/oci_iam/test_soundness.py",
    "tests/oci_iam/test_judge_exhaustive.py",
    "tests/oci_iam/test_judge_properties.py",
)
LEFT_OUT = (
    "tests/oci_iam/test_cli.py",
    "tests/oci_iam/test_corpus.py",
    "tests/oci_iam/test_differential.py",
    "tests/oci_iam/test_fuzz_statement.py",
    "tests/oci_iam/test_import.py",
)
SECONDS_PER_MUTANT = 420


@dataclass(frozen=True)
class Mutant:
    """One change: the module, the line, what it was and what it is, and the module's whole text with it."""

    module: str
    line: int
    was: str
    became: str
    text: str

    def __str__(self) -> str:
        return f"{self.module}.py:{self.line}: `{self.was}` -> `{self.became}`"


# --- making mutants --------------------------------------------------------------------------------------

_COMPARISONS: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
_OPERATORS: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.BitAnd: ast.BitOr(),
    ast.BitOr: ast.BitAnd(),
}


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """What a node may be changed into."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
        yield ast.Compare(node.left, [_COMPARISONS[type(node.ops[0])]], node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from (
            ast.BoolOp(node.op, [*node.values[:at], *node.values[at + 1 :]])
            if len(node.values) > 2
            else node.values[1 - at]
            for at in range(len(node.values))
        )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS and not _holds_text(node):
        yield ast.BinOp(node.left, _OPERATORS[type(node.op)], node.right)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("all", "any"):
        other = "any" if node.func.id == "all" else "all"
        yield ast.Call(ast.Name(other, ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.If):
        yield ast.If(ast.Constant(value=False), node.body, node.orelse)
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, ast.Expr | ast.AugAssign) and not _is_docstring(node):
        yield ast.Pass()


def _holds_text(node: ast.BinOp) -> bool:
    return any(isinstance(part, ast.JoinedStr | ast.Constant) for part in (node.left, node.right))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def sites(module: str) -> list[tuple[str, int, int]]:
    """Every place of a module that can be changed, with each way of changing it: (module, node, way)."""
    return [
        (module, number, way)
        for number, node in enumerate(_mutable(_tree(module)))
        for way, _ in enumerate(replacements(node))
    ]


def mutant_at(module: str, number: int, way: int) -> Mutant:
    """The mutant of one site."""
    tree = _tree(module)
    place = list(_mutable(tree))[number]
    was, line = ast.unparse(place).splitlines()[0], getattr(place, "lineno", 0)
    new = ast.fix_missing_locations(ast.copy_location(list(replacements(place))[way], place))
    became = ast.unparse(new).splitlines()[0]
    _replace(tree, place, new)
    return Mutant(module, line, was, became, ast.unparse(ast.fix_missing_locations(tree)))


def _tree(module: str) -> ast.Module:
    return ast.parse(_text(module))


@cache
def _text(module: str) -> str:
    """Read once, so that an edit made meanwhile moves no site."""
    return (ROOT / PACKAGE / f"{module}.py").read_text("utf-8")


def _mutable(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of function bodies, annotations left out."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.arg | ast.AnnAssign | ast.alias):
            if isinstance(child, ast.AnnAssign) and child.value is not None:
                yield from _self_and_below(child.value)
        elif isinstance(child, ast.FunctionDef | ast.ClassDef):  # without decorators and annotations
            for statement in child.body:
                yield from _self_and_below(statement)
        else:
            yield from _self_and_below(child)


def _self_and_below(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    yield from _mutable(node)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                setattr(parent, name, [new if item is old else item for item in value])


# --- running them ----------------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """A copy of what the tests need."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    skip = shutil.ignore_patterns("__pycache__", ".hypothesis")
    for part in ("policy_pack", "tests/oci_iam", "docs"):
        shutil.copytree(ROOT / part, folder / part, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", folder / "pyproject.toml")


def notices(folder: Path, tests: list[str], limit: float) -> bool:
    """Whether a test fails, or the run takes longer than it may."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder / "policy_pack")}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def quick_tests(folder: Path) -> list[str]:
    """Every test file that is neither slow nor left out, the conformance corpus first."""
    found = sorted(str(path.relative_to(folder)) for path in (folder / "tests/oci_iam").glob("test_*.py"))
    first = "tests/oci_iam/test_conformance.py"
    return [first, *(name for name in found if name not in (first, *SLOW, *LEFT_OUT))]


def is_caught(mutant: Mutant, folder: Path) -> bool:
    """Whether some test notices the mutant."""
    path = folder / PACKAGE / f"{mutant.module}.py"
    original = path.read_text("utf-8")
    path.write_text(mutant.text, "utf-8")
    try:
        quick = notices(folder, quick_tests(folder), SECONDS_PER_MUTANT)
        return quick or notices(
            folder, [name for name in SLOW if (folder / name).exists()], SECONDS_PER_MUTANT
        )
    finally:
        path.write_text(original, "utf-8")


def main() -> int:
    """Exit status 0 when the run could be made, whatever survived; 2 when the tests fail without any
    mutant."""
    arguments = _arguments()
    folder = WORK / str(os.getpid())
    prepare(folder)
    try:
        if notices(folder, quick_tests(folder), SECONDS_PER_MUTANT):
            print("mutants: the tests fail without any mutant", file=sys.stderr)
            return 2
        chosen, total = _chosen(arguments)
        outcome = _run(chosen, folder, time.monotonic() + 60 * arguments.minutes, is_caught)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = report(outcome, total, arguments.seed)
    print(text)
    if arguments.report:
        Path(arguments.report).write_text(text, "utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sample", type=int, default=100, help="how many mutants, spread over the modules")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--minutes", type=float, default=15, help="when to stop")
    parser.add_argument("--module", action="append", choices=MODULES, help="only these modules")
    parser.add_argument("--report", help="where to write the report (Markdown)")
    return parser.parse_args()


def _chosen(arguments: argparse.Namespace) -> tuple[list[Mutant], int]:
    everything = [site for module in arguments.module or MODULES for site in sites(module)]
    chance = random.Random(arguments.seed)  # noqa: S311 - repeatable, not secret
    chosen = chance.sample(everything, min(arguments.sample, len(everything)))
    return [mutant_at(*site) for site in chosen], len(everything)


def _run(
    chosen: list[Mutant], folder: Path, until: float, caught: Callable[[Mutant, Path], bool]
) -> list[tuple[Mutant, bool]]:
    outcome: list[tuple[Mutant, bool]] = []
    for mutant in chosen:
        if time.monotonic() > until:
            break
        outcome.append((mutant, caught(mutant, folder)))
        print(f"{'caught  ' if outcome[-1][1] else 'SURVIVED'} {mutant}", flush=True)
    return outcome


# --- the report ------------------------------------------------------------------------------------------


def report(outcome: list[tuple[Mutant, bool]], total: int, seed: int) -> str:
    """The score a module, and every survivor."""
    tried = Counter(mutant.module for mutant, _ in outcome)
    caught = Counter(mutant.module for mutant, was_caught in outcome if was_caught)
    lines = [
        "# Mutants",
        "",
        f"{len(outcome)} of {total} mutants of `oci_iam` were tried (seed {seed}); "
        f"{sum(caught.values())} were noticed by a test.",
        "",
        "| module | tried | noticed |",
        "|---|---|---|",
        *(f"| `{module}` | {tried[module]} | {caught[module]} |" for module in sorted(tried)),
        "",
        "## Survivors",
        "",
        *(f"* {mutant}" for mutant, was_caught in outcome if not was_caught),
    ]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
