"""REST operations of Vision, each answered by a file (`sandbox.api.answers`)."""

from __future__ import annotations

from functools import partial

from sandbox.api.answers import by_file
from sandbox.api.operation import RestService

_operation = partial(by_file, "ai_vision")
_RIGHT = "AI_SERVICE_VISION"

OPERATIONS = (
    _operation("AnalyzeImage", "POST", "/actions/analyzeImage", "AnalyzeImageResult"),
    _operation(
        "AnalyzeDocument",
        "POST",
        "/actions/analyzeDocument",
        "AnalyzeDocumentResult",
        f"{_RIGHT}_ANALYZE_DOCUMENT",
    ),
    *(
        operation
        for kind in ("Image", "Document", "Video")
        for operation in (
            _operation(
                f"Create{kind}Job",
                "POST",
                f"/{kind.lower()}Jobs",
                f"{kind}Job",
                f"{_RIGHT}_{kind.upper()}_JOB_CREATE",
            ),
            _operation(
                f"Get{kind}Job",
                "GET",
                f"/{kind.lower()}Jobs/{{{kind.lower()}JobId}}",
                f"{kind}Job",
                f"{_RIGHT}_{kind.upper()}_JOB_READ",
            ),
            _operation(
                f"Cancel{kind}Job",
                "POST",
                f"/{kind.lower()}Jobs/{{{kind.lower()}JobId}}/actions/cancel",
                "",
                f"{_RIGHT}_{kind.upper()}_JOB_UPDATE",
            ),
        )
    ),
)
ENDPOINTS = (RestService("Vision", ("vision.aiservice",), versions=("20220125",), operations=OPERATIONS),)
