"""Which tests `make test-fast` leaves out beside those that drive the engine, and how cases are generated."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Generator

import pytest
from hypothesis import settings

# The same cases in every run, so that a change fails for what it changes; and no time limit for one of them,
# because the machine may be busy. `pytest --hypothesis-profile=explore` tries new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("repeatable")

# Where the environment says so, each run compiles every test anew, and each deploy the copy it runs in.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Seventeen thousand tests to collect, which live to the end: no garbage is looked for until they are there.
gc.disable()

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever runs the tests in the background ignores Ctrl-C, and so would every process under test.
    signal.signal(signal.SIGINT, signal.default_int_handler)

# They generate thousands of cases, start processes, or read every class of the SDK: minutes together.
SLOW = {
    "test_adding_up",
    "test_advice",
    "test_ai",
    "test_alerts",
    "test_api_properties",
    "test_build",
    "test_cache",
    "test_cloud",
    "test_comparison_properties",
    "test_confinement",
    "test_connection_properties",
    "test_connector_hub",
    "test_console",
    "test_containers",
    "test_continuity",
    "test_corpus",
    "test_counterexample",
    "test_cron_expressions",
    "test_deadline",
    "test_deployer_rights",
    "test_development",
    "test_differential",
    "test_dispatch",
    "test_emit_command",
    "test_engine",
    "test_ensure",
    "test_environments",
    "test_every_resource_type",
    "test_faults",
    "test_fidelity",
    "test_function_process",
    "test_fuzz_statement",
    "test_grants_needed",
    "test_host_folder",
    "test_implication",
    "test_judge_exhaustive",
    "test_judge_properties",
    "test_killed",
    "test_language_host",
    "test_logging",
    "test_model",
    "test_monitoring",
    "test_no_secrets",
    "test_normal_form",
    "test_oci_command_line",
    "test_pages",
    "test_plugin",
    "test_program",
    "test_redaction",
    "test_run",
    "test_service_metrics",
    "test_soundness",
    "test_source_properties",
    "test_suggestion",
    "test_vault",
    "test_watch",
    "test_who_can",
    "test_who_can_corpus",
    "test_wire",
    "test_workload_soundness",
}


@pytest.hookimpl(wrapper=True)  # marks before tests are chosen by them, order after all are marked
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, None, None]:
    """Mark every test of these modules, and those that ask a serving sandbox (`door`): there are hundreds.

    Of several processes, each takes the next file when it has done one: those of minutes go first, so that
    none of them is still running alone at the end.
    """
    for item in items:
        if item.path.stem in SLOW or "door" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
    yield
    if hasattr(config, "workerinput"):
        ranks = {item.path: 2 for item in items}
        for item in items:
            rank = 0 if item.get_closest_marker("engine") else 1 if item.get_closest_marker("slow") else 2
            ranks[item.path] = min(ranks[item.path], rank)
        items.sort(key=lambda item: ranks[item.path])


def pytest_collection_finish() -> None:
    """Look for garbage again, in what the tests make: left lying, it slows down every event loop after it."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()
