"""Misspelt functions types are found, other unknown names are left alone."""

from __future__ import annotations

import pytest

from oci_iam.language.near_miss import near_miss


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("function-family", "functions-family"),
        ("functions_family", "functions-family"),
        ("functionsfamily", "functions-family"),
        ("functions-famliy", "functions-family"),
        ("funtcions-family", "functions-family"),
        ("functi0ns-family", "functions-family"),
        ("fucntinos-family", "functions-family"),
        ("nctions-family", "functions-family"),
        ("xyfunctions-family", "functions-family"),
        ("funxyctions-family", "functions-family"),
        ("funions-family", "functions-family"),
        ("gumctions-family", "functions-family"),
        ("l-resources", "all-resources"),
        ("functionfamilies", "functions-family"),
        ("lal-reosurces", "all-resources"),
        ("functions", "functions-family"),
        ("function", "functions-family"),
        ("fn-functions", "fn-function"),
        ("fn_function", "fn-function"),
        ("fnfunction", "fn-function"),
        ("fn-apps", "fn-app"),
        ("fnapp", "fn-app"),
        ("f-n-a-p-p", "fn-app"),
        ("nf-app", "fn-app"),
        ("fn-invocations", "fn-invocation"),
        ("fn-invoction", "fn-invocation"),
        ("fn-pbf", "fn-function"),
        ("fn-invoke", "fn-invocation"),
        ("oci-fn-apps", "fn-function"),
        ("oracle-functions", "functions-family"),
        ("cloud-function-apps", "functions-family"),
        ("my-all-resources", "all-resources"),
        ("fn", "fn-function"),
        ("all-resource", "all-resources"),
        ("all_resources", "all-resources"),
        ("allresources", "all-resources"),
        ("a11-resources", "all-resources"),
        ("all", "all-resources"),
    ],
)
def test_near_miss(word: str, meant: str) -> None:
    """A word one or two letters off, singular, plural, underscored, unhyphenated, or with `fn` in it."""
    assert meant == near_miss(word)


@pytest.mark.parametrize(
    "word",
    [
        "all-resources",
        "buckets",
        "apps",
        "app",
        "resources",
        "some-new-family",
        "xal-resourzcs",
        "guncons-family",
        "ctions-family",
        "dns-apps",
        "functions-family",
    ],
)
def test_no_near_miss(word: str) -> None:
    """Another word is another word, and the right word misses nothing."""
    assert near_miss(word) == ""
