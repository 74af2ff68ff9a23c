"""The programs of `examples/`: each deployed by the real engine with the pack as in prod, put to work as its
own page says, shown to need what it grants, and taken down."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.store import Record, Store
from sandbox.environment import ROOT, Sandbox
from sandbox.rest.place import Place
from sandbox.services.identity import GROUP, POLICY
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.end_to_end.harness import PACK, TENANCY, Program, Ran

PAGE = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
PROD = ("--policy-pack", str(PACK), "--policy-pack-config", str(PACK / "config" / "prod.json"))
REGISTRY = ("registry_username=sandbox/deployer", "registry_auth_token=a-token")


@dataclass
class Example:
    """One example in a folder of its own, and the sandbox that it is deployed in."""

    program: Program
    sandbox: Path

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What it exports."""
        return self.program.outputs()

    def up(self, *arguments: str) -> Ran:
        """Deploy it, guarded as in prod."""
        return self.program.up(*PROD, "--skip-preview", *arguments)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the sandbox."""
        return subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.program.environment, "OCI_SANDBOX_DIR": str(self.sandbox)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def as_its_page_says(self) -> str:
        """What the commands of its page print, run in the checkout as they stand there."""
        page = (self.program.folder / "README.md").read_text(encoding="utf-8")
        (commands,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
        script = re.sub(r"^\$ ", "", commands, flags=re.MULTILINE)
        ran = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.program.folder.parents[1],
            env={**self.program.environment, "OCI_SANDBOX_DIR": str(self.sandbox)},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def policies(self, store: Store) -> list[Record]:
        """Those of this program."""
        return [each for each in store.list(POLICY) if f"::{self.program.name}::" in each.urn]

    def statements(self) -> list[str]:
        """All that it grants."""
        with Store(self.sandbox / "store.db") as store:
            return [text for each in self.policies(store) for text in each.outputs["statements"]]

    @contextmanager
    def without(self, *words: str) -> Iterator[None]:
        """The one statement of this program that holds these words taken away, for each of them, inside."""
        for each in words:
            assert len([text for text in self.statements() if each in text]) == 1, each
        with Store(self.sandbox / "store.db") as store:
            policies = self.policies(store)
            for policy in policies:
                said = policy.outputs["statements"]
                kept = [text for text in said if not any(each in text for each in words)]
                store.update(policy.id, policy.inputs, policy.outputs | {"statements": kept})
            try:
                yield
            finally:
                for policy in policies:
                    store.update(policy.id, policy.inputs, policy.outputs)

    def objects(self, output: str) -> dict[str, Any]:
        """What the objects of one of its buckets say, by name."""
        bucket = bucket_id("sandboxns", self.outputs[output])
        with Store(self.sandbox / "store.db") as store:
            listed = Objects(store).list(bucket).objects
            folder = Objects(store).folder_of(bucket)
            return {each.name: json.loads((folder / each.file).read_text()) for each in listed}

    def forget(self) -> None:
        """End what commands have started, warm processes of functions included."""
        (Place(self.sandbox).folder / "serve.json").unlink(missing_ok=True)

    def emit(self, *arguments: str) -> dict[str, Any]:
        """A sample event, made to fit its rule or source, as its page sends it; what came of it."""
        ran = self.command("emit", "--stack", "dev", "--json", *arguments)
        found: dict[str, Any] = json.loads(ran.stdout)
        return found


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose examples can be changed."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("components", "engine", "policy_pack", "sandbox"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@contextmanager
def deployed(
    name: str, checkout: Path, sandbox: Sandbox, environment: Mapping[str, str]
) -> Iterator[Example]:
    """One example, deployed as its page says; taken down afterwards, which leaves nothing."""
    folder = checkout / "examples" / name
    program = Program(folder, {**environment, "OCI_SANDBOX_ANSWERS": str(folder / "answers")}, "dev")
    for command in (("stack", "init"), ("config", "set-all", *(f"--secret={each}" for each in REGISTRY))):
        ran = program.run(*command)
        assert ran.status == 0, ran.output
    example = Example(program, sandbox.folder)
    up = example.up()
    assert up.status == 0, up.output
    assert "warning" not in up.output.casefold(), up.output
    yield example
    example.forget()
    down = program.run("destroy", "--yes", OCI_SANDBOX_EMPTY_BUCKETS="1")
    assert down.status == 0, down.output
    assert program.resources() == {}


@pytest.fixture(scope="class")
def example(
    request: pytest.FixtureRequest, checkout: Path, sandbox: Sandbox, environment: dict[str, str]
) -> Iterator[Example]:
    """The example that a class of tests is about."""
    with deployed(request.cls.NAME, checkout, sandbox, environment) as made:
        yield made


class Deployed:
    """What holds for each example."""

    NAME: str

    def test_a_second_deploy_changes_nothing(self, example: Example) -> None:
        """With everything the first one created."""
        again = example.up("--expect-no-changes")

        assert again.status == 0, again.output

    def test_it_makes_as_many_statements_as_the_page_says(self, example: Example) -> None:
        """`examples/README.md` has the number."""
        (number,) = re.findall(rf"^\| \[{self.NAME}\].*\| (\d+) \|$", PAGE, re.MULTILINE)

        assert len(example.statements()) == int(number)


def answers(emitted: Mapping[str, Any]) -> list[Any]:
    """What the functions that an event reached said; a string or None for one that failed."""
    return [one.get("answer") for rule in emitted["rules"] for one in rule["deliveries"]]


class TestDocumentPipeline(Deployed):
    NAME = "document_pipeline"

    def arrives(self, example: Example) -> dict[str, Any]:
        """A document arrives."""
        document = example.program.folder / "sample.pdf"
        document.write_bytes(b"%PDF-1.7")
        return example.emit("--object", str(document))

    def test_a_document_is_read(self, example: Example) -> None:
        """Its text and fields are in the other bucket."""
        printed = example.as_its_page_says()

        assert "1 delivered" in printed
        assert example.objects("results") == {
            "sample.pdf.json": {
                "pages": 1,
                "text": "INVOICE 4711\nTotal 120.00 EUR",
                "fields": {"Total": "120.00 EUR"},
            }
        }

    @pytest.mark.parametrize(
        "words",
        [
            ("'eventrule'", "service cloudEvents"),
            ("read objects",),
            ("manage objects",),
            ("use ai-service-document-family",),
            ("use ons-topics",),
        ],
    )
    def test_each_statement_is_needed(self, example: Example, words: tuple[str, ...]) -> None:
        """With it taken away no document is read."""
        with example.without(*words):
            emitted = self.arrives(example)

        assert not emitted["ok"], emitted


class TestAnomalyResponse(Deployed):
    NAME = "anomaly_response"

    def test_an_alarm_becomes_an_incident(self, example: Example) -> None:
        """One object, which says what fires."""
        printed = example.as_its_page_says()

        ((name, incident),) = example.objects("incidents").items()
        assert "-> function" in printed
        assert re.fullmatch(r"incidents/[0-9a-f-]+-\d+\.json", name)
        assert (incident["title"], incident["severity"]) == ("anomaly-response-dev-vibration", "CRITICAL")
        assert incident["metrics"][0]["query"] == 'Vibration[1m]{plant = "north"}.max() > 7'

    @pytest.mark.parametrize("words", ["manage objects", "use ons-topics"])
    def test_each_statement_is_needed(self, example: Example, words: str) -> None:
        """With it taken away the function fails, and the message comes again."""
        with example.without(words):
            ran = example.command("emit", "--stack", "dev", "--sample", "alarm")

        assert ran.returncode != 0, ran.stdout


class TestManyFunctions(Deployed):
    NAME = "many_functions"

    def test_readings_reach_the_function_of_their_line(self, example: Example) -> None:
        """And no other of the thirty, each with a limit of its own."""
        printed = example.as_its_page_says()
        another = answers(self.measured(example, "line-30"))

        assert "1 delivered" in printed
        assert '"alarm": false' in printed
        assert another == [{"line": "line-30", "highest": 8.25, "alarm": True}]

    def measured(self, example: Example, line: str) -> dict[str, Any]:
        """Readings of a line arrive."""
        readings = example.program.folder / "readings.json"
        readings.write_text(json.dumps({"vibration": [1.5, 8.25, 3]}))
        return example.emit("--to", f"many-functions-dev-{line}", "--object", str(readings))

    def test_each_statement_is_needed(self, example: Example) -> None:
        """Those of Events for every line, and a line's own for that line alone."""
        functions = example.outputs["functions"]
        with example.without("'eventrule'", "service cloudEvents"):
            not_invoked = self.measured(example, "line-01")
        with example.without(f"'{functions['line-01']}'"):
            not_read = self.measured(example, "line-01")
            another = self.measured(example, "line-02")

        assert [each["ok"] for each in (not_invoked, not_read, another)] == [False, False, True]

    def test_operators_of_the_existing_group_may_invoke(self, example: Example) -> None:
        """By the one statement for the application; auditors may not."""
        let_in = {}
        for name in ("line-operators", "auditors"):
            said = {"name": name, "compartmentId": TENANCY, "description": "of others"}
            with Store(example.sandbox / "store.db") as store:
                group = store.create(GROUP, f"urn:of-others::{name}", said, said, f"ocid1.group.oc1..{name}")
            ran = example.command("invoke", "many-functions-dev-line-01", "--as", f"group:{name}")
            let_in[name] = f"may       user {name}: FN_INVOCATION" in ran.stdout
            with Store(example.sandbox / "store.db") as store:
                store.delete(group.id)

        assert let_in == {"line-operators": True, "auditors": False}


class TestQuestionAnswering(Deployed):
    NAME = "question_answering"

    def ask(self, example: Example, *requests: tuple[dict[str, str], Any]) -> list[Any]:
        """Status and body of the answers to requests with these headers and bodies."""
        url = f"{example.outputs['api_endpoint']}/ask"
        given = [(url, headers | JSON, json.dumps(body)) for headers, body in requests]
        ran = example.command(
            "run", "--as", "administrator", "--", sys.executable, "-c", CLIENT, json.dumps(given)
        )
        assert ran.returncode == 0, ran.stderr
        found: list[Any] = json.loads(ran.stdout)
        return found

    def token(self, example: Example, scope: str) -> dict[str, str]:
        """The header with a token for this scope."""
        ran = example.command("token", "--deployment", "question-answering-dev-api", "--scope", scope)
        assert ran.returncode == 0, ran.stderr
        return {"Authorization": f"Bearer {ran.stdout.strip()}"}

    def test_a_question_is_answered_from_the_passages(self, example: Example) -> None:
        """The best of them first, by the commands of the page."""
        printed = example.as_its_page_says()

        found = json.loads(printed[printed.rindex('{"answer"') :])
        assert found["sources"][0] == "Warranty"
        assert "How long is the warranty of pumps?" in found["answer"]

    def test_not_everybody_gets_an_answer(self, example: Example) -> None:
        """What is no question is refused by the function, another scope or no token by the gateway."""
        right, question = self.token(example, "ask"), {"question": "When are you there?"}

        found = self.ask(
            example, (right, {"question": ""}), (self.token(example, "other"), question), ({}, question)
        )

        assert [status for status, _ in found] == [400, 403, 401]

    def test_each_statement_is_needed(self, example: Example) -> None:
        """With one taken away nobody gets an answer: the function fails, or the gateway cannot invoke it."""
        models = ("chat", "text-embedding", "text-rerank")
        words = ("read objects", "'ApiGateway'", *(f"use generative-ai-{each}" for each in models))
        asked = (self.token(example, "ask"), {"question": "When are you there?"})
        found = {}
        example.forget()  # a process that is warm has read the passages
        for each in words:
            with example.without(each):
                ((found[each], _),) = self.ask(example, asked)
        ((again, _),) = self.ask(example, asked)

        assert found == {each: 500 if each == "'ApiGateway'" else 502 for each in words}
        assert again == 200


def test_the_functions_own_tests_pass() -> None:
    """Those that lie beside the functions, as the page of the examples runs them."""
    (command,) = re.findall(r"^\$ \S+/python (-m pytest .*)$", PAGE, re.MULTILINE)

    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} {command}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


JSON = {"Content-Type": "application/json"}
# Asks each of the requests in its argument, and prints statuses and bodies.
CLIENT = """
import json, sys
from oci._vendor import requests

def ask(url, headers, body):
    answer = requests.post(url, headers=headers, data=body, timeout=60)
    return [answer.status_code, json.loads(answer.text or "null")]

print(json.dumps([ask(*each) for each in json.loads(sys.argv[1])]))
"""
