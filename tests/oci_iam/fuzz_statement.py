"""Fuzz target: whatever the text, it is read, judged, explained and rendered without a contradiction.

    python tests/oci_iam/fuzz_statement.py -max_total_time=60

needs the package `atheris` (see docs/soundness.md for the version). Seeds are the statements of the
conformance
corpus. What is checked is in `check`, which needs nothing and is also run by `test_fuzz_statement.py`.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
REACH = re.compile(r"FN_INVOCATION|FN_(?:FUNCTION|APP)_(?:CREATE|UPDATE|DELETE)").fullmatch
TARGET = re.compile(r"ocid1\.fn(?:func|app)\.", re.IGNORECASE).search
PRINCIPAL = re.compile(r"request\.(?:principal\.(?:type|id)|user\.id|groups\.id)", re.IGNORECASE).search
EVERYBODY = re.compile(r"\bany-(?:user|group)\b", re.IGNORECASE).search
COMPARTMENT = re.compile(r"\bcompartment\b", re.IGNORECASE).search
MIGHT_REACH = re.compile(
    r"(?=.*\b(?:use|manage)\b)(?=.*(?:functions-family|all-resources|fn-invocation))"
    r"|(?=.*\bmanage\b)(?=.*\bfn-(?:function|app)\b)|FN_(?:INVOCATION|(?:FUNCTION|APP)_[CUD])",
    re.IGNORECASE | re.DOTALL,
).search
"""The words of a grant over functions are all there."""
DENY = re.compile(r"\s*deny\b(?!.*\b(?:allow|define)\b)", re.IGNORECASE | re.DOTALL).match
MOST_PARTS = 24


class ContradictionError(Exception):
    """Two answers about one text that can't both be right."""


def check(text: str) -> None:
    """Raises ContradictionError, or whatever the code under test raises (it should raise nothing)."""
    import oci_iam

    statement, verdict = oci_iam.parse(text), oci_iam.judge(text)
    _require(verdict == oci_iam.judge(statement), "text and tree are judged differently", text)
    _require(verdict.refused == bool(verdict.findings), "refused without a finding, or the reverse", text)
    _require(bool(oci_iam.explain(text)), "nothing to explain", text)
    if isinstance(statement, oci_iam.Unparsable):
        harmless = DENY(text) or (not any(map(REACH, verdict.permissions)) and not MIGHT_REACH(text))
        _require(verdict.verdict == "unjudgeable" or bool(harmless), "unread, yet judged", text)
        _require(0 <= statement.position <= len(text), "the error is outside the text", text)
        return
    _require(text.isascii(), "a character outside ASCII was read", text)
    written = oci_iam.render(statement)
    _require(oci_iam.parse(written) == statement, "what is rendered reads differently", text)
    if not statement.slips:  # a word left out makes a statement refused; rendering puts it in
        again = oci_iam.judge(written)
        _require(again.verdict == verdict.verdict, "what is rendered is judged differently", text)
    _check_reach(text, verdict)


def _check_reach(text: str, verdict: object) -> None:
    """A coarse second opinion: a grant on functions that passes names a place, or a function or
    application."""
    permissions, refused = verdict.permissions, verdict.refused  # type: ignore[attr-defined]
    if refused or not any(REACH(name) for name in permissions):
        return
    _require(bool(TARGET(text) or COMPARTMENT(text)), "tenancy-wide, yet not refused", text)
    confined = PRINCIPAL(text) or not EVERYBODY(text) or _quoted(text)
    _require(bool(confined), "everybody, yet not refused", text)


def _quoted(text: str) -> bool:
    """Whether the words that say `everybody` stand in a name or literal only."""
    return not EVERYBODY(re.sub(r"'[^']*'|//.*", "''", text, flags=re.DOTALL))


def _require(holds: bool, what: str, text: str) -> None:
    if not holds:
        raise ContradictionError(f"{what}: {text!r}")


def seeds() -> list[str]:
    """The statements of the conformance corpus."""
    rows = (HERE / "conformance.jsonl").read_text("ascii").splitlines()
    return [json.loads(row)["statement"] for row in rows]


def spliced(choices: list[int], words: list[str]) -> str:
    """A text of tokens taken from the seeds, so that most of what is tried is nearly a statement."""
    return " ".join(words[choice % len(words)] for choice in choices)


def main() -> None:
    """Runs until a contradiction is found or libFuzzer's own limits end it."""
    try:
        import atheris  # type: ignore[import-untyped]
    except ImportError:
        sys.exit("fuzz_statement: the package atheris is not installed")
    sys.path.insert(0, str(HERE.parents[1] / "policy_pack"))
    with atheris.instrument_imports(include=["oci_iam"]):
        import oci_iam  # noqa: F401
    words = sorted({word for seed in seeds() for word in seed.split()})

    def once(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        if provider.ConsumeBool():
            check(spliced(provider.ConsumeIntListInRange(MOST_PARTS, 0, len(words) - 1), words))
        else:
            check(provider.ConsumeUnicode(4096))

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            Path(folder, str(number)).write_bytes(b"\x00\x01" + seed.encode("utf-8", "surrogatepass"))
        atheris.Setup([*sys.argv, folder], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
