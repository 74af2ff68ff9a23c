"""The deployer's two policies, proved: the engine deploys stacks as their deployer, nothing else granted.

With the first file the first deploy works, with the second one an edit, a refresh and the end; each statement
taken away takes exactly the steps that it says it is for, by decision for all and by deploy for some.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from oci_iam import Policy, decide
from oci_iam.deployer import policy
from oci_iam.deployer.right import Right
from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.providers.rights import deployer, graph_of, request_of
from sandbox.services.identity import GROUP
from sandbox.services.identity.directory import directory_of
from tests.end_to_end.harness import Ran
from tests.end_to_end.test_connections import CONNECTIONS
from tests.end_to_end.test_edits import PREFIX, Settings, Stack, _with_every_optional
from tests.end_to_end.test_stack import _copy

WHO = "group:deployers"
REFUSED = "404-NotAuthorizedOrNotFound, Authorization failed or requested resource not found."


def tracked(name: str) -> Settings:
    """The config of one of the project's stacks."""
    found: Settings = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text())["config"]
    return found


def rich() -> Settings:
    """A stack with every optional and every kind of connection."""
    settings = _with_every_optional()
    settings[f"{PREFIX}primary"] = "responder"
    functions = settings[f"{PREFIX}functions"]
    functions["responder"]["connections"] = deepcopy(CONNECTIONS)
    functions["responder"]["destinations"] = {"failure": {"topic": {"name": "failures"}}}
    del functions["responder"]["access"]["developers"]  # the pack: they would gain what the function may do
    functions["watcher"] = {"identity": "dynamic_group", "connections": {"chat": {"use": "vision"}}}
    return settings


def edited(settings: Settings) -> Settings:
    """The same with changes in place: of every function, of the application, its log and a trigger."""
    changed = deepcopy(settings)
    for function in changed[f"{PREFIX}functions"].values():
        function["memory_in_mbs"] = 2048
        for trigger in function.get("triggers", {}).values():
            trigger["enabled"] = False
    application = changed.setdefault(f"{PREFIX}application", {})
    application |= {"config": {"EDITED": "yes"}, "log_retention_in_days": 150}
    return changed


class Deployed:
    """A stack that its deployer deploys, and the administrator beside."""

    def __init__(self, stack: Stack, settings: Settings) -> None:
        self.stack, self.settings = stack, settings
        self.tenancy = str(settings[f"{PREFIX}tenancy_id"])

    @property
    def files(self) -> Path:
        """Where the policies are."""
        return self.stack.checkout.folder / "deployer-policy"

    def statements(self, file: str) -> list[str]:
        """The statements of one of the two files."""
        found: list[str] = json.loads((self.files / f"{self.stack.name}-{file}.json").read_text())
        return found

    def generate(self) -> Ran:
        """Write the files."""
        return self.stack.run("deployer-policy", "--stack", self.stack.name)

    def attach(self, statements: list[str]) -> None:
        """The one policy of the deployers is this one."""
        file = self.files / "attached.json"
        file.write_text(json.dumps(statements))
        ran = self.stack.run("attach", "--group", "deployers", "--tenancy", self.tenancy, str(file))
        assert ran.status == 0, ran.output

    def deploy(self, command: str = "up", *arguments: str) -> Ran:
        """A command of the engine as the deployer."""
        return self.stack.run(command, "--as", WHO, "--stack", self.stack.name, "--", *arguments)

    def up(self, settings: Settings, *arguments: str) -> Ran:
        """Deploy these settings as the deployer."""
        self.stack.write(settings)
        return self.deploy("up", "--skip-preview", *arguments)


STACKS: dict[str, tuple[str, Callable[[], Settings]]] = {
    "dev": ("dev", lambda: tracked("dev")),
    "rich": ("prod", rich),
}


@pytest.fixture(scope="module", params=STACKS)
def deployed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """A stack deployed by its deployer with the first file, whose second file is written then."""
    name, settings = STACKS[request.param]
    stack = Stack(
        _copy(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("sb") / ".sandbox", name
    )
    made = Deployed(stack, settings())
    stack.write(made.settings)
    before = made.generate()
    assert before.status == 0, before.output
    assert "is not deployed here" in before.output
    made.attach(made.statements("first"))
    ran = made.up(made.settings)
    assert ran.status == 0, ran.output
    after = made.generate()
    assert after.status == 0, after.output
    return made


def needed(made: Deployed, file: str) -> tuple[Right, ...]:
    """Every right of a file's steps, of the resources that the engine created."""
    with Store(made.stack.folder / "store.db") as store:
        records = [each for each in store.list() if each.urn]
        home = str(made.settings[f"{PREFIX}compartment_id"])
        graph = graph_of(records, directory_of(records).tenancy_id, home)
    return policy.rights_first(graph, []) if file == "first" else policy.rights_after(graph, [])


def missing(made: Deployed, rights: tuple[Right, ...], statements: list[str]) -> set[str]:
    """The steps that lack a right by these statements, of the store as it is."""
    with Store(made.stack.folder / "store.db") as store:
        records = store.list()
        (group,) = [each.id for each in records if each.type == GROUP and each.outputs["name"] == "deployers"]
    principal, directory = deployer(f"group:{group}", directory_of(records))
    policies = [Policy(made.tenancy, tuple(statements))]
    return {
        right.step
        for right in rights
        if not decide(request_of(right, principal), policies, directory).allowed
    }


def said(made: Deployed, file: str) -> dict[str, set[str]]:
    """The steps that the text says each statement is for."""
    found: dict[str, set[str]] = {}
    steps = ""
    for line in (made.files / f"{made.stack.name}-{file}.txt").read_text().splitlines():
        if line.startswith("# for: "):
            steps = line.removeprefix("# for: ")
        elif line.startswith("#"):
            steps += " " + line.lstrip("# ") if not steps.endswith("-") else line.lstrip("# ")
        elif line:
            found[line] = {step for step in steps.split("; ") if not step.startswith("look up ")}
    return found


@pytest.mark.parametrize("file", ["first", "after"])
def test_each_statement_is_for_exactly_what_it_says(deployed: Deployed, file: str) -> None:
    """Of what the engine deployed: nothing is missing with all, and without one just the steps it names."""
    statements, rights = deployed.statements(file), needed(deployed, file)
    expected = said(deployed, file)

    assert list(expected) == statements
    assert missing(deployed, rights, statements) == set()
    without = {
        gone: missing(deployed, rights, [text for text in statements if text != gone]) for gone in statements
    }
    assert without == expected


def test_with_the_second_file_later_deploys_work(deployed: Deployed) -> None:
    """With it alone, everything is read anew, edited, built and pushed again, and in the end deleted."""
    deployed.attach(deployed.statements("after"))
    code = deployed.stack.checkout.folder / "function_src" / "func.py"
    code.write_text(code.read_text() + "# edited\n")
    with Store(deployed.stack.folder / "store.db") as store:
        before = {each.id for each in store.list() if each.urn}

    changed = deployed.up(edited(deployed.settings), "--refresh")
    with Store(deployed.stack.folder / "store.db") as store:
        after = {each.id for each in store.list() if each.urn}
    ended = deployed.deploy("down")

    assert changed.status == 0, changed.output
    assert re.search(r"~ [3-9]\d* updated", changed.output), changed.output
    assert {id for id in before ^ after if not id.startswith("sha256:")} == set()
    assert ended.status == 0, ended.output


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The stack dev, of which nothing is deployed, and its first file."""
    stack = Stack(
        _copy(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("sb") / ".sandbox", "dev"
    )
    made = Deployed(stack, tracked("dev"))
    assert made.generate().status == 0
    return made


@pytest.mark.parametrize(
    ("gone", "steps"),
    [
        ("{FN_FUNCTION_READ, FN_FUNCTION_CREATE}", {"create Function responder-function"}),
        (
            "{FN_INVOCATION}",
            {"create Rule responder-results-rule", "create Rule responder-services-rule"},
        ),
        ("{TENANCY_INSPECT}", {"look up getRegionSubscriptions"}),
    ],
)
def test_the_engine_is_refused_what_is_taken_away(dev: Deployed, gone: str, steps: set[str]) -> None:
    """Without one statement the deploy ends as on OCI, at the steps that need it; the reason names them."""
    statements = dev.statements("first")
    kept = [text for text in statements if gone not in text]
    dev.attach(kept)

    ran = dev.up(dev.settings)

    assert len(kept) == len(statements) - 1
    assert ran.status != 0
    assert REFUSED in ran.output
    named = {step for step in steps if f"{step}: no statement grants" in ran.output}
    assert named if "look up" not in min(steps) else not named
    with Store(dev.stack.folder / "store.db") as store:
        created = {f"create {_kind(each.type)} {each.urn.rpartition('::')[2]}" for each in store.list()}
    assert created & steps == set()


def test_the_second_file_creates_nothing(dev: Deployed) -> None:
    """With the second file alone, a stack that gains a function is refused at the first thing that is new."""
    dev.attach(dev.statements("first"))
    assert dev.up(dev.settings).status == 0
    assert dev.generate().status == 0
    dev.attach(dev.statements("after"))
    more = deepcopy(dev.settings)
    more[f"{PREFIX}functions"]["another"] = {}
    more[f"{PREFIX}primary"] = "responder"

    ran = dev.up(more)

    assert ran.status != 0
    assert REFUSED in ran.output
    assert "REPOSITORY_CREATE" in ran.output


def _kind(token: str) -> str:
    return token.rpartition(":")[2]
