"""REST operations of Document Understanding, each answered by a file (`sandbox.api.answers`)."""

from __future__ import annotations

from functools import partial

from sandbox.api.answers import by_file
from sandbox.api.operation import RestService

_operation = partial(by_file, "ai_document")
_JOB = "/processorJobs/{processorJobId}"
_RIGHT = "AI_SERVICE_DOCUMENT_PROCESSOR_JOB"

OPERATIONS = (
    _operation("AnalyzeDocument", "POST", "/actions/analyzeDocument", "AnalyzeDocumentResult"),
    _operation("CreateProcessorJob", "POST", "/processorJobs", "ProcessorJob"),
    _operation("GetProcessorJob", "GET", _JOB, "ProcessorJob", f"{_RIGHT}_READ"),
    _operation("CancelProcessorJob", "POST", f"{_JOB}/actions/cancel", "", f"{_RIGHT}_UPDATE"),
)
ENDPOINTS = (
    RestService(
        "Document Understanding", ("document.aiservice",), versions=("20221109",), operations=OPERATIONS
    ),
)
