"""A `go` that answers at once, and a build cache with nothing but it on PATH. Builds nothing real."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from engine import _build, ensure

PINNED = _build.pinned_version()

# Answers as Go does to what a build asks for, and writes down what it was asked. How it builds is in
# the file `behaviour` beside it.
FAKE_GO = """\
#!{python}
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parent
def setting(name, default):
    return json.loads((here / "behaviour").read_text()).get(name, default)
with open(here / "asked", "a") as asked:
    asked.write(json.dumps({{"arguments": sys.argv[1:], "environment": dict(os.environ)}}) + "\\n")
if sys.argv[1] == "version":
    print(setting("complaint", ""), file=sys.stderr)
    print("go version go" + setting("version", "1.26.6") + " linux/amd64")
    sys.exit(1 if setting("complaint", "") else 0)
elif sys.argv[1:3] == ["list", "-deps"]:
    print("go: downloading example.org/module v1.0.0", file=sys.stderr)
    print("one\\ntwo\\nthree")
elif sys.argv[1:3] == ["list", "-m"]:
    print(here / "sdk")
elif sys.argv[1] == "build":
    folder = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
    if "yaml" in sys.argv[-1]:
        if setting("fails", False):
            sys.exit("file.go:1:1: it is broken")
        (folder / "pulumi-language-yaml").write_text("#!/bin/sh\\n")
        (folder / "pulumi-language-yaml").chmod(0o755)
        sys.exit(0)
    (folder / "generator").write_text("generator")
    target = folder / "pulumi"
    target.write_text("#!/bin/sh\\nhalf")
    print("example.org/module/package", file=sys.stderr, flush=True)
    time.sleep(setting("seconds", 0))
    if setting("fails", False):
        print("# example.org/module/package\\nfile.go:1:1: it is broken", file=sys.stderr)
        sys.exit(1)
    target.write_text("#!/bin/sh\\necho v{version}\\n")
    target.chmod(0o755)
"""


class FakeGo:
    """A `go` in a folder of its own, the only one on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.behave()
        executable(folder / "go", FAKE_GO.format(python=sys.executable, version=PINNED))
        for script in ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python"):
            (folder / "sdk" / script).parent.mkdir(parents=True)
            (folder / "sdk" / script).write_text(script)

    def behave(self, **behaviour: object) -> None:
        """How it builds from now on."""
        (self.folder / "behaviour").write_text(json.dumps(behaviour))

    def asked(self, command: str) -> list[dict[str, object]]:
        """What it was asked so far with this command."""
        if not (self.folder / "asked").exists():
            return []
        lines = (self.folder / "asked").read_text().splitlines()
        return [one for one in map(json.loads, lines) if one["arguments"][0] == command]


def executable(path: Path, text: str) -> Path:
    """A script at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def found() -> tuple[Path, str]:
    """The engine's folder, and what was said on the way."""
    said: list[str] = []
    return ensure.ensure(said.append), "\n".join(said)
