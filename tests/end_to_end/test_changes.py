"""A few random changes of a stack, under kills and faults: after each, store, state and program agree.

The hour of it is `make soak`. The changes by themselves are looked at without an engine.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.end_to_end import random_settings
from tests.end_to_end.soak_changes import STACK, Report, Walk, rounds
from tests.end_to_end.test_edits import PREFIX

SEED = 7
ROUNDS = 2


def test_a_few_rounds(tmp_path: Path) -> None:
    """Of the walk that the hour begins with; at least one of them is disturbed."""
    told: list[str] = []
    report = Walk(tmp_path, SEED, told.append).run(rounds(ROUNDS))
    print(*told, report, sep="\n")

    assert report.problems == []
    assert report.rounds == ROUNDS
    assert report.kills >= 1


def test_the_same_seed_makes_the_same_changes() -> None:
    """And another one others; each is said, and changes something."""
    one, again, other = (list(itertools.islice(random_settings.walk(seed, STACK), 12)) for seed in (1, 1, 2))

    assert one == again
    assert one != other
    for (_, before), (said, after) in itertools.pairwise(one):
        assert said
        assert before != after


def test_every_kind_of_source_and_section_comes_up() -> None:
    """In a walk that is long enough."""
    seen: set[str] = set()
    for said, settings in itertools.islice(random_settings.walk(3, STACK), 400):
        seen |= {word.removeprefix(PREFIX) for word in settings} | set(said.split())
        for function in settings[f"{PREFIX}functions"].values():
            seen |= set(function)
            for kind in ("triggers", "connections", "destinations"):
                seen |= {key for each in function.get(kind, {}).values() for key in each}

    sources = {"event_types", "schedule", "alarm", "topic", "stream", "queue", "logs", "secret_rotation"}
    connections = {"read", "write", "push", "publish", "post", "use", "invoke"}
    sections = {"tags", "application", "alarms", "edge", "api", "network", "buckets", "queues", "streams"}
    of_function = {"access", "destinations", "identity", "image", "renamed_from", "config"}
    assert (sources | connections | sections | of_function) - seen == set()


@pytest.mark.parametrize(
    ("disturbed", "kills"), [({"quiet": 2}, 0), ({"kill of cli": 2, "kill of the run": 1}, 3)]
)
def test_a_report_counts_the_kills(disturbed: dict[str, int], kills: int) -> None:
    """Of processes and of whole runs."""
    report = Report()
    report.disturbed.update(disturbed)

    assert report.kills == kills
    assert f"{kills} kills" in str(report)
