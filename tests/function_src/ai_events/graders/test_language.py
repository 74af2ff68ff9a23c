"""Results of OCI Language, held to the SDK's own models."""

from __future__ import annotations

from typing import Any

import oci
import pytest

from ai_events.failures import Refusal
from ai_events.findings import Finding
from ai_events.graders.language import PARTS, batch, single

SCORES: Any = {"Negative": 0.98, "Neutral": 0.01, "Positive": 0.01, "Mixed": 0.0}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"documentSentiment": "Negative", "documentScores": SCORES}, [Finding(0.98, "7")]),
        (
            {
                "aspects": [
                    {"offset": 4, "length": 4, "text": "food", "sentiment": "Negative", "scores": SCORES}
                ]
            },
            [Finding(0.98, "food", of="7")],
        ),
        ({"sentences": [{"text": "It broke.", "scores": SCORES}]}, [Finding(0.98, "It broke.", of="7")]),
        (
            {"documentScores": None, "aspects": [], "sentences": None},
            [],
        ),
        (
            {"documentScores": {}, "aspects": [{"text": "food", "scores": SCORES}]},
            [Finding(0.98, "food", of="7")],
        ),
        (
            {"entities": [{"text": "555-0100", "type": "PHONE", "score": 0.9}]},
            [Finding(0.0, "PHONE", 0.9, "7")],
        ),
        ({"keyPhrases": [{"text": "pump seven", "score": 0.7}]}, [Finding(0.0, "pump seven", 0.7, "7")]),
        ({"textClassification": [{"label": "Sports", "score": 0.6}]}, [Finding(0.0, "Sports", 0.6, "7")]),
        ({"languages": [{"name": "English", "code": "en", "score": 0.99}]}, [Finding(0.0, "en", 0.99, "7")]),
        ({"translatedText": "Hallo", "targetLanguageCode": "de"}, [Finding(0.0, "de", of="7")]),
    ],
)
def test_each_feature_of_a_document(document: dict[str, Any], expected: list[Finding]) -> None:
    """Negative sentiment is the score, at every level that was asked for; all else is only named."""
    assert expected == batch({"documents": [{"key": "7", "languageCode": "en"} | document]})


def test_all_levels_of_sentiment_count() -> None:
    """A document that is friendly on the whole may hold an aspect that is not."""
    document: Any = {
        "key": "1",
        "documentScores": {"Negative": 0.1},
        "aspects": [{"text": "food", "scores": {"Negative": 0.9}}],
        "sentences": [{"text": "Fine.", "scores": {"Negative": 0.0}}],
    }

    assert {0.1, 0.9, 0.0} == {finding.score for finding in batch({"documents": [document]})}


def test_the_text_of_an_entity_is_not_repeated() -> None:
    """It may be the very secret that it was detected for."""
    found = batch(
        {"documents": [{"key": "1", "entities": [{"text": "123-45-6789", "type": "SSN", "score": 1}]}]}
    )

    assert "123-45-6789" not in repr(found)


def test_a_result_for_one_text_has_no_key() -> None:
    """The operations for one text give a document's fields at the top."""
    assert single({"aspects": [{"text": "food", "scores": SCORES}]}) == [Finding(0.98, "food")]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("SentimentDocumentResult", {"documentScores", "aspects", "sentences"}),
        ("EntityDocumentResult", {"entities"}),
        ("PiiEntityDocumentResult", {"entities"}),
        ("HealthEntityDocumentResult", {"entities"}),
        ("KeyPhraseDocumentResult", {"keyPhrases"}),
        ("TextClassificationDocumentResult", {"textClassification"}),
        ("DominantLanguageDocumentResult", {"languages"}),
        ("TranslationDocumentResult", {"translatedText"}),
    ],
)
def test_the_fields_are_those_of_the_service(model: str, fields: set[str]) -> None:
    """The SDK knows each field that is graded, and no document of Language is without one."""
    known = set(getattr(oci.ai_language.models, model)().attribute_map.values())

    assert fields == known & set(PARTS)


@pytest.mark.parametrize(
    ("document", "code", "place"),
    [
        ({}, "no-score", "documents[0] has none of documentScores, aspects"),
        ({"aspects": None}, "no-score", "documents[0] has none of documentScores, aspects"),
        ({"documentScores": 1}, "no-score", "documents[0].documentScores: expected an object"),
        ({"documentScores": {}}, "no-score", "documents[0].documentScores.Negative is missing"),
        ({"documentScores": {"Negative": 98}}, "score-out-of-range", "documents[0].documentScores.Negative"),
        ({"aspects": [{"text": "food"}]}, "no-score", "documents[0].aspects[0].scores.Negative is missing"),
        ({"aspects": [{"scores": 1}]}, "wrong-shape", "documents[0].aspects[0].scores: expected an object"),
        ({"aspects": {}}, "wrong-shape", "documents[0].aspects: expected an array"),
        ({"entities": [{"score": "x"}]}, "wrong-shape", "documents[0].entities[0].score"),
    ],
)
def test_a_sentiment_is_never_guessed(document: Any, code: str, place: str) -> None:
    """What is missing or wrong is refused with its place."""
    with pytest.raises(Refusal) as caught:
        batch({"documents": [document]})

    assert code == caught.value.code
    assert place in caught.value.message
