"""What `functions-logging-enabled` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "functions-logging-enabled"
APPLICATION, LOG = "oci:Functions/application:Application", "oci:Logging/log:Log"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ID, OTHER = "ocid1.fnapp.oc1.phx.aaaa", "ocid1.fnapp.oc1.phx.bbbb"
REFUSED = ["no log of the program keeps what its functions log (service functions, category invoke)"]


def log(sample: Any, resource: Any = ID, *, uses: list[str] | None = None, **props: Any) -> Any:
    """A log of functions' invocations; `source` replaces parts of its source."""
    source = {"sourceType": "OCISERVICE", "service": "functions", "category": "invoke", "resource": resource}
    source |= props.pop("source", {})
    given = {"isEnabled": True, "configuration": {"source": source}, **props}
    return sample.resource(LOG, given, "log", **({} if uses is None else {"configuration": uses}))


def application(sample: Any, ocid: str | None = ID, name: str = "app") -> Any:
    """An application, created or still to be."""
    return sample.resource(APPLICATION, {"displayName": name, **({"id": ocid} if ocid else {})}, name)


def test_an_application_with_its_log_passes(pack: Any, sample: Any) -> None:
    """Whichever of the two comes first."""
    pack.deploy()

    assert pack.end(application(sample), log(sample)).of(NAME) == []
    assert pack.end(log(sample), application(sample)).of(NAME) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"resource": OTHER},
        {"isEnabled": False},
        {"source": {"service": "objectstorage"}},
        {"source": {"category": "read"}},
        {"configuration": {}},
        {"configuration": 7},
    ],
)
def test_another_log_is_none(pack: Any, sample: Any, changed: dict[str, Any]) -> None:
    """Of another application, service or category, turned off, or no such log at all."""
    pack.deploy()

    assert pack.end(application(sample), log(sample, **changed)).of(NAME) == REFUSED


def test_without_any_log(pack: Any, sample: Any) -> None:
    """The finding is the application's own."""
    answer = pack.servicer.AnalyzeStack(type("Whole", (), {"resources": [application(sample)]})(), None)

    assert [one.urn for one in answer.diagnostics] == [sample.urn(APPLICATION, "app")]
    assert pack.end(application(sample)).of(NAME) == REFUSED
    assert pack.end(sample.resource("oci:Functions/function:Function", {}, "f")).of(NAME) == []


def test_each_application_needs_one(pack: Any, sample: Any) -> None:
    """A log is of one application."""
    pack.deploy()

    answer = pack.end(application(sample), application(sample, OTHER, "other"), log(sample))

    assert answer.of(NAME) == REFUSED


def test_at_preview_what_the_log_is_made_of_counts(pack: Any, sample: Any) -> None:
    """The application's OCID is unknown to both then."""
    new = application(sample, None)

    assert pack.end(new, log(sample, UNKNOWN, uses=[new.urn])).of(NAME) == []
    assert pack.end(new, log(sample, UNKNOWN, uses=["urn:other"])).of(NAME) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"uses": None},
        {"isEnabled": UNKNOWN},
        {"configuration": UNKNOWN},
        {"source": {"service": UNKNOWN}},
    ],
)
def test_unknown_is_judged_at_deploy(pack: Any, sample: Any, changed: dict[str, Any]) -> None:
    """A log that may be the one is no finding before it is known."""
    new = application(sample, None)
    whole = (new, log(sample, UNKNOWN, **{"uses": [new.urn], **changed}))

    assert pack.end(*whole).of(NAME) == []

    pack.deploy()
    (found,) = pack.end(*whole).of(NAME)
    assert "must be known at deploy" in found


def test_it_is_not_asked_before_the_end(pack: Any, sample: Any) -> None:
    """When the application is registered its log is not there yet."""
    answer = pack.analyze(APPLICATION, {"displayName": "app"})

    assert answer.of(NAME) == []
    assert NAME not in answer.not_applicable


def test_an_exemption_covers_an_application(pack_of: Any, sample: Any) -> None:
    """Its log may be another program's."""
    pack = pack_of()
    one = {"resource": "app", "owner": "team", "reason": "logged centrally", "expires": "2026-08-01"}
    pack.configure({NAME: {"enforcementLevel": "mandatory", "exemptions": [one]}})
    pack.analyze(APPLICATION, {"displayName": "app"}, name="app")

    answer = pack.end(application(sample))

    assert NAME not in answer.blocking
    assert "exempted until 2026-08-01" in answer.text
    assert "covers nothing" not in answer.text


def test_its_level_is_the_config_s(pack: Any, sample: Any) -> None:
    """Mandatory it blocks, disabled it is not asked."""
    pack.configure({NAME: "mandatory"})
    assert NAME in pack.end(application(sample)).blocking

    pack.configure({NAME: "disabled"})
    assert pack.end(application(sample)).of(NAME) == []
