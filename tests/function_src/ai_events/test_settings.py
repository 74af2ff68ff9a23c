"""The function's configuration, variable by variable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ai_events.failures import Unprocessed
from ai_events.settings import PLATFORM_PAYLOAD_LIMIT, Place, Settings, Severity, read_settings

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaahome"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaaroot"
TOPIC = "ocid1.onstopic.oc1.iad.aaaaalerts"


def test_without_configuration_the_defaults_hold() -> None:
    """An empty environment is a working one."""
    assert Settings() == read_settings({})


def test_everything_can_be_set() -> None:
    """Spaces around values and between OCIDs are fine."""
    settings = read_settings(
        {
            "SEVERITY_WARNING": " 0.5 ",
            "SEVERITY_CRITICAL": "1",
            "ALLOWED_COMPARTMENT_IDS": f"{COMPARTMENT}, {TENANCY}",
            "ALERT_LABELS": " Person,, wine glass ",
            "MAX_EVENT_BYTES": "1000",
            "MAX_OBJECT_BYTES": "67108864",
            "SANDBOX_OBJECT_DIR": "/objects",
            "ALERT_SEVERITY": " Critical ",
            "CONNECTION_INCIDENTS_BUCKET": "incidents",
            "CONNECTION_INCIDENTS_NAMESPACE": "ns",
            "CONNECTION_INCIDENTS_PREFIX": "ai/",
            "CONNECTION_ALERTS_TOPIC_ID": TOPIC,
        }
    )

    assert (
        Settings(
            severity_warning=0.5,
            severity_critical=1.0,
            allowed_compartment_ids=frozenset({COMPARTMENT, TENANCY}),
            alert_labels=frozenset({"person", "wine glass"}),
            max_event_bytes=1000,
            max_object_bytes=64 * 1024 * 1024,
            sandbox_object_dir="/objects",
            alert_severity=Severity.CRITICAL,
            incidents=Place("ns", "incidents", "ai/"),
            alerts_topic=TOPIC,
        )
        == settings
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEVERITY_WARNING", "high"),
        ("SEVERITY_WARNING", "nan"),
        ("SEVERITY_WARNING", "-0.1"),
        ("SEVERITY_WARNING", "0.95"),
        ("SEVERITY_CRITICAL", "inf"),
        ("SEVERITY_CRITICAL", "1.01"),
        ("SEVERITY_CRITICAL", "0,9"),
        ("ALLOWED_COMPARTMENT_IDS", ","),
        ("ALLOWED_COMPARTMENT_IDS", "*"),
        ("ALLOWED_COMPARTMENT_IDS", "ocid1.fnfunc.oc1.iad.aaaa"),
        ("ALLOWED_COMPARTMENT_IDS", f"{COMPARTMENT};{COMPARTMENT}"),
        ("ALERT_LABELS", " , "),
        ("MAX_EVENT_BYTES", "0"),
        ("MAX_EVENT_BYTES", "-1"),
        ("MAX_EVENT_BYTES", "6MB"),
        ("MAX_EVENT_BYTES", "٣"),
        ("MAX_EVENT_BYTES", "9" * 5000),
        ("MAX_EVENT_BYTES", str(PLATFORM_PAYLOAD_LIMIT + 1)),
        ("MAX_OBJECT_BYTES", "1e6"),
        ("ALERT_SEVERITY", "high"),
        ("CONNECTION_INCIDENTS_BUCKET", "a/b"),
        ("CONNECTION_INCIDENTS_BUCKET", ".."),
        ("CONNECTION_ALERTS_TOPIC_ID", "alerts"),
        ("CONNECTION_ALERTS_TOPIC_ID", "ocid1.fnfunc.oc1.iad.aaaa"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    """It never falls back to the default."""
    with pytest.raises(Unprocessed) as caught:
        read_settings({name: value})

    assert caught.value.code == "wrong-config"
    assert caught.value.message.startswith(f"{name}: expected ")
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"CONNECTION_INCIDENTS_BUCKET": "b"}, "CONNECTION_INCIDENTS_NAMESPACE"),
        ({"CONNECTION_INCIDENTS_NAMESPACE": "ns"}, "CONNECTION_INCIDENTS_BUCKET"),
        ({"CONNECTION_INCIDENTS_PREFIX": "a/"}, "CONNECTION_INCIDENTS_BUCKET"),
        (
            {
                "CONNECTION_INCIDENTS_BUCKET": "b",
                "CONNECTION_INCIDENTS_NAMESPACE": "ns",
                "CONNECTION_INCIDENTS_PREFIX": "a b",
            },
            "CONNECTION_INCIDENTS_PREFIX",
        ),
    ],
)
def test_half_a_connection_is_none(config: dict[str, str], named: str) -> None:
    """An incident that is silently not written would be worse than a function that says so."""
    with pytest.raises(Unprocessed, match=rf"^{named}: expected "):
        read_settings(config)


class _Watched(dict[str, str]):
    """An empty environment that remembers what it was asked for."""

    asked: set[str]

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked.add(key)
        return default


def test_the_page_for_users_has_every_variable() -> None:
    """`docs/handler.md` lists what the function reads, and nothing else."""
    environment = _Watched()
    environment.asked = set()
    read_settings(environment)
    page = (Path(__file__).parents[3] / "docs" / "handler.md").read_text()

    assert environment.asked == set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
