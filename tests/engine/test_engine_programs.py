"""Programs, policy packs and providers in Python, run by the real CLI through the language host."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.engine.pulumi_project import Project

pytestmark = pytest.mark.engine

HERE = Path(__file__).resolve().parent

PROJECT = "name: tried\nruntime: python\n"

# A program with one resource of the slow provider.
THING = """\
import pulumi

class Thing(pulumi.CustomResource):
    def __init__(self, name, seconds):
        options = pulumi.ResourceOptions(version="1.0.0")
        super().__init__("slow:index:Thing", name, {"seconds": seconds}, options)

pulumi.export("id", Thing("NAME", SECONDS).id)
"""


def with_provider(provider: Path) -> str:
    """A Pulumi.yaml that uses the provider in a folder."""
    return (
        f"{PROJECT}plugins:\n  providers:\n    - name: slow\n      path: {provider}\n      version: 1.0.0\n"
    )


def with_virtualenv(option: str) -> str:
    """A Pulumi.yaml that names a virtual environment."""
    return f"name: tried\nruntime:\n  name: python\n  options:\n    virtualenv: {option}\n"


def outputs(project: Project) -> dict[str, Any]:
    """What the stack exports."""
    result = project.pulumi("stack", "output", "--json")
    result.check_returncode()
    found = json.loads(result.stdout)
    assert isinstance(found, dict)
    return found


class TestProgram:
    def test_runs_with_its_configuration(self, project: Project) -> None:
        """A program reads its config, prints, and exports; a second up changes nothing."""
        project.write(
            {
                "Pulumi.yaml": PROJECT,
                "__main__.py": (
                    "import pulumi, sys\n"
                    "print('printed'); print('complained', file=sys.stderr)\n"
                    "pulumi.export('size', pulumi.Config().require_int('size'))\n"
                ),
            }
        )
        project.pulumi("config", "set", "size", "12").check_returncode()

        first = project.pulumi("up", "--yes", "--skip-preview")
        second = project.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")

        assert [first.returncode, second.returncode] == [0, 0], first.stdout + second.stdout
        assert "printed" in first.stdout
        assert "complained" in first.stdout
        assert outputs(project) == {"size": 12}

    def test_in_a_subfolder(self, project: Project) -> None:
        """`main` names the program's folder: it runs there, and imports what lies beside it."""
        project.write(
            {
                "Pulumi.yaml": PROJECT + "main: program\n",
                "program/__main__.py": (
                    "import os, pulumi, beside\n"
                    "root = pulumi.runtime.get_root_directory()\n"
                    "pulumi.export('found', [beside.VALUE, os.getcwd(), root])\n"
                ),
                "program/beside.py": "VALUE = 'beside'\n",
            }
        )

        assert project.pulumi("up", "--yes", "--skip-preview").returncode == 0
        assert {"found": ["beside", str(project.folder / "program"), str(project.folder)]} == outputs(project)

    def test_traceback_is_shown_once(self, project: Project) -> None:
        """A program that raises ends the command with an error and one traceback, of the program only."""
        project.write(
            {"Pulumi.yaml": PROJECT, "__main__.py": "def go():\n    raise ValueError('too bad')\ngo()\n"}
        )

        result = project.pulumi("preview")

        said = result.stdout + result.stderr
        assert result.returncode != 0
        assert said.count("Traceback (most recent call last)") == 1, said
        assert said.count("ValueError: too bad") == 1, said
        assert "non-zero exit code" not in said
        assert "runpy" not in said
        assert "language_host" not in said

    def test_run_error_has_no_traceback(self, project: Project) -> None:
        """A pulumi.RunError is the program's own message to the user: shown as it is."""
        project.write(
            {"Pulumi.yaml": PROJECT, "__main__.py": "import pulumi\nraise pulumi.RunError('set it')\n"}
        )

        result = project.pulumi("preview")

        said = result.stdout + result.stderr
        assert result.returncode != 0
        assert said.partition("Diagnostics:")[2].count("set it") == 1, said
        assert "Traceback" not in said

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("import os; os._exit(3)", "exited with non-zero exit code: 3"),
            ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was terminated by SIGKILL"),
        ],
    )
    def test_sudden_end_is_an_error(self, project: Project, code: str, reason: str) -> None:
        """A program that ends itself in another way is never taken for a success."""
        project.write({"Pulumi.yaml": PROJECT, "__main__.py": code})

        result = project.pulumi("preview")

        assert result.returncode != 0
        assert reason in result.stdout + result.stderr


class TestVirtualenv:
    def test_is_used(self, project: Project, virtualenv: Path) -> None:
        """The program runs in the virtual environment that the option names, from the project's folder."""
        option = os.path.relpath(virtualenv, project.folder)
        project.write(
            {
                "Pulumi.yaml": with_virtualenv(option),
                "__main__.py": "import pulumi, sys\npulumi.export('prefix', sys.prefix)\n",
            }
        )

        assert project.pulumi("up", "--yes", "--skip-preview").returncode == 0
        assert virtualenv == Path(outputs(project)["prefix"])

    def test_missing_is_one_error(self, project: Project) -> None:
        """One error names the folder and the way out."""
        project.write({"Pulumi.yaml": with_virtualenv("nowhere"), "__main__.py": ""})

        result = project.pulumi("preview")

        said = result.stdout + result.stderr
        assert result.returncode != 0
        assert said.count("error:") == 1, said
        assert f"virtualenv: no virtual environment in {project.folder / 'nowhere'}" in said
        assert "Traceback" not in said


class TestPolicyPack:
    @pytest.fixture
    def pack(self, project: Project) -> str:
        """A copy of the pack in a subfolder of a project with one resource."""
        shutil.copytree(HERE / "warning_pack", project.folder / "packs" / "warning")
        project.write({"Pulumi.yaml": with_provider(HERE / "slow_provider")})
        return "packs/warning"

    def test_refuses(self, project: Project, pack: str) -> None:
        """A pack in a subfolder, with a module of its own, stops what it refuses, and lets the rest pass."""
        project.write({"__main__.py": THING.replace("NAME", "forbidden").replace("SECONDS", "0")})
        refused = project.pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack)
        project.write({"__main__.py": THING.replace("NAME", "fine").replace("SECONDS", "0")})
        passed = project.pulumi("up", "--yes", "--skip-preview", "--policy-pack", pack)

        assert (passed.returncode, refused.returncode != 0) == (0, True), passed.stdout + refused.stdout
        assert "forbidden has forbidden in its name" in refused.stdout
        assert outputs(project) == {"id": "made"}

    def test_in_a_virtualenv_of_its_own(self, project: Project, pack: str, virtualenv: Path) -> None:
        """The pack's own option counts from the pack's folder; the program's Python stays another."""
        option = os.path.relpath(virtualenv, project.folder / pack)
        project.write(
            {
                "__main__.py": "",
                f"{pack}/PulumiPolicy.yaml": (
                    f"runtime:\n  name: python\n  options:\n    virtualenv: {option}\n"
                ),
                f"{pack}/forbidden.py": "import os, sys\nWORD = 'x'\nraise SystemExit(f'in {sys.prefix}')\n",
            }
        )

        result = project.pulumi("preview", "--policy-pack", pack)

        assert result.returncode != 0
        assert f"in {virtualenv}" in result.stdout + result.stderr

    def test_that_does_not_load_stops_everything(self, project: Project, pack: str) -> None:
        """A pack that raises is an error of the command: nothing goes through unseen."""
        project.write({"__main__.py": "", f"{pack}/forbidden.py": "raise ValueError('no word')\n"})

        result = project.pulumi("preview", "--policy-pack", pack)

        assert result.returncode != 0
        assert "ValueError: no word" in result.stdout + result.stderr


class TestProvider:
    def test_installed_from_a_folder(self, project: Project) -> None:
        """A provider in Python, installed as a folder, creates and deletes; its own lines are not shown."""
        project.write(
            {"Pulumi.yaml": PROJECT, "__main__.py": THING.replace("NAME", "a").replace("SECONDS", "0")}
        )
        source = str(HERE / "slow_provider")
        install = project.pulumi("plugin", "install", "resource", "slow", "1.0.0", "--file", source)

        up = project.pulumi("up", "--yes", "--skip-preview")
        found = outputs(project)
        down = project.pulumi("destroy", "--yes", "--skip-preview")

        assert [install.returncode, up.returncode, down.returncode] == [0, 0, 0], (install.stderr, up.stdout)
        assert found == {"id": "made"}
        assert "a line for nobody" not in up.stdout + up.stderr


class TestOtherCommands:
    def test_about(self, project: Project) -> None:
        """`pulumi about` names the program's Python and its packages."""
        project.write({"Pulumi.yaml": PROJECT, "__main__.py": ""})

        result = project.pulumi("about", "--json")

        about = json.loads(result.stdout)
        assert about["runtime"]["language"] == "python"
        assert "pulumi_policy" in [one["name"] for one in about["dependencies"]]

    def test_import_writes_the_program(self, project: Project) -> None:
        """`pulumi import` takes a resource over and shows the Python for it."""
        project.write({"Pulumi.yaml": with_provider(HERE / "slow_provider"), "__main__.py": ""})

        result = project.pulumi("import", "slow:index:Thing", "taken", "made", "--yes", "--skip-preview")

        assert result.returncode == 0, result.stdout + result.stderr
        assert 'taken = slow.Thing("taken", seconds=' in result.stdout

    def test_generating_is_refused(self, project: Project) -> None:
        """What the host does not offer is one error that says so."""
        project.write({"Pulumi.yaml": with_provider(HERE / "slow_provider"), "__main__.py": ""})

        result = project.pulumi("package", "gen-sdk", str(HERE / "slow_provider"), "--language", "python")

        assert result.returncode != 0
        assert "Traceback" not in result.stdout + result.stderr
