"""Mutation testing of `oci_iam`: changes the code in one small place at a time and sees whether a test
notices.

    python tests/oci_iam/mutants.py

A mutant is one change of one expression or statement: a comparison or `and`/`or` turned round, a `not`
taken away, a number moved by one, a condition made never true, a statement left out.

Every test runs once, and the lines it runs are noted. Then each mutant gets a process forked from the one
that has all tests loaded: there the code of the changed function is exchanged, and the tests that run the
changed line are shown to it, quickest first, up to the first that fails. What runs while modules and tests
are loaded can't be exchanged that late: such a mutant is loaded afresh, in a Python of its own
(`--only` does that too, and shows what the tests say). No file is changed.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import inspect
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol  # the one way to run a test without reporting it
from coverage import Coverage
from hypothesis import Phase, settings

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "policy_pack" / "oci_iam"
MODULES = (
    "_harmless",
    "_implication",
    "_near_miss",
    "_normal_form",
    "_parser",
    "_pins",
    "_principals",
    "_scope",
    "_tokens",
    "_variables",
    "catalogue.operations",
    "catalogue.permissions",
    "catalogue.types",
    "combinations",
    "comparison",
    "conditions",
    "decision",
    "directory",
    "granted",
    "judge",
    "matching_rule",
    "narrowest",
    "ocid",
    "policy",
)
# They start processes, which see no mutant, or compare with texts that not every checkout has.
LEFT_OUT = ("test_corpus", "test_differential", "test_import")
PYTEST = [
    "-q",
    "-x",
    "--capture=sys",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore:Module already imported:pytest.PytestAssertRewriteWarning",
    *(f"--ignore=tests/oci_iam/{name}.py" for name in LEFT_OUT),
    "tests/oci_iam",
]
ALONE_SECONDS = 300
MEMORY = 3 << 30


# --- making mutants --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Site:
    """A place of a module that can be changed, and one of the ways of changing it."""

    module: str
    node: int
    way: int

    def __str__(self) -> str:
        return f"{self.module}:{self.node}:{self.way}"


@dataclass(frozen=True)
class Mutant:
    """One change: where, what it was and what it is, and the module's whole code with it."""

    site: Site
    lines: range
    was: str
    became: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.site.module}.py:{self.lines.start}: `{self.was}` -> `{self.became}` ({self.site})"


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


def sites(module: str) -> list[Site]:
    """Every place of a module that can be changed, with each way of changing it."""
    return [
        Site(module, number, way)
        for number, node in enumerate(_mutable(_tree(module)))
        for way, _ in enumerate(replacements(node))
    ]


def mutant_at(site: Site) -> Mutant:
    """The mutant of one site."""
    tree = _tree(site.module)
    place = list(_mutable(tree))[site.node]
    was, lines = ast.unparse(place).splitlines()[0], _lines(place)
    new = ast.fix_missing_locations(ast.copy_location(list(replacements(place))[site.way], place))
    became = ast.unparse(new).splitlines()[0]
    _replace(tree, place, new)
    code = compile(ast.fix_missing_locations(tree), str(_path(site.module)), "exec")
    return Mutant(site, lines, was, became, code)


def _path(module: str) -> Path:
    return PACKAGE / f"{module.replace('.', '/')}.py"


def _tree(module: str) -> ast.Module:
    return ast.parse(_text(module))


@cache
def _text(module: str) -> str:
    """Read once, so that an edit made meanwhile moves no site."""
    return _path(module).read_text("utf-8")


def _lines(node: ast.AST) -> range:
    """The lines that run when the node does; of an `if`, those of its condition."""
    place = node.test if isinstance(node, ast.If) else node
    assert isinstance(place, ast.expr | ast.stmt)
    return range(place.lineno, (place.end_lineno or place.lineno) + 1)


def _mutable(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes below a node; annotations, decorators and parameters left out."""
    for name, value in ast.iter_fields(tree):
        if name not in ("annotation", "returns", "decorator_list"):
            for child in value if isinstance(value, list) else (value,):
                if isinstance(child, ast.AST) and not isinstance(child, ast.arguments):
                    yield child
                    yield from _mutable(child)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                setattr(parent, name, [new if item is old else item for item in value])


# --- exchanging the code of functions that are loaded ----------------------------------------------------

Change = tuple[FunctionType, CodeType]
RanBy = Mapping[int, list[str]]
"""Which tests run a line; `""` for what runs while the package is loaded."""


def changes(mutant: Mutant) -> list[Change]:
    """The loaded functions that the mutant changes, each with its new code; none when the change is outside
    functions."""
    new = {(code.co_qualname, code.co_firstlineno): code for code in _all_codes(mutant.code)}
    loaded = importlib.import_module(f"oci_iam.{mutant.site.module}")
    found = []
    for function in _functions(loaded):
        old = function.__code__
        code = new[old.co_qualname, old.co_firstlineno]
        if code != old:
            found.append((function, code))
    return found


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _all_codes(part)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions and methods written in a module, without what a decorator puts around them."""
    for value in vars(module).values():
        for member in vars(value).values() if isinstance(value, type) else (value,):
            bare = getattr(member, "fget", None) or getattr(member, "__func__", None) or member
            function = inspect.unwrap(bare) if callable(bare) else bare
            if isinstance(function, FunctionType) and function.__code__.co_filename == module.__file__:
                yield function


def forget() -> None:
    """Empties every `lru_cache` of the package: a remembered answer runs no line."""
    for name, module in list(sys.modules.items()):
        if name.startswith("oci_iam"):
            for value in vars(module).values():
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


# --- running the tests -----------------------------------------------------------------------------------


class Laboratory:
    """A pytest plugin: instead of reporting the tests, it shows them one mutant after the other."""

    def __init__(self, chosen: Sequence[Site], until: float, slow_seconds: float, coverage: Coverage) -> None:
        self.chosen = chosen
        self.until = until
        self.slow_seconds = slow_seconds
        self.coverage = coverage
        self.seconds: dict[pytest.Item, float] = {}
        self.outcome: list[tuple[Mutant, bool]] = []
        self.works = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of the loop that runs every test once."""
        ran_by = self._lines_of_tests(session.items)
        gc.freeze()
        self.works = not session.testsfailed and ran_by is not None and not self.is_noticed([], session.items)
        if ran_by is None or not self.works:
            return True
        print(f"mutants: {len(session.items)} tests, {len(self.chosen)} mutants", flush=True)
        for site in self.chosen:
            if time.monotonic() > self.until:
                break
            mutant = mutant_at(site)
            self.outcome.append((mutant, self._try(mutant, ran_by[site.module])))
            print(f"{'noticed ' if self.outcome[-1][1] else 'SURVIVED'} {mutant}", flush=True)
        return True

    def _lines_of_tests(self, items: list[pytest.Item]) -> Mapping[str, RanBy] | None:
        """Which tests run a line of a module; None if a test fails as it is."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            forget()
            self.coverage.switch_context(item.nodeid)
            start = time.monotonic()
            reports = runtestprotocol(item, log=False, nextitem=following)
            self.seconds[item] = time.monotonic() - start
            for report in reports:
                if report.failed:
                    print(f"{item.nodeid}\n{report.longreprtext}", file=sys.stderr)
                    return None
        self.coverage.stop()
        data = self.coverage.get_data()
        return {name: data.contexts_by_lineno(str(_path(name))) for name in MODULES}

    def _try(self, mutant: Mutant, ran_by: RanBy) -> bool:
        ran = {name for line in mutant.lines for name in ran_by.get(line, ())}
        changed = changes(mutant)
        if changed and self.is_noticed(changed, [item for item in self.seconds if item.nodeid in ran]):
            return True
        return ("" in ran or not changed) and is_noticed_alone(mutant)

    def is_noticed(self, changed: list[Change], items: list[pytest.Item]) -> bool:
        """Whether one of the tests fails, hangs or eats up the memory, in a process of its own."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = int(self._fails(changed, items))
            finally:
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0

    def _fails(self, changed: list[Change], items: list[pytest.Item]) -> bool:
        for function, code in changed:
            function.__code__ = code
        forget()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        until = None
        for item in sorted(items, key=lambda item: (_is_slow(item), self.seconds[item])):
            if _is_slow(item):
                until = until or time.monotonic() + self.slow_seconds
                if time.monotonic() > until:
                    break
            signal.setitimer(signal.ITIMER_REAL, 5 + 10 * self.seconds[item])  # ends the process
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=None)):
                return True
        return False


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


def is_noticed_alone(mutant: Mutant) -> bool:
    """Whether a test fails in a Python that knows the mutant from the start."""
    command = [sys.executable, __file__, "--only", str(mutant.site)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=ALONE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def run_alone(mutant: Mutant) -> int:
    """Loads the mutant in place of its module and runs all tests, the quick ones first."""
    plain = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return mutant.code if self.path == str(_path(mutant.site.module)) else plain(self, fullname)

    setattr(SourceFileLoader, "get_code", get_code)  # noqa: B010 - mypy takes no assignment to a method
    print(mutant, flush=True)
    return pytest.main(["-m", "not slow", *PYTEST]) or pytest.main(["-m", "slow", *PYTEST])


def main() -> int:
    """Exit status 0 when the run could be made, whatever survived; 2 when the tests fail without any
    mutant."""
    arguments = _arguments()
    os.chdir(ROOT)
    sys.path.insert(0, str(PACKAGE.parent))
    settings.register_profile(
        "mutants", derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
    )
    settings.load_profile("mutants")
    if arguments.only:
        module, node, way = arguments.only.split(":")
        return run_alone(mutant_at(Site(module, int(node), int(way))))
    everything = [site for module in arguments.module or MODULES for site in sites(module)]
    random.Random(arguments.seed).shuffle(everything)  # noqa: S311 - repeatable, not secret
    coverage = Coverage(data_file=None, config_file=False, include=[f"{PACKAGE}/*"])
    until = time.monotonic() + 60 * arguments.minutes
    laboratory = Laboratory(everything[: arguments.sample], until, arguments.slow_seconds, coverage)
    coverage.start()
    for name in MODULES:
        importlib.import_module(f"oci_iam.{name}")
    coverage.switch_context("while tests are loaded")
    pytest.main(PYTEST, plugins=[laboratory])
    if not laboratory.works:
        print("mutants: the tests fail without any mutant", file=sys.stderr)
        return 2
    print(report(laboratory.outcome, Counter(site.module for site in everything)))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1, help="in which order mutants are tried")
    parser.add_argument("--sample", type=int, help="how many are tried (default: all)")
    parser.add_argument("--minutes", type=float, default=60, help="when to stop")
    parser.add_argument("--slow-seconds", type=float, default=10, help="how long slow tests are tried on one")
    parser.add_argument("--module", action="append", choices=MODULES, help="only these modules")
    parser.add_argument("--only", metavar="SITE", help="show the tests this one mutant, as module:node:way")
    return parser.parse_args()


def report(outcome: list[tuple[Mutant, bool]], existing: Mapping[str, int]) -> str:
    """The score a module, and every survivor."""
    tried = Counter(mutant.site.module for mutant, _ in outcome)
    noticed = Counter(mutant.site.module for mutant, was_noticed in outcome if was_noticed)
    rows = [
        *((f"`{name}`", existing[name], tried[name], noticed[name]) for name in sorted(existing)),
        ("all", sum(existing.values()), len(outcome), sum(noticed.values())),
    ]
    survivors = sorted((mutant for mutant, was_noticed in outcome if not was_noticed), key=str)
    return "\n".join(
        [
            "| module | mutants | tried | noticed |",
            "|---|---|---|---|",
            *("| " + " | ".join(map(str, row)) + " |" for row in rows),
            "",
            *(f"* {mutant}" for mutant in survivors),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
