"""How many refused statements get advice, and what a piece of advice costs.

Run: `.venv/bin/python -m benchmarks.advice_share [FILE.jsonl ...]`. Without a file the public statements in
`../shared/corpus` are used, if they are there, and the project's own two corpora.

A statement gets an `alternative` (statements to write instead, each judged ok and granting nothing new), or
is told what is `missing`, or gets `nothing` (a text that cannot be read, nor corrected for certain).
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import oci_iam
from benchmarks.judge_speed import OWN, PUBLIC, statements
from oci_iam.advice import Advice, advise

KINDS = ("alternative", "missing", "nothing")


def kind(advice: Advice) -> str:
    """Which of the three a piece of advice is."""
    return "alternative" if advice.alternatives else "missing" if advice.missing else "nothing"


def shares(texts: list[str]) -> dict[str, Counter[str]]:
    """For each verdict that refuses, how many statements get which kind of advice."""
    found: dict[str, Counter[str]] = {"over-broad": Counter(), "unjudgeable": Counter()}
    for text in texts:
        verdict = oci_iam.judge(text).verdict
        if verdict in found:
            found[verdict][kind(advise(text))] += 1
    return found


def main() -> None:
    """Print the shares and the time."""
    given = [Path(name) for name in sys.argv[1:]]
    own = [OWN, OWN.with_name("adversarial.jsonl")]
    files = given or [path for path in (*own, PUBLIC, PUBLIC.with_name("labelled.jsonl")) if path.exists()]
    texts = list(dict.fromkeys(text for path in files for text in statements(path)))
    start = time.perf_counter()
    found = shares(texts)
    seconds = time.perf_counter() - start
    refused = sum(sum(counts.values()) for counts in found.values())
    print(f"distinct statements {len(texts):>8}   from {', '.join(path.name for path in files)}")
    print(f"{'refused':<20}{refused:>8}   {1000 * seconds / max(refused, 1):.2f} ms each")
    for verdict, counts in found.items():
        parts = (f"{name} {counts[name]}" for name in KINDS)
        print(f"{verdict:<20}{sum(counts.values()):>8}   {', '.join(parts)}")


if __name__ == "__main__":
    main()
