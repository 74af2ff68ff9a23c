"""Results of OCI Vision, held to the SDK's own models."""

from __future__ import annotations

from typing import Any

import oci
import pytest

from ai_events.failures import Refusal
from ai_events.findings import Finding
from ai_events.graders.vision import KEYS, grade


def test_an_image_names_what_is_on_it() -> None:
    """Labels, objects and faces, with the service's confidence and a score of 0."""
    result: Any = {
        "labels": [{"name": "Street", "confidence": 0.99}],
        "imageObjects": [{"name": "Person", "confidence": 0.9, "boundingPolygon": {}}],
        "detectedFaces": [{"confidence": 0.8, "qualityScore": 0.7}],
        "imageText": {"words": [], "lines": [{"text": "STOP", "confidence": 0.9}]},
        "ontologyClasses": [{"name": "Street", "parentNames": [], "synonymNames": []}],
        "errors": [],
    }

    assert grade(result) == [
        Finding(0.0, "Street", 0.99),
        Finding(0.0, "Person", 0.9),
        Finding(0.0, "face", 0.8),
    ]


def test_features_that_were_not_asked_for_are_null() -> None:
    """The service writes every key."""
    assert grade(dict.fromkeys(KEYS)) == []


def test_a_video_is_as_certain_as_its_best_segment() -> None:
    """A finding may be seen several times, with or without a confidence."""
    segments = [{"confidence": 0.4}, {"confidence": 0.6}, {}]
    result: Any = {"videoObjects": [{"name": "Car", "segments": segments}], "videoFaces": [{"segments": []}]}

    assert grade(result) == [Finding(0.0, "Car", 0.6), Finding(0.0, "face")]


def test_a_stream_writes_one_result_per_frame() -> None:
    """Its objects are those of an image under another key."""
    assert grade({"videoStreamObjects": [{"name": "Person", "confidence": 0.5}]}) == [
        Finding(0.0, "Person", 0.5)
    ]


def test_the_keys_are_those_of_the_service() -> None:
    """Each is known to the SDK, for one of the three kinds of result, and `errors` to all."""
    models = oci.ai_vision.models
    kinds = (models.AnalyzeImageResult, models.AnalyzeVideoResult, models.AnalyzeVideoStreamResult)
    known = [set(kind().attribute_map.values()) for kind in kinds]

    assert set(KEYS) <= set().union(*known)
    assert all("errors" in keys for keys in known)
    assert {"name", "confidence"} <= set(models.ImageObject().attribute_map.values())
    assert {"name", "segments"} <= set(models.VideoObject().attribute_map.values())


@pytest.mark.parametrize(
    ("value", "code", "place"),
    [
        ({"labels": {}}, "wrong-shape", "labels: expected an array, found an object"),
        ({"labels": [1]}, "wrong-shape", "labels[0]: expected an object"),
        ({"labels": [{"confidence": "x"}]}, "wrong-shape", "labels[0].confidence"),
        ({"labels": [{"confidence": 99}]}, "score-out-of-range", "labels[0].confidence"),
        (
            {"videoLabels": [{"segments": [{"confidence": []}]}]},
            "wrong-shape",
            "videoLabels[0].segments[0].confidence",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(value: Any, code: str, place: str) -> None:
    """A confidence is never guessed."""
    with pytest.raises(Refusal) as caught:
        grade(value)

    assert code == caught.value.code
    assert place in caught.value.message
