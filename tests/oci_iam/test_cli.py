"""The command `oci-iam`: what it reads, how it answers, and how it fails."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oci_iam.cli import main

FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
OK = f"Allow group A to use fn-invocation in compartment P where target.function.id = '{FUNCTION}'"
BROAD = "Allow group A to use functions-family in tenancy"
BROKEN = "Allow group A to use fn-invocation in tenancy;"
OTHER = "Allow group A to read buckets in tenancy"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process: (exit status, standard output, standard error)."""

    def command(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], str]:
    """Writes a file (text, bytes, or anything else as JSON) and returns its path."""

    def file(name: str, content: Any) -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return file


Write = Callable[[str, Any], str]


# --- judge: what it reads --------------------------------------------------------------------------------


def verdicts(run: Run, *arguments: str) -> list[str]:
    """The verdicts in the order of the answer."""
    _, out, _ = run("judge", "--format", "jsonl", *arguments)
    return [json.loads(line)["verdict"] for line in out.splitlines()]


def test_plain_text(run: Run, write: Write) -> None:
    """Plain text holds one statement a line; blank lines and comment lines hold none, CRLF is no matter."""
    path = write("a.txt", f"{OK}\r\n\n   \n// a comment\n  {BROAD}\n{BROKEN}\n{OTHER}")

    assert verdicts(run, path) == ["ok", "over-broad", "unjudgeable", "unrelated"]


def test_json_list(run: Run, write: Write) -> None:
    """A JSON list holds texts or objects with a statement."""
    path = write(
        "a.json", json.dumps([OK, {"statement": BROAD, "id": 2}, "Allow group A\nto read x"], indent=1)
    )

    assert verdicts(run, path) == ["ok", "over-broad", "unjudgeable"]


def test_json_lines_keep_fields_and_order(run: Run, write: Write) -> None:
    """JSON Lines are answered in their order, with the given fields first and the answer's added."""
    rows = [{"id": n, "statement": s, "tags": [n]} for n, s in enumerate((BROAD, OK, OTHER))]
    path = write("a.jsonl", "\n".join(map(json.dumps, rows)) + "\n\n")

    status, out, err = run("judge", path, "--format", "jsonl")
    answers = [json.loads(line) for line in out.splitlines()]

    assert (status, err) == (1, "")
    assert [list(row) for row in answers] == [
        ["id", "statement", "tags", "verdict", "findings", "permissions"]
    ] * 3
    assert [{key: row[key] for key in ("id", "statement", "tags")} for row in answers] == rows
    assert [row["permissions"] for row in answers][1] == ["FN_INVOCATION"]
    assert {"code", "message", "fragment", "remediation"} == set(answers[0]["findings"][0])
    assert answers[1]["findings"] == []


def test_the_answer_outweighs_a_given_verdict(run: Run, write: Write) -> None:
    """A row that carries a verdict of its own is answered with the one found here."""
    path = write("a.jsonl", json.dumps({"statement": BROAD, "verdict": "ok", "findings": []}))

    assert verdicts(run, path) == ["over-broad"]


def test_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BROAD.encode())))

    assert verdicts(run, "-") == ["over-broad"]


def test_byte_order_mark_is_the_files_not_the_statements(run: Run, write: Write) -> None:
    """A file may begin with a byte order mark; a statement may not hold one."""
    assert verdicts(run, write("a.txt", b"\xef\xbb\xbf" + OK.encode())) == ["ok"]
    assert verdicts(run, write("b.txt", b"\n\xef\xbb\xbf" + OK.encode())) == ["unjudgeable"]


def test_unusual_separators_hide_nothing(run: Run, write: Write) -> None:
    """Only a line feed ends a line: other separators stay in the statement, which is refused."""
    for separator in ("\x0b", "\x0c", "\x85", "\u2028"):
        assert verdicts(run, write("a.txt", f"{OTHER}{separator}{BROAD}")) == ["unjudgeable"]


def test_aliases_are_shared_in_a_list_but_not_in_json_lines(run: Run, write: Write) -> None:
    """The statements of a text or a list are one policy's; a row of JSON Lines stands alone."""
    pair = [
        "Allow group A to use fn-invocation in compartment Top",
        "Define compartment Top as ocid1.tenancy.oc1..root",
    ]
    rows = "\n".join(json.dumps({"statement": statement}) for statement in pair)

    assert verdicts(run, write("a.json", pair)) == ["over-broad", "unrelated"]
    assert verdicts(run, write("a.txt", "\n".join(pair))) == ["over-broad", "unrelated"]
    assert verdicts(run, write("b.txt", pair[1]), write("a.jsonl", rows)) == ["unrelated", "ok", "unrelated"]


# --- judge: how it answers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((), 0),
        ((OK, OTHER), 0),
        ((OK, BROAD), 1),
        ((BROKEN, OTHER), 1),
        (("Deny any-user to use fn-app in tenancy",), 0),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_exit_status(run: Run, write: Write, statements: tuple[str, ...], expected: int, form: str) -> None:
    """0 means nothing to refuse, 1 something; the form of the answer is no matter."""
    assert run("judge", write("a.json", statements), "--format", form)[0] == expected


def test_text_names_place_reason_and_what_to_write(run: Run, write: Write) -> None:
    """Text names file and line, code, fragment and remediation of what is refused, and sums up."""
    path = write("a.txt", f"{OK}\n{BROAD}\n")

    lines = run("judge", path)[1].splitlines()

    assert lines[0] == f"{path}:2: over-broad: {BROAD}"
    assert any("[tenancy-wide]" in line for line in lines)
    assert any(line.startswith("    instead: Write `Allow group A to use fn-invocation") for line in lines)
    assert lines[-1] == "2 statements: 1 ok, 1 over-broad"


def test_text_shows_no_control_characters(run: Run, write: Write) -> None:
    """What a statement holds can't move a terminal's cursor or pass for another letter."""
    out = run("judge", write("a.json", ["Allow group A\x1b[2J\u202e to\nuse fn-\u0430pp in tenancy"]))[1]

    assert "Allow group A\\x1b[2J\\u202e to use fn-\\u0430pp in tenancy" in out
    assert out.isascii()


def test_json_is_one_list(run: Run, write: Write) -> None:
    """JSON answers hold the rows of all files as one list."""
    out = run("judge", "--format", "json", write("a.txt", OK), write("b.txt", BROAD))[1]

    assert [row["verdict"] for row in json.loads(out)] == ["ok", "over-broad"]


def test_lone_surrogates_are_answered(run: Run, write: Write) -> None:
    """A text that is no valid Unicode is refused and printed, in every form."""
    path = write("a.json", '["Allow group \\ud800 to use fn-app in tenancy"]')

    assert [run("judge", path, "--format", form)[0] for form in ("text", "json", "jsonl")] == [1, 1, 1]


# --- judge: what it can't use ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.jsonl", f'{{"statement": "{OTHER}"}}\n{{"statement"', 2),
        ("a.jsonl", '{"statement": "x"}\n["x"]', 2),
        ("a.jsonl", '{"statement": 3}', 1),
        ("a.jsonl", '{"statment": "x"}', 1),
        ("a.jsonl", '{"statement": "x"} {"statement": "y"}', 1),
        ("a.json", '["x",\n "y"', 2),
        ("a.json", '["x",\n "y" "z"]', 2),
        ("a.json", '["x",\n 7]', 2),
        ("a.json", '["x",\n]', 2),
        ("a.json", '["x"]\n["y"]', 2),
        ("a.json", '["x",\n {"a": 1}]', 2),
        ("a.json", "[" * 100_000, 1),
        ("a.txt", b"Allow\n\xff\xfe", 2),
    ],
)
def test_unusable_input(run: Run, write: Write, name: str, content: Any, line: int) -> None:
    """What can't be read is one line with file and line, exit status 2, and no answer at all."""
    path = write(name, content)

    status, out, err = run("judge", write("first.txt", BROAD), path)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"oci-iam: {path}:{line}: ")


def test_missing_file_and_no_file(run: Run, tmp_path: Path) -> None:
    """A file that is not there, a folder, and no file at all are unusable input too."""
    for arguments in ((str(tmp_path / "none"),), (str(tmp_path),), ()):
        status, out, err = run("judge", *arguments)

        assert (status, out, err.count("\n")) == (2, "", 1)


def test_wrong_usage_is_exit_status_two() -> None:
    """An unknown command or option ends with exit status 2."""
    for arguments in ((), ("judg",), ("judge", "--fromat", "x", "y"), ("judge", "--format", "xml", "y")):
        with pytest.raises(SystemExit) as stop:
            main(arguments)

        assert stop.value.code == 2


# --- judge --pulumi-state --------------------------------------------------------------------------------

MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
POLICY = "oci:Identity/policy:Policy"


def resource(name: str, statements: Any, kind: str = POLICY, side: str = "outputs") -> dict[str, Any]:
    """A resource of a state with statements."""
    return {"urn": f"urn:pulumi:dev::p::{kind}::{name}", "type": kind, side: {"statements": statements}}


def export(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What `pulumi stack export` prints for resources."""
    return {"version": 3, "deployment": {"resources": list(resources), **more}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (export(), []),
        (export(resource("p", [OK, BROAD])), ["ok", "over-broad"]),
        (export(resource("p", [BROAD], side="inputs")), ["over-broad"]),
        (export(resource("a", [OK]), resource("b", [OTHER])), ["ok", "unrelated"]),
        (export(resource("p", [OK, MARK | {"ciphertext": "v1:x"}])), ["ok", "unjudgeable"]),
        (export(resource("p", MARK | {"ciphertext": "v1:x"})), ["unjudgeable"]),
        (export(resource("p", MARK | {"plaintext": json.dumps([BROAD])})), ["over-broad"]),
        (export(resource("p", [MARK | {"plaintext": json.dumps(OK)}])), ["ok"]),
        (export(resource("p", ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"])), ["unjudgeable"]),
        (export(resource("p", "not a list")), ["unjudgeable"]),
        (export(resource("p", [7, OK])), ["unjudgeable", "ok"]),
        (export({"urn": "u", "type": POLICY}), ["unjudgeable"]),
        (export(resource("p", [BROAD], "oci:Identity/newPolicy:NewPolicy")), ["over-broad"]),
        (export(resource("p", ["set x quota"], "oci:Limits/quota:Quota")), []),
        (export(resource("p", [BROAD], "aws:iam/policy:Policy")), []),
        (export(pending_operations=[{"resource": resource("p", [BROAD])}]), ["over-broad"]),
        ({"checkpoint": {"latest": {"resources": [resource("p", [BROAD])]}}}, ["over-broad"]),
        (export(resource("p", [OK]) | {"inputs": {"statements": [OK, BROAD]}}), ["ok", "over-broad"]),
        (
            export(
                resource(
                    "p",
                    [
                        "Define compartment R as ocid1.tenancy.oc1..x",
                        "Allow group A to use fn-invocation in compartment R",
                    ],
                )
            ),
            ["unrelated", "over-broad"],
        ),
    ],
)
def test_pulumi_state(run: Run, write: Write, document: Any, expected: list[str]) -> None:
    """Every policy of a stack export is judged, pending ones too; what is encrypted or no text can't be."""
    assert verdicts(run, "--pulumi-state", write("state.json", document)) == expected


def test_pulumi_state_names_resources(run: Run, write: Write) -> None:
    """A refused statement of a state is named by its resource's URN and index; a secret is not shown."""
    out = run(
        "judge", "--pulumi-state", write("s.json", export(resource("p", [OK, MARK | {"ciphertext": "v1:x"}])))
    )[1]

    assert f"urn:pulumi:dev::p::{POLICY}::p: statements[1]: unjudgeable: (no text)" in out
    assert "it is an encrypted secret" in out
    assert "v1:x" not in out


def test_pulumi_state_tells_what_statements_add_up_to(run: Run, write: Write) -> None:
    """Findings about the set are shown, and refuse nothing."""
    state = export(
        resource("one", ["Allow group A to manage fn-function in compartment P"]),
        resource("two", ["Allow group A to use fn-invocation in compartment P"]),
        {
            "urn": "urn:x::workers",
            "type": "oci:Identity/dynamicGroup:DynamicGroup",
            "inputs": {"matchingRule": "ALL {resource.type = 'fnfunc'}"},
        },
    )

    status, out, _ = run("judge", "--pulumi-state", write("s.json", state))

    assert status == 0
    assert {"manage-and-invoke", "escalation-joins-dynamic-group"} == {
        line.rpartition("[")[2].rstrip("]") for line in out.splitlines() if line.startswith("together: ")
    }
    assert "    one: Allow group A to manage fn-function in compartment P" in out


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"deployment": 3}', '{"deployment": {"resources": 1}}', "{", ""]
)
def test_unusable_state(run: Run, write: Write, content: str) -> None:
    """What is no stack export is unusable input."""
    status, out, err = run("judge", "--pulumi-state", write("s.json", content))

    assert (status, out, err.count("\n")) == (2, "", 1)


# --- explain, diff, check-config -------------------------------------------------------------------------


def test_explain(run: Run) -> None:
    """`explain` draws the statement; its exit status is the verdict's."""
    assert [run("explain", statement)[0] for statement in (OK, BROAD, BROKEN)] == [0, 1, 1]
    assert "^" in run("explain", BROKEN)[1]


def test_diff(run: Run, write: Write) -> None:
    """`diff` lists new access only, and ends with 1 when there is some."""
    old = write("old.txt", f"{OK}\n{OTHER}\n")
    same = write("same.json", [OTHER.upper().replace("GROUP A", "group A"), OK.replace("=", " =  ")])
    more = write("more.txt", f"{OTHER}\n{BROAD}\n")

    assert run("diff", old, same) == (0, "", "")
    status, out, _ = run("diff", old, more)
    assert status == 1
    assert "group default/a gains FN_INVOCATION in the tenancy" in out


def test_diff_of_stack_exports(run: Run, write: Write) -> None:
    """`diff` reads stack exports too; a hidden statement is always new."""
    old = write("old.json", export(resource("p", [OK])))
    new = write("new.json", export(resource("p", [OK, OTHER])))
    hidden = write("hidden.json", export(resource("p", [MARK | {"ciphertext": "v1:x"}])))

    assert [run("diff", old, old)[0], run("diff", old, new)[0], run("diff", hidden, hidden)[0]] == [0, 1, 1]


def test_check_config(run: Run, write: Write) -> None:
    """A config that names rules, levels and properties rightly passes in silence."""
    good = {
        "all": "advisory",
        "functions-grant-overbroad": {"enforcementLevel": "mandatory", "exemptions": []},
    }

    assert run("check-config", write("good.json", good)) == (0, "", "")


EXEMPTION = {"resource": "x", "reason": "r", "owner": "o", "expires": "2999-01-01"}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"functions-grant-overbraod": "mandatory"}, "functions-grant-overbraod: unknown rule"),
        ({"functions-grant-overbroad": "madatory"}, "enforcementLevel must be one of"),
        ({"functions-grant-overbroad": {"exemption": []}}, "exemption is not known"),
        ({"policy-statement-budget": {"limit": "many"}}, "limit must be an integer"),
        (["functions-grant-overbroad"], "must be an object"),
        *(
            (
                {
                    "events-rule-scoped": {
                        "exemptions": [{k: v for k, v in EXEMPTION.items() if k != missing}]
                    }
                },
                f"exemptions[0].{missing} is missing",
            )
            for missing in ("resource", "reason", "owner", "expires")
        ),
    ],
)
def test_check_config_refuses(run: Run, write: Write, config: Any, said: str) -> None:
    """A misspelt rule, level or property, and an exemption without reason, owner or last day, are refused."""
    status, _, err = run("check-config", write("c.json", config))

    assert status == 1
    assert said in err


def test_check_config_names_the_line(run: Run, write: Write) -> None:
    """A remark names the file and the line of its rule; a rule that stands twice is one."""
    path = write("c.json", '{\n "events-rule-scoped": "advisory",\n "events-rule-scoped": "mandatory"\n}')

    assert run("check-config", path)[2].startswith(f"{path}:3: events-rule-scoped: stands here twice")


def test_check_config_warns_of_expired_exemptions(run: Run, write: Write) -> None:
    """An expired exemption is a warning only: it counts as absent anyway."""
    config = {"events-rule-scoped": {"exemptions": [EXEMPTION | {"expires": "2020-01-31"}, EXEMPTION]}}

    status, _, err = run("check-config", write("c.json", config))

    assert (status, err.count("\n")) == (0, 1)
    assert "warning: events-rule-scoped: exemptions[0] expired on 2020-01-31" in err


def test_check_config_of_no_json(run: Run, write: Write) -> None:
    """A config that is no JSON is unusable input."""
    status, out, err = run("check-config", write("c.json", '{\n"a": }'))

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert ":2: this is no JSON" in err


# --- as a process ----------------------------------------------------------------------------------------


def process(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Runs `python -m oci_iam` with the standard library only."""
    folder = Path(__file__).parents[2] / "policy_pack"
    return subprocess.run(
        [sys.executable, "-S", "-m", "oci_iam", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder)},
    )


def test_runs_as_a_module_on_the_standard_library() -> None:
    """`python -m oci_iam` is the command, and needs nothing installed."""
    done = process("judge", "-", stdin=BROAD.encode())

    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"<stdin>:1: over-broad: ")


def test_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    """A reader that stops reading ends the command without a word."""
    path = tmp_path / "many.txt"
    path.write_text(f"{BROAD}\n" * 5000)
    folder = Path(__file__).parents[2] / "policy_pack"
    with subprocess.Popen(
        [sys.executable, "-m", "oci_iam", "judge", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(folder)},
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()

        assert running.stderr.read() == b""
        assert running.wait() == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("judge - <&-", "<stdin>: there is no standard input"),
        ("judge many.txt >&-", "there is no standard output to answer on"),
        ("judge many.txt >/dev/full", "the answer can't be written: "),
        ("explain 'Allow' >/dev/full", "the answer can't be written: "),
        ("check-config digits.json", "digits.json:1: this is no JSON: "),
        ("judge --pulumi-state digits.json", "digits.json:1: this is no JSON: "),
        ("diff digits.json many.txt", "digits.json:1: this line is no JSON: "),
    ],
)
def test_no_input_or_output_ends_in_a_traceback(tmp_path: Path, command: str, said: str) -> None:
    """Streams that are closed or full, and numbers no program would read, are one line and status 2."""
    (tmp_path / "many.txt").write_text(f"{OTHER}\n")
    (tmp_path / "digits.json").write_text(f'{{"a": {"9" * 5000}}}')
    folder = Path(__file__).parents[2] / "policy_pack"
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m oci_iam {command}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith(f"oci-iam: {said}")
    assert len(done.stderr.splitlines()) == 1


def test_two_statements_in_one_object_are_refused(run: Run, write: Write) -> None:
    """JSON takes the last of two equal keys in silence; which one was meant can't be told."""
    row = f'{{"statement": "{BROAD}", "statement": "{OTHER}"}}'

    for name, content in (("a.jsonl", row), ("a.json", f"[{row}]")):
        status, _, error = run("judge", write(name, content))
        assert status == 2
        assert '"statement" stands here twice' in error


def test_place_is_shown_on_one_line(run: Run, write: Write) -> None:
    """A URN may hold anything; none of it reaches the terminal as it is."""
    urn = "urn:pulumi:a::b::oci:Identity/policy:Policy::x\x1b[31m\ny"
    policy = {"urn": urn, "type": "oci:Identity/policy:Policy", "inputs": {"statements": [BROAD]}}
    state = {"deployment": {"resources": [policy]}}

    status, out, _ = run("judge", "--pulumi-state", write("state.json", state))

    assert status == 1
    assert "\x1b" not in out
    assert out.splitlines()[0].endswith(f"over-broad: {BROAD}")
