"""`make function NAME=my_function`: a function of one's own beside the program, which works as written.

sandbox/function_template/ ─► <name>/: handler, Dockerfile, requirements with hashes, tests
                           ─► the lines that deploy it, for the stack's file
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.environment import ROOT

_TEMPLATE = Path(__file__).with_name("function_template")
# With hyphens for underscores, a name of the stack's file; with neither, no package could be imported by it.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(?<!_)")
_STACK_LINES = """\
stack     in Pulumi.dev.yaml, below oci-ai-functions:functions:
              {key}:
                image: {{context: {name}}}
                triggers:
                  objects:
                    event_types: [com.oraclecloud.objectstorage.createobject]
                    bucket: {{name: inbox}}
          and, beside another function, which of them is the stack's own:
            oci-ai-functions:primary: {key}
then      make up && make emit ARGS="--to {key}"
test      .venv/bin/python -m pytest -p oci_sandbox.plugin {name}
guide     docs/how-to/write-your-own-function.md"""


def write(name: str) -> list[str]:
    """Write the function's folder; what to tell the user, line by line.

    Raises `SandboxFault` for a bad name, and for a folder that is there.
    """
    if _NAME.fullmatch(name) is None:
        raise SandboxFault(
            f"function {name!r}: expected 1 to 40 lower-case letters, digits and underscores, a letter first "
            "and no underscore last"
        )
    folder = ROOT / name
    try:
        folder.mkdir()
    except FileExistsError:
        raise SandboxFault(f"{name}: exists already; choose another name") from None
    except OSError as error:
        raise SandboxFault(f"{name}: cannot be written: {error.strerror}") from None
    try:
        shutil.copytree(
            _TEMPLATE, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
        settings = folder / "func.yaml"
        settings.write_text(
            settings.read_text(encoding="utf-8").replace("my_function", name), encoding="utf-8"
        )
    except OSError as error:
        raise SandboxFault(f"{name}: cannot be written: {error.strerror or error}") from None
    written = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = _STACK_LINES.format(name=name, key=name.replace("_", "-")).splitlines()
    return [f"function  {name}/ is written: {', '.join(written)}", *lines]
