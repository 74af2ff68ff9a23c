"""Results of OCI Document Understanding, held to the SDK's own models."""

from __future__ import annotations

from typing import Any

import oci
import pytest

from ai_events.failures import Refusal
from ai_events.findings import Finding
from ai_events.graders.document import KEYS, grade

TYPES: Any = [
    {"documentType": "RESUME", "confidence": 0.99},
    {"documentType": "PASSPORT", "confidence": 0.01},
]


def field(
    name: str, label_confidence: float | None, value_confidence: float | None, **value: Any
) -> dict[str, Any]:
    """A field as the service writes it, complete with what is not looked at."""
    return {
        "fieldType": "KEY_VALUE",
        "fieldLabel": {"name": name, "confidence": label_confidence},
        "fieldName": None,
        "fieldValue": {"valueType": "STRING", "text": "x", "confidence": value_confidence} | value,
    }


def test_the_type_of_a_document_is_the_best_one_offered() -> None:
    """The others are what it is not."""
    assert grade({"pages": [], "detectedDocumentTypes": TYPES}) == [Finding(0.01, "RESUME", 0.99)]


def test_the_types_of_pages_stand_in_for_that_of_the_document() -> None:
    """A page's are looked at only where the document has none, so that nothing counts twice."""
    page: Any = {"pageNumber": 1, "detectedDocumentTypes": TYPES, "words": None}

    assert grade({"pages": [page], "detectedDocumentTypes": None}) == [Finding(0.01, "RESUME", 0.99)]
    assert len(grade({"pages": [page], "detectedDocumentTypes": TYPES})) == 1


@pytest.mark.parametrize(
    ("label", "value", "expected"),
    [
        (0.9, 0.8, Finding(0.2, "Total", 0.8)),
        (0.7, 0.8, Finding(0.3, "Total", 0.7)),
        (0.9, None, Finding(0.1, "Total", 0.9)),
        (None, None, Finding(0.0, "Total")),
    ],
)
def test_a_field_is_as_certain_as_its_weaker_half(
    label: float | None, value: float | None, expected: Finding
) -> None:
    """Label and value each have a confidence, and the service leaves out either."""
    assert [expected] == grade({"pages": [{"documentFields": [field("Total", label, value)]}]})


def test_fields_inside_fields_are_graded() -> None:
    """Line items; the group itself is a finding only if it has a confidence."""
    items = field("Items", None, None, valueType="ARRAY", items=[field("Price", 0.5, 0.5)])

    assert grade({"pages": [{"documentFields": [items]}]}) == [Finding(0.5, "Price", 0.5)]


def test_text_alone_is_not_graded() -> None:
    """Words and lines have confidences too, but one smudged word is no finding."""
    page: Any = {"words": [{"text": "x", "confidence": 0.1}], "lines": [{"text": "x", "confidence": 0.1}]}

    assert grade({"documentMetadata": {"pageCount": 1}, "pages": [page]}) == []


@pytest.mark.parametrize("service", [oci.ai_document, oci.ai_vision])
def test_the_keys_are_those_of_the_service(service: Any) -> None:
    """Document Understanding and Vision's older analysis write the same keys, and the SDK knows them."""
    models = service.models

    assert set(KEYS) <= set(models.AnalyzeDocumentResult().attribute_map.values())
    assert {"detectedDocumentTypes", "documentFields"} <= set(models.Page().attribute_map.values())
    assert {"fieldLabel", "fieldValue"} <= set(models.DocumentField().attribute_map.values())
    assert {"documentType", "confidence"} <= set(models.DetectedDocumentType().attribute_map.values())
    assert "items" in models.ValueArray().attribute_map.values()


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"pages": 3}, "pages: expected an array, found a number"),
        ({"pages": [1]}, "pages[0]: expected an object, found a number"),
        ({"pages": [{"documentFields": [{"fieldLabel": 1}]}]}, "pages[0].documentFields[0].fieldLabel"),
        (
            {"pages": [{"documentFields": [{"fieldValue": {"confidence": "x"}}]}]},
            "pages[0].documentFields[0].fieldValue.confidence",
        ),
        (
            {"pages": [{"documentFields": [{"fieldValue": {"items": [0]}}]}]},
            "pages[0].documentFields[0].fieldValue.items[0]",
        ),
        ({"detectedDocumentTypes": [{"confidence": []}]}, "detectedDocumentTypes[0].confidence"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(value: Any, place: str) -> None:
    """A confidence is never guessed."""
    with pytest.raises(Refusal) as caught:
        grade(value)

    assert caught.value.code == "wrong-shape"
    assert place in caught.value.message
