"""A function for tests, whose image is kept in a sandbox: it prints what it gets, and answers it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sandbox.cloud.store import Store

CODE = """
import io, json, os, sys, time

def handler(ctx, data: io.BytesIO = None):
    body = data.getvalue()
    print("GOT", os.environ["FN_TYPE"], body.decode(), file=sys.stderr, flush=True)
    time.sleep(0.1)  # a line that is read after the answer belongs to the next call
    if b"please fail" in body:
        raise ValueError("as asked")
    if b"be slow" in body:
        time.sleep(2)
    if b'"step"' in body:  # the rotation of a secret, whose version 2 waits
        return json.dumps({"responseCode": 200, "versionNo": 2, "returnMessage": "done"})
    return body.decode()
"""
DOCKERFILE = """
FROM fnproject/python:3.11
WORKDIR /function
COPY . .
RUN pip3 install -r requirements.txt
ENTRYPOINT ["fdk", "/function/func.py", "handler"]
"""


def keep_image(store: Store, sandbox_dir: Path) -> dict[str, str]:
    """Keeps the image; the `sourceDetails` of a function of it."""
    digest = f"sha256:{hashlib.sha256(CODE.encode()).hexdigest()}"
    folder = sandbox_dir / "images" / "sha256" / digest.removeprefix("sha256:")
    (folder / "content").mkdir(parents=True)
    (folder / "content" / "func.py").write_text(CODE)
    (folder / "content" / "requirements.txt").write_text("fdk==0.1.128\n")
    (folder / "Dockerfile").write_text(DOCKERFILE)
    image = "iad.ocir.io/tenancyns/app/echo:1.0"
    store.add_image(
        digest, image, ref=f"{image}@{digest}", platforms=["linux/amd64"], context=str(folder), pushed=True
    )
    return {"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest}
