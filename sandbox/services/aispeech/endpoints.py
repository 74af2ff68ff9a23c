"""REST operations of Speech, each answered by a file (`sandbox.api.answers`)."""

from __future__ import annotations

from functools import partial

from sandbox.api.answers import by_file
from sandbox.api.operation import RestService

_operation = partial(by_file, "ai_speech")
_JOB = "/transcriptionJobs/{transcriptionJobId}"
_TASK = f"{_JOB}/transcriptionTasks/{{transcriptionTaskId}}"
_RIGHT = "AI_SERVICE_SPEECH_TRANSCRIPTION_JOB"

OPERATIONS = (
    _operation("CreateTranscriptionJob", "POST", "/transcriptionJobs", "TranscriptionJob"),
    _operation("GetTranscriptionJob", "GET", _JOB, "TranscriptionJob", f"{_RIGHT}_READ"),
    _operation(
        "ListTranscriptionJobs",
        "GET",
        "/transcriptionJobs",
        "TranscriptionJobCollection",
        f"{_RIGHT}_INSPECT",
    ),
    _operation("CancelTranscriptionJob", "POST", f"{_JOB}/actions/cancel", "", f"{_RIGHT}_UPDATE"),
    _operation("DeleteTranscriptionJob", "DELETE", _JOB, "", f"{_RIGHT}_DELETE"),
    _operation(
        "ListTranscriptionTasks",
        "GET",
        f"{_JOB}/transcriptionTasks",
        "TranscriptionTaskCollection",
        f"{_RIGHT}_INSPECT",
    ),
    _operation("GetTranscriptionTask", "GET", _TASK, "TranscriptionTask", f"{_RIGHT}_READ"),
    _operation("SynthesizeSpeech", "POST", "/actions/synthesizeSpeech", "stream"),
)
ENDPOINTS = (RestService("Speech", ("speech.aiservice",), versions=("20220101",), operations=OPERATIONS),)
