"""Each statement the dev stack creates, taken away: exactly the steps that need it fail.

Events invokes as one of two principals, and the dev stack grants both. So each case leaves one of the two
forms only, as a tenancy has it where Oracle evaluates that one.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oci_iam import Principal, Request, decide
from sandbox.events import objects
from sandbox.events.access import may_invoke
from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import completed, object_of
from sandbox.events.invoke import invoke
from sandbox.events.samples import SAMPLES, fitted
from sandbox.events.snapshot import Deployment
from sandbox.events.trace import Delivery, as_text

GRAPH = Path(__file__).resolve().parents[2] / "components" / "snapshots" / "dev-up.json"
FORMS = {"eventrule": "service cloudEvents", "service": "request.principal.type = 'eventrule'"}
"""Each form of event principal, and what the statements of the other one hold."""


def _statements() -> list[str]:
    resources = json.loads(GRAPH.read_text())["resources"]
    policies = [each["inputs"] for urn, each in resources.items() if "oci:Identity/policy:Policy::" in urn]
    return sorted({text for policy in policies for text in policy["statements"]})


STATEMENTS = _statements()


def _emitted(deployment: Deployment, name: str) -> Delivery:
    event, _ = completed(fitted(SAMPLES[name], deployment))
    body, ref = SAMPLES[name].body, object_of(event)
    if body is not None and ref is not None:
        objects.place(deployment.folder, ref, body)
    (delivery,) = dispatch(event, deployment).deliveries
    return delivery


def _authorised(deployment: Deployment, name: str) -> bool:
    """Whether an event gets as far as the function, which isn't run (no image: that costs no process)."""
    without_images = {
        key: dataclasses.replace(function, content=None) for key, function in deployment.functions.items()
    }
    return _emitted(dataclasses.replace(deployment, functions=without_images), name).outcome != "denied"


def _object_event_invokes(deployment: Deployment) -> bool:
    return _authorised(deployment, "anomaly")


def _function_reads_the_object(deployment: Deployment) -> bool:
    """Judged by the real function's answer: the sandbox's own word isn't enough. Not reached: not tried."""
    delivery = _emitted(deployment, "anomaly")
    return delivery.outcome == "denied" or delivery.answer["status"] == "processed"


def _service_event_invokes(deployment: Deployment) -> bool:
    return _authorised(deployment, "transcribed")


def _member_of(role: str, deployment: Deployment) -> tuple[Principal, Deployment]:
    user = "ocid1.user.oc1..member"
    groups = {
        key: dataclasses.replace(group, members=frozenset({user})) if group.name.endswith(role) else group
        for key, group in deployment.directory.groups.items()
    }
    directory = dataclasses.replace(deployment.directory, groups=groups)
    return Principal(type="user", id=user), dataclasses.replace(deployment, directory=directory)


def _invoker_invokes(deployment: Deployment) -> bool:
    (function,) = deployment.functions.values()
    principal, deployment = _member_of("invokers", deployment)
    return may_invoke(principal, function, deployment).allowed


def _people(role: str, permission: str, *target: str) -> Callable[[Deployment], bool]:
    def step(deployment: Deployment) -> bool:
        (function,) = deployment.functions.values()
        principal, deployment = _member_of(role, deployment)
        ids = {"target.function.id": function.id, "target.app.id": function.app_id}
        request = Request(
            principal, permission, function.compartment_id, target={name: ids[name] for name in target}
        )
        return decide(request, deployment.policies, deployment.directory).allowed

    return step


STEPS: dict[str, Callable[[Deployment], bool]] = {
    "an object event invokes the function": _object_event_invokes,
    "the function reads the object": _function_reads_the_object,
    "a service's event invokes the function": _service_event_invokes,
    "an invoker invokes the function": _invoker_invokes,
    "a developer updates the application": _people("developers", "FN_APP_UPDATE", "target.app.id"),
    "a developer updates the function": _people("developers", "FN_FUNCTION_UPDATE", "target.function.id"),
    "a developer creates a function": _people("developers", "FN_FUNCTION_CREATE"),
    "an auditor reads the application": _people("auditors", "FN_APP_READ", "target.app.id"),
    "an auditor reads the function": _people("auditors", "FN_FUNCTION_READ", "target.function.id"),
}
EVENTS = {"an object event invokes the function", "a service's event invokes the function"}
NEEDED_BY: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "rule": (("any-user", "'eventrule'"), EVENTS),
    "service": (("service cloudEvents",), EVENTS),
    "object": (("read objects",), {"the function reads the object"}),
    "invokers": (("group id ocid1.group", "use fn-invocation"), {"an invoker invokes the function"}),
    "application": (("manage fn-app",), {"a developer updates the application"}),
    "function": (("manage fn-function", "target.function.id"), {"a developer updates the function"}),
    "creation": (("manage fn-function", "FN_FUNCTION_CREATE"), {"a developer creates a function"}),
    "audit application": (("read fn-app",), {"an auditor reads the application"}),
    "audit function": (("read fn-function",), {"an auditor reads the function"}),
}
"""What the text of a statement holds, and the steps that need such a statement."""


def steps_that_need(statement: str) -> set[str]:
    """By the table; a statement of the dev stack that nobody needs, or that is not in it, is a mistake."""
    (found,) = [steps for parts, steps in NEEDED_BY.values() if all(part in statement for part in parts)]
    return found


def failing(deployment: Deployment) -> set[str]:
    """The steps that don't work."""
    return {name for name, works in STEPS.items() if not works(deployment)}


@pytest.mark.parametrize("form", FORMS)
def test_with_either_form_alone_everything_works(dev: Any, form: str) -> None:
    """The dev stack grants all that is needed, whichever principal Events uses."""
    assert dev.take_away(lambda text: FORMS[form] in text) == 2

    assert failing(dev.deployment()) == set()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text.partition(" in compartment")[0][-40:])
def test_without_a_statement_exactly_what_needs_it_fails(dev: Any, form: str, statement: str) -> None:
    """No statement is superfluous, and none serves a step it should not."""
    dev.take_away(lambda text: FORMS[form] in text)
    taken = dev.take_away(lambda text: text == statement)

    # Taking away a statement of the form that isn't in use takes nothing.
    assert failing(dev.deployment()) == (steps_that_need(statement) if taken else set())


def test_the_trace_names_the_missing_grant(dev: Any) -> None:
    """A statement that would allow the delivery, with its OCIDs; granting it makes it work."""
    dev.take_away(lambda text: "fn-invocation" in text)
    deployment = dev.deployment()
    delivery = _emitted(deployment, "anomaly")
    missing = [access.missing for access in delivery.access]

    assert delivery.outcome == "denied"
    assert delivery.status is None
    for statement in missing:
        assert statement in as_text(dispatch(_any_event(deployment), deployment))
        policy = dataclasses.replace(deployment.policies[0], statements=(statement,))
        mended = dataclasses.replace(deployment, policies=[*deployment.policies, policy])
        assert _emitted(mended, "anomaly").outcome == "delivered"


def _any_event(deployment: Deployment) -> dict[str, Any]:
    return completed(fitted(SAMPLES["anomaly"], deployment))[0]


def test_without_the_read_grant_the_function_finds_no_bucket(dev: Any) -> None:
    """The trace says whose permission is missing, and the function fails the call so that it shows."""
    dev.take_away(lambda text: "read objects" in text)

    delivery = _emitted(dev.deployment(), "anomaly")

    assert delivery.object_access is not None
    assert (delivery.object_access.allowed, delivery.outcome, delivery.status) == (False, "failed", 502)
    assert delivery.answer["reason"]["code"] == "object-not-readable"
    assert "read objects" in delivery.object_access.missing


def test_a_dynamic_group_of_another_function_does_not_help(dev: Any) -> None:
    """Membership is by the matching rule, asked for each call."""
    other = "ALL {resource.type = 'fnfunc', resource.id = 'ocid1.fnfunc.oc1.eu-frankfurt-1.other'}"
    dev.change("oci:Identity/dynamicGroup:DynamicGroup", matchingRule=other)

    assert failing(dev.deployment()) == {"the function reads the object"}


@pytest.mark.parametrize(
    ("role", "outcome"), [("invokers", "delivered"), ("developers", "denied"), ("auditors", "denied")]
)
def test_only_invokers_call_the_function_directly(dev: Any, role: str, outcome: str) -> None:
    """Developers manage without invoking; auditors only read."""
    deployment = dev.deployment()
    (function,) = deployment.functions.values()
    (group,) = [one.name for one in deployment.directory.groups.values() if one.name.endswith(role)]

    trace = invoke(function, b'{"score": 0.97}', f"group:{group}", deployment)

    assert [call.outcome for call in trace.calls] == [outcome]
    assert trace.ok is (outcome == "delivered")
