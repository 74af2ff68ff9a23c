"""An image as the sandbox keeps it: a folder with the build context, the Dockerfile and how it was built.

<digest>/content/       the context, as Docker would see it
<digest>/Dockerfile
<digest>/build.json     {"arguments": {…}, "target": …}; not there in folders of older sandboxes
<digest>/source.json    where it was built from last; the same
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox import private
from sandbox.cloud.errors import SandboxFault
from sandbox.images.dockerfile import instructions
from sandbox.images.recipe import Recipe, read_recipe

# As `fn build` writes one for a folder that has none.
_STANDARD = """\
FROM fnproject/python
WORKDIR /function
COPY . .
{install}
ENV PYTHONPATH=/function
ENTRYPOINT ["fdk", "/function/func.py", "handler"]
"""


def kept_recipe(content: Path) -> Recipe:
    """The recipe of a kept image, by the folder of its content. Raises `SandboxFault`."""
    # The one it was built with is kept beside the content; one inside is there if it was not ignored.
    places = (content.parent / "Dockerfile", content / "Dockerfile")
    place = next((path for path in places if path.is_file()), content)
    try:
        text = standard_dockerfile(content) if place == content else place.read_text("utf-8-sig", "replace")
        build: Any = json.loads(_text(content.parent / "build.json") or "{}")
        return read_recipe(text, content, build.get("arguments"), build.get("target"))
    except (OSError, ValueError) as error:
        raise SandboxFault(f"{place}: the kept image cannot be read: {error}") from None


def note_source(kept: Path, context: Path, dockerfile: str | None) -> None:
    """Write down which folder a kept image was last built from."""
    place = str(Path(dockerfile).absolute()) if dockerfile else ""
    private.write(kept / "source.json", json.dumps({"folder": str(context.absolute()), "dockerfile": place}))


def source_of(content: Path) -> tuple[Path, str] | None:
    """The folder that an image was built from, and its Dockerfile (empty for the one in it); None where
    nobody wrote that down."""
    try:
        stated = json.loads(_text(content.parent / "source.json") or "{}")
        return Path(stated["folder"]), str(stated["dockerfile"])
    except (OSError, ValueError, KeyError):
        return None


def build_settings(dockerfile: str, arguments: Mapping[str, Any], target: str | None) -> str:
    """The text of `build.json`.

    Arguments that only RUN lines and addresses use may be secret, and are not kept.
    """
    used = "\n".join(
        one.rest
        for one in instructions(dockerfile)
        if one.word not in ("RUN", "ARG") and "://" not in one.rest
    )
    kept = {
        name: str(value) for name, value in arguments.items() if f"${name}" in used or f"${{{name}" in used
    }
    return json.dumps({"arguments": kept, "target": target}, sort_keys=True)


def standard_dockerfile(content: Path) -> str:
    """What stands for the Dockerfile of a folder that has none."""
    listed = (content / "requirements.txt").is_file()
    return _STANDARD.format(install="RUN pip install -r requirements.txt" if listed else "")


def _text(place: Path) -> str:
    return place.read_text(encoding="utf-8") if place.is_file() else ""
