"""The rule set for the endpoint of a model, as both firewalls get it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from components.errors import checks_of
from components.values.ai_endpoint import (
    LARGEST_BODY,
    LONGEST_CONDITION,
    AiEndpoint,
    conditions,
    custom_rules,
)
from components.values.sec_rule import check_template, render_template

BOTH = AiEndpoint(methods=("POST", "GET"), content_types=("application/json", "image/*"), max_body_in_bytes=9)


def test_the_edge_gets_templates_that_oci_publishes() -> None:
    """Three rules, each looked at before the body is read."""
    rules = custom_rules(AiEndpoint())

    assert sorted(rules) == ["ai-body-size", "ai-content-type", "ai-methods"]
    for each in rules.values():
        check_template(render_template(each))
        assert {rule.phase for rule in each} == {1}


@pytest.mark.parametrize(
    ("content_type", "matches"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("image/png", True),
        ("application/jsonx", False),
        ("xapplication/json", False),
        ("image/", False),
        ("text/plain", False),
    ],
)
def test_content_types_of_the_edge(content_type: str, matches: bool) -> None:
    """Whole media types, with parameters or without; a `*` is any one of its kind."""
    (rule,) = custom_rules(BOTH)["ai-content-type"]
    pattern = rule.operator.removeprefix("!@rx ")

    assert bool(re.search(pattern, content_type)) == matches


@pytest.mark.parametrize(
    ("method", "matches"), [("POST", True), ("GET", True), ("PUT", False), ("POSTS", False)]
)
def test_methods_of_the_edge(method: str, matches: bool) -> None:
    """Whole names."""
    (rule,) = custom_rules(BOTH)["ai-methods"]

    assert bool(re.search(rule.operator.removeprefix("!@rx "), method)) == matches


def test_the_size_of_a_body_must_be_stated() -> None:
    """Larger than the limit is refused, and so is what states no size."""
    size, unstated = custom_rules(BOTH)["ai-body-size"]

    assert (size.variables, size.operator) == (["REQUEST_HEADERS:Content-Length"], "@gt 9")
    assert (unstated.variables, unstated.operator) == (["REQUEST_HEADERS:Transfer-Encoding"], "@rx .")


def test_the_conditions_of_the_regional_firewall() -> None:
    """In the words of Oracle's page, short enough, each with its own answer."""
    found = conditions(BOTH)

    assert {name: each.code for name, each in found.items()} == {
        "ai-methods": 405,
        "ai-content-type": 415,
        "ai-body-size": 413,
        "ai-no-length": 411,
    }
    assert found["ai-methods"].holds == "!contains(['POST', 'GET'], http.request.method)"
    assert found["ai-content-type"].holds == (
        "contains(keys(http.request.headers), 'content-type') && "
        "!(starts_with(http.request.headers.\"content-type\"[0], 'application/json') || "
        "starts_with(http.request.headers.\"content-type\"[0], 'image/'))"
    )
    assert found["ai-body-size"].holds == (
        "contains(keys(http.request.headers), 'content-length') && "
        'to_number(http.request.headers."content-length"[0]) > `9`'
    )
    assert max(len(each.holds) for each in conditions(AiEndpoint()).values()) < LONGEST_CONDITION


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"methods": ("ANY",)}, "ANY would let every method through"),
        ({"methods": ()}, "needs different methods"),
        ({"content_types": ()}, "expected 1 to 10 media types, found 0"),
        ({"content_types": ("x",)}, "'x' is not a media type"),
        ({"max_body_in_bytes": 0}, "0 is not between 1 and"),
        ({"max_body_in_bytes": LARGEST_BODY + 1}, "is not between 1 and 6291456 bytes"),
    ],
)
def test_options_that_protect_nothing_are_refused(changes: dict[str, Any], reason: str) -> None:
    """Every method, no content type, more than a gateway passes on."""
    (name,) = changes
    check, value = checks_of(AiEndpoint(**changes))[name]

    with pytest.raises(ValueError, match=re.escape(reason)):
        check(value)
