"""The stand-ins for AI services and the answers that users give, by the real SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import oci
import pytest

from sandbox.services.generativeai.chat import NOTICE
from tests.sandbox.rest.conftest import Door

GenerativeAi = oci.generative_ai_inference.GenerativeAiInferenceClient
Agents = oci.generative_ai_agent_runtime.GenerativeAiAgentRuntimeClient
Language = oci.ai_language.AIServiceLanguageClient
Vision = oci.ai_vision.AIServiceVisionClient
Documents = oci.ai_document.AIServiceDocumentClient
Speech = oci.ai_speech.AIServiceSpeechClient
ai = oci.generative_ai_inference.models
language = oci.ai_language.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
INVALID = (400, "InvalidParameter")
NOT_IMITATED = (501, "NotImplemented")
MODE = ai.OnDemandServingMode(model_id="cohere.command-r-plus")


@pytest.fixture
def answer(door: Door) -> Iterator[Callable[[str, Any], Path]]:
    """Gives an answer, and takes it back at the end: `answer("ai_vision/AnalyzeImage", {…})`."""
    given: list[Path] = []

    def give(name: str, value: Any) -> Path:
        binary = isinstance(value, bytes)
        path = door.place.sandbox_dir / "answers" / f"{name}.{'bin' if binary else 'json'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = value if binary else (value if isinstance(value, str) else json.dumps(value)).encode()
        path.write_bytes(content)
        given.append(path)
        return path

    yield give
    for path in given:
        path.unlink(missing_ok=True)


@pytest.fixture
def chat(door: Door, clients: Clients) -> Callable[..., Any]:
    """Chats as somebody."""

    def chatted(request: Any, who: str = "administrator", compartment: str = "") -> Any:
        details = ai.ChatDetails(
            compartment_id=compartment or door.tenancy, serving_mode=MODE, chat_request=request
        )
        return clients(GenerativeAi, who).chat(details).data

    return chatted


def _generic(text: str, **more: Any) -> Any:
    message = ai.UserMessage(content=[ai.TextContent(text=text)])
    return ai.GenericChatRequest(messages=[ai.SystemMessage(content=[]), message], **more)


def _v2(text: str, **more: Any) -> Any:
    message = ai.CohereUserMessageV2(content=[ai.CohereTextContentV2(text=text)])
    return ai.CohereChatRequestV2(messages=[message], **more)


def _events(data: Any) -> list[Any]:
    return [json.loads(event.data) for event in data.events()]


class TestChat:
    def test_generic(self, chat: Any) -> None:
        """The stand-in says that it is one, and the same each time."""
        found = chat(_generic("hello", num_generations=2))
        response = found.chat_response
        text = response.choices[0].message.content[0].text

        assert text == f"{NOTICE} You said: hello"
        assert (found.model_id, found.model_version) == ("cohere.command-r-plus", "sandbox-stand-in")
        assert [choice.finish_reason for choice in response.choices] == ["stop", "stop"]
        assert response.usage.prompt_tokens == 1
        assert chat(_generic("hello")).chat_response.choices[0].message.content[0].text == text

    def test_cohere(self, chat: Any) -> None:
        """The first form, which keeps a history."""
        history = [ai.CohereUserMessage(message="a"), ai.CohereChatBotMessage(message="b")]
        response = chat(ai.CohereChatRequest(message="hello", chat_history=history)).chat_response

        assert response.text == f"{NOTICE} You said: hello"
        assert response.finish_reason == "COMPLETE"
        assert [one.role for one in response.chat_history] == ["USER", "CHATBOT", "USER", "CHATBOT"]

    def test_cohere_v2(self, chat: Any) -> None:
        """The second form."""
        response = chat(_v2("hello")).chat_response

        assert response.message.content[0].text == f"{NOTICE} You said: hello"
        assert response.finish_reason == "COMPLETE"

    def test_streams(self, chat: Any) -> None:
        """Events that add up to the same text, and a last one that says so."""
        expected = f"{NOTICE} You said: hello you"
        usage = ai.StreamOptions(is_include_usage=True)
        generic = _events(chat(_generic("hello you", is_stream=True, stream_options=usage)))
        cohere = _events(chat(ai.CohereChatRequest(message="hello you", is_stream=True)))
        second = _events(chat(_v2("hello you", is_stream=True)))
        pieces = [event["message"]["content"][0]["text"] for event in generic[:-1]]
        pieces_v2 = [event["message"]["content"][0]["text"] for event in second[:-1]]

        assert "".join(pieces).rstrip() == expected
        assert generic[-1]["finishReason"] == "stop"
        assert generic[-1]["usage"]["promptTokens"] == 2
        assert "".join(event["text"] for event in cohere[:-1]).rstrip() == expected == cohere[-1]["text"]
        assert cohere[-1]["finishReason"] == "COMPLETE"
        assert "usage" not in cohere[-1]
        assert "".join(pieces_v2).rstrip() == expected

    def test_json_is_json(self, chat: Any) -> None:
        """Where an object is asked for."""
        found = chat(_generic("hello", response_format=ai.JsonObjectResponseFormat()))
        text = found.chat_response.choices[0].message.content[0].text

        assert json.loads(text) == {"notice": NOTICE, "message": "hello"}

    def test_what_the_stand_in_cannot_do(self, chat: Any, refused: Refused) -> None:
        """It fills in no schema and calls no tool: 501, with the file that would."""
        schema = ai.JsonSchemaResponseFormat(json_schema=ai.ResponseJsonSchema(name="s"))
        with pytest.raises(oci.exceptions.ServiceError, match=r"answers/generative_ai_inference/Chat\.json"):
            chat(_generic("hello", response_format=schema))

        assert refused(chat, _generic("hello", tool_choice=ai.ToolChoiceRequired())) == NOT_IMITATED
        assert refused(chat, ai.CohereChatRequest(message="a", is_search_queries_only=True)) == NOT_IMITATED

    def test_an_answer_of_ones_own(self, chat: Any, answer: Any, refused: Refused) -> None:
        """Goes before the stand-in's, whole and as a stream, for the form that it has."""
        own = {"apiFormat": "COHERE", "text": "my own", "finishReason": "COMPLETE"}
        answer("generative_ai_inference/Chat", {"modelId": "m", "modelVersion": "1", "chatResponse": own})
        whole = chat(ai.CohereChatRequest(message="hello"))
        events = _events(chat(ai.CohereChatRequest(message="hello", is_stream=True)))

        assert (whole.model_id, whole.chat_response.text) == ("m", "my own")
        assert "".join(event["text"] for event in events[:-1]).rstrip() == "my own"
        assert refused(chat, _generic("hello")) == NOT_IMITATED

    def test_chatting_is_a_right(self, door: Door, chat: Any, refused: Refused) -> None:
        """In the compartment that is named."""
        compartment, group = door.compartment(), door.group()
        door.allow(f"Allow group {group} to use generative-ai-chat in compartment id {compartment}")
        who = f"group:{group}"

        assert chat(_generic("hello"), who=who, compartment=compartment).model_id
        assert refused(chat, _generic("hello"), who=who) == NOT_FOUND


class TestEmbedding:
    def _embed(self, client: Any, door: Door, *inputs: str, **more: Any) -> Any:
        details = ai.EmbedTextDetails(
            inputs=list(inputs), serving_mode=MODE, compartment_id=door.tenancy, **more
        )
        return client.embed_text(details).data

    def test_the_same_words_the_same_vector(self, door: Door, clients: Clients) -> None:
        """Of length 1, and nearer to texts that share words."""
        found = self._embed(clients(GenerativeAi), door, "a red car", "a red bus", "blue sky")
        car, bus, sky = found.embeddings

        def near(one: list[float], other: list[float]) -> float:
            return sum(a * b for a, b in zip(one, other, strict=True))

        assert len(car) == 1024
        assert near(car, car) == pytest.approx(1)
        assert near(car, bus) > 0.5 > near(car, sky)
        assert found.model_version == "sandbox-stand-in"
        assert self._embed(clients(GenerativeAi), door, "a red car").embeddings == [car]

    def test_what_is_taken(self, door: Door, clients: Clients, refused: Refused) -> None:
        """Other lengths, and no more than 96 texts."""
        client = clients(GenerativeAi)

        assert len(self._embed(client, door, "a", output_dimensions=256).embeddings[0]) == 256
        assert refused(self._embed, client, door, *["a"] * 97) == INVALID
        assert refused(self._embed, client, door, "a", output_dimensions=7) == INVALID
        assert refused(self._embed, client, door, "a", embedding_types=["int8"]) == NOT_IMITATED

    def test_ranks(self, door: Door, clients: Clients) -> None:
        """By the words that a document shares with the question."""
        details = ai.RerankTextDetails(
            input="red car",
            documents=["blue sky", "a red car", "a red bus"],
            serving_mode=MODE,
            compartment_id=door.tenancy,
            top_n=2,
            is_echo=True,
        )
        ranks = clients(GenerativeAi).rerank_text(details).data.document_ranks

        assert [(one.index, one.document.text) for one in ranks] == [(1, "a red car"), (2, "a red bus")]


class TestLanguage:
    def _documents(self, *texts: str) -> list[Any]:
        return [language.TextDocument(key=str(key), text=text) for key, text in enumerate(texts)]

    def _sentiments(self, client: Any, *texts: str, **more: Any) -> Any:
        details = language.BatchDetectLanguageSentimentsDetails(documents=self._documents(*texts))
        return client.batch_detect_language_sentiments(details, **more).data

    def test_sentiments(self, clients: Clients) -> None:
        """By lists of words; a negation turns the next one."""
        found = self._sentiments(
            clients(Language),
            "The hotel was great. The food was awful and slow!",
            "I love it",
            "It is not good",
            "A table",
            level=["SENTENCE", "ASPECT"],
        )
        first = found.documents[0]

        assert [one.document_sentiment for one in found.documents] == [
            "Negative",
            "Positive",
            "Negative",
            "Neutral",
        ]
        assert [one.sentiment for one in first.sentences] == ["Positive", "Negative"]
        assert [(one.text, one.sentiment) for one in first.aspects] == [
            ("hotel", "Positive"),
            ("food", "Negative"),
        ]
        assert first.document_scores["Negative"] == pytest.approx(0.6667)
        assert first.language_code == "en"

    def test_a_part_may_fail(self, clients: Clients, refused: Refused) -> None:
        """Inside a 200, each with its reason; too many or too much is a 400."""
        client = clients(Language)
        found = self._sentiments(client, "good", " ", "x" * 5001)

        assert [one.key for one in found.documents] == ["0"]
        assert [one.key for one in found.errors] == ["1", "2"]
        assert "5000" in found.errors[1].error.message
        assert refused(self._sentiments, client, *["good"] * 101) == INVALID
        assert refused(self._sentiments, client, *["x" * 5000] * 5) == INVALID

    def test_entities(self, clients: Clients) -> None:
        """Names in the list, and what has the form of one."""
        text = "Oracle is in Austin since 2020-12-11; mail me@example.com"
        details = language.BatchDetectLanguageEntitiesDetails(documents=self._documents(text))
        (found,) = clients(Language).batch_detect_language_entities(details).data.documents

        assert [(one.text, one.type) for one in found.entities] == [
            ("Oracle", "ORGANIZATION"),
            ("Austin", "LOCATION"),
            ("2020-12-11", "DATETIME"),
            ("me@example.com", "EMAIL"),
        ]
        assert all(text[one.offset : one.offset + one.length] == one.text for one in found.entities)

    def test_personal_data_is_masked(self, clients: Clients) -> None:
        """As the request says for its type, or for all."""
        text = "Call (555) 123-4567 or mail me@example.com from 10.0.0.1"
        masking = {
            "ALL": language.PiiEntityMask(masking_character="#", leave_characters_unmasked=2),
            "EMAIL": language.PiiEntityReplace(replace_with="<mail>"),
            "IP_ADDRESS": language.PiiEntityRemove(),
        }
        details = language.BatchDetectLanguagePiiEntitiesDetails(
            documents=self._documents(text), masking=masking
        )
        (found,) = clients(Language).batch_detect_language_pii_entities(details).data.documents

        assert [one.type for one in found.entities] == ["TELEPHONE_NUMBER", "EMAIL", "IP_ADDRESS"]
        assert found.masked_text == "Call (5############ or mail <mail> from "

    def test_phrases_languages_topics(self, clients: Clients) -> None:
        """Runs of words, small words and known words."""
        client = clients(Language)
        phrases = client.batch_detect_language_key_phrases(
            language.BatchDetectLanguageKeyPhrasesDetails(
                documents=self._documents("The red car is in the garage")
            )
        ).data.documents[0]
        texts = ("The car is in the garage", "Das ist nicht die Garage", "12345")
        languages = client.batch_detect_dominant_language(
            language.BatchDetectDominantLanguageDetails(
                documents=[
                    language.DominantLanguageDocument(key=str(key), text=text)
                    for key, text in enumerate(texts)
                ]
            )
        ).data
        topics = client.batch_detect_language_text_classification(
            language.BatchDetectLanguageTextClassificationDetails(
                documents=self._documents("The team won the football match", "xyz")
            )
        ).data.documents

        assert [one.text for one in phrases.key_phrases] == ["red car", "garage"]
        assert [one.languages[0].code for one in languages.documents] == ["en", "de"]
        assert [one.key for one in languages.errors] == ["2"]
        assert [one.text_classification[0].label for one in topics] == ["Sports", "Other"]

    def test_one_text_at_a_time(self, clients: Clients, refused: Refused) -> None:
        """As the older operations have it."""
        client = clients(Language)
        one = language.DetectLanguageSentimentsDetails(text="The hotel was great")
        found = client.detect_language_sentiments(one).data
        entities = client.detect_language_entities(
            language.DetectLanguageEntitiesDetails(text="mail me@example.com")
        ).data
        dominant = client.detect_dominant_language(
            language.DetectDominantLanguageDetails(text="this is it")
        ).data

        assert [(aspect.text, aspect.sentiment) for aspect in found.aspects] == [("hotel", "Positive")]
        assert [(entity.text, entity.is_pii) for entity in entities.entities] == [("me@example.com", True)]
        assert dominant.languages[0].name == "English"
        assert (
            refused(client.detect_language_sentiments, language.DetectLanguageSentimentsDetails(text=" "))
            == INVALID
        )

    def test_each_detection_is_a_right_of_its_own(
        self, door: Door, clients: Clients, refused: Refused
    ) -> None:
        """In the tenancy, where no compartment is named."""
        group = door.group()
        door.allow(f"Allow group {group} to use ai-service-language-sentiments in tenancy")
        client = clients(Language, f"group:{group}")
        entities = language.BatchDetectLanguageEntitiesDetails(documents=self._documents("a"))

        assert self._sentiments(client, "good").documents[0].document_sentiment == "Positive"
        assert refused(client.batch_detect_language_entities, entities) == NOT_FOUND


IMAGE = {
    "imageObjects": [
        {
            "name": "Cat",
            "confidence": 0.9,
            "boundingPolygon": {"normalizedVertices": [{"x": 0, "y": 0.5}]},
        }
    ],
    "errors": [],
}


class TestAnswers:
    def _analyze(self, client: Any, **more: Any) -> Any:
        models = oci.ai_vision.models
        details = models.AnalyzeImageDetails(
            features=[models.ImageObjectDetectionFeature()],
            image=models.InlineImageDetails(data="aW1hZ2U="),
            **more,
        )
        return client.analyze_image(details).data

    def test_an_answer_that_is_given(self, clients: Clients, answer: Any) -> None:
        """Is what the SDK gets, from the next request on."""
        answer("ai_vision/AnalyzeImage", IMAGE)
        found = self._analyze(clients(Vision))

        assert (found.image_objects[0].name, found.image_objects[0].confidence) == ("Cat", 0.9)

    def test_none_is_given(self, clients: Clients, refused: Refused) -> None:
        """501, with the operation and where its answer would be."""
        with pytest.raises(oci.exceptions.ServiceError) as error:
            self._analyze(clients(Vision))

        assert error.value.status == 501
        assert "AnalyzeImage" in error.value.message
        assert "sandbox/answers/ai_vision/AnalyzeImage.json" in error.value.message

    @pytest.mark.parametrize(
        ("value", "place"),
        [
            ("{", "is not JSON"),
            ([], "the answer: expected an object (AnalyzeImageResult), found a list"),
            ({"imageObjects": {}}, "imageObjects: expected a list, found an object"),
            (
                {"imageObjects": [{**IMAGE["imageObjects"][0], "confidence": "high"}]},
                "imageObjects[0].confidence: expected a number, found a string",
            ),
            ({"image-objects": []}, "image-objects: AnalyzeImageResult has"),
            ({"imageObjects": [{"name": "Cat"}]}, "imageObjects[0]: ImageObject needs confidence"),
            (
                {"imageClassificationModelVersion": True},
                "imageClassificationModelVersion: expected a string, found true",
            ),
        ],
    )
    def test_one_that_the_service_could_not_give(
        self, clients: Clients, answer: Any, value: Any, place: str
    ) -> None:
        """Is refused in one line that names the place."""
        answer("ai_vision/AnalyzeImage", value)
        with pytest.raises(oci.exceptions.ServiceError) as error:
            self._analyze(clients(Vision))

        assert error.value.status == 501
        assert error.value.message.startswith(f"sandbox/answers/ai_vision/AnalyzeImage.json: {place}")

    def test_jobs(self, door: Door, clients: Clients, answer: Any, refused: Refused) -> None:
        """An enumeration's value and a time are checked; a right is asked where the answer says it lies."""
        compartment, group = door.compartment(), door.group()
        door.allow(
            f"Allow group {group} to read ai-service-speech-transcription-job in compartment id {compartment}"
        )
        job = {
            "id": "ocid1.aispeechtranscriptionjob.oc1.iad.a",
            "compartmentId": compartment,
            "modelDetails": {},
            "inputLocation": {
                "locationType": "OBJECT_LIST_INLINE_INPUT_LOCATION",
                "objectLocations": [{"namespaceName": "n", "bucketName": "b", "objectNames": ["o"]}],
            },
            "outputLocation": {"namespaceName": "n", "bucketName": "b", "prefix": "p"},
            "timeAccepted": "2026-01-31T12:00:00Z",
            "lifecycleState": "SUCCEEDED",
        }
        answer("ai_speech/GetTranscriptionJob", job)
        reader, stranger = clients(Speech, f"group:{group}"), clients(Speech, "user:nobody")

        assert reader.get_transcription_job(job["id"]).data.lifecycle_state == "SUCCEEDED"
        assert refused(stranger.get_transcription_job, job["id"]) == NOT_FOUND
        answer("ai_speech/GetTranscriptionJob", {**job, "lifecycleState": "DONE"})
        with pytest.raises(oci.exceptions.ServiceError, match='lifecycleState: "DONE" is none of ACCEPTED'):
            reader.get_transcription_job(job["id"])
        answer("ai_speech/GetTranscriptionJob", {**job, "timeAccepted": "yesterday"})
        with pytest.raises(oci.exceptions.ServiceError, match="timeAccepted: expected a time"):
            reader.get_transcription_job(job["id"])

    def test_bytes(self, clients: Clients, answer: Any) -> None:
        """Speech is answered by a file as it is."""
        answer("ai_speech/SynthesizeSpeech", b"\x00sound")
        details = oci.ai_speech.models.SynthesizeSpeechDetails(text="hello")

        assert clients(Speech).synthesize_speech(details).data.content == b"\x00sound"

    def test_documents_and_agents(self, clients: Clients, answer: Any) -> None:
        """Document Understanding and agents are answered likewise."""
        models = oci.ai_document.models
        answer(
            "ai_document/AnalyzeDocument",
            {"documentMetadata": {"pageCount": 1, "mimeType": "application/pdf"}, "pages": []},
        )
        answer(
            "generative_ai_agent_runtime/Chat",
            {"message": {"role": "AGENT", "content": {"text": "hi"}, "timeCreated": "2026-01-31T12:00:00Z"}},
        )
        document = models.AnalyzeDocumentDetails(
            features=[models.DocumentTextExtractionFeature()],
            document=models.InlineDocumentDetails(data="YQ=="),
        )
        asked = oci.generative_ai_agent_runtime.models.ChatDetails(user_message="hello")
        found = clients(Documents).analyze_document(document).data
        said = clients(Agents).chat("ocid1.genaiagentendpoint.oc1.iad.a", asked).data

        assert found.document_metadata.page_count == 1
        assert said.message.content.text == "hi"

    def test_another_folder(self, clients: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the serving process is told of one."""
        monkeypatch.setenv("OCI_SANDBOX_ANSWERS", str(tmp_path))
        (tmp_path / "ai_vision").mkdir()
        (tmp_path / "ai_vision" / "AnalyzeImage.json").write_text(json.dumps(IMAGE))

        assert self._analyze(clients(Vision)).image_objects[0].name == "Cat"
