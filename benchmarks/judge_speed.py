"""Statements judged per second, side by side with the public parser `oci-lexer-parser` on the same ones.

Run: `.venv/bin/python -m benchmarks.judge_speed [FILE.jsonl]`. Without a file the public statements in
`../shared/corpus` are used, and where those are missing the project's own conformance corpus.
The ratio is that of `judge`; the workload judge stands beside it. Both sides get each distinct statement once
per round, in one process; the best round counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from oci_lexer_parser import parse_policy_statements

import oci_iam
from oci_iam.workload import judge_workload

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = ROOT.parent / "shared" / "corpus" / "statements.jsonl"
OWN = ROOT / "tests" / "oci_iam" / "conformance.jsonl"


def statements(path: Path) -> list[str]:
    """The statements of a JSON Lines file, each once, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(dict.fromkeys(json.loads(line)["statement"] for line in lines if line.strip()))


def rate(work: Callable[[str], object], texts: list[str], rounds: int) -> float:
    """Statements per second, of the fastest round."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for text in texts:
            work(text)
        best = min(best, time.perf_counter() - start)
    return len(texts) / best


def parse_only(text: str) -> None:
    """The other side: it parses and does not judge; a statement it cannot parse counts as done."""
    with suppress(Exception):  # what it raises is not measured here, and differs from statement to statement
        parse_policy_statements(text)


def main() -> None:
    """Print both rates and their ratio."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PUBLIC if PUBLIC.exists() else OWN
    texts = statements(path)
    ours = rate(oci_iam.judge, texts, rounds=3)
    workloads = rate(judge_workload, texts, rounds=3)
    theirs = rate(parse_only, texts, rounds=1)
    print(f"distinct statements   {len(texts):>8}   from {path.name}")
    print(f"oci_iam.judge         {ours:>8.0f} per second")
    print(f"judge_workload        {workloads:>8.0f} per second")
    print(f"oci-lexer-parser      {theirs:>8.0f} per second (parses only)")
    print(f"ratio                 {ours / theirs:>8.1f}")


if __name__ == "__main__":
    main()
